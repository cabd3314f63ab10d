//! Answers of models, in the rich rendering.

use serde_json::{Value, json};

/// A request that the rules leave words of over and that is about web-01: `draft_by_rules` of the tests shows it.
pub const REQUEST: &str = "snapshot web-01 because reasons";

pub fn plan(steps: &[Value]) -> Value {
    json!({"kind": "plan", "summary": "A snapshot.", "questions": [], "refusal": "", "steps": steps})
}

pub fn step(action: &str, vmid: u32, params: Value) -> Value {
    let kind = if matches!(vmid, 103 | 104 | 106) {
        "lxc"
    } else {
        "qemu"
    };
    json!({
        "action": action,
        "target": {"kind": kind, "vmid": vmid},
        "params": params,
        "rationale": "the request says so",
    })
}

pub fn snapshot(vmid: u32, name: Value) -> Value {
    let params = json!({"name": name, "include_memory": null});
    step("guest.snapshot.create", vmid, params)
}

pub fn clarify(text: &str, choices: &[&str]) -> Value {
    let question = json!({"text": text, "choices": choices});
    json!({"kind": "clarify", "summary": "s", "questions": [question], "refusal": "", "steps": []})
}

pub fn refuse(reason: &str) -> Value {
    json!({"kind": "refuse", "summary": "s", "questions": [], "refusal": reason, "steps": []})
}
