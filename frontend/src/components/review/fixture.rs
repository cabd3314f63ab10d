//! A proposal for tests.

use argus_types::proposal::Proposal;
use serde_json::json;

/// One in review by Otto, with a guest that could have a snapshot or not.
pub fn proposal(risk: &str, feasible: bool, planned: bool) -> Proposal {
    let target = json!({
        "kind": "qemu", "vmid": 101, "name": "web-01", "node": "pve1", "ha_managed": false
    });
    let person = json!({
        "id": "00000000-0000-0000-0000-000000000001", "name": "Otto", "role": "operator"
    });
    serde_json::from_value(json!({
        "id": "00000000-0000-0000-0000-000000000002", "cluster": "lab", "revision": 1,
        "state": "in_review", "title": "Reboot web-01", "author": person,
        "origin": "built_in_rules", "request": null,
        "plan": {
            "format": 2, "proposal": "00000000-0000-0000-0000-000000000002",
            "cluster": "lab", "steps": []
        },
        "digest": "ab".repeat(32),
        "risk": { "level": risk, "reasons": [] },
        "snapshots": [
            { "target": target, "feasible": feasible, "planned": planned, "note": "" }
        ],
        "skipped": [], "approvals_required": 0, "approvals": 0,
        "created_at": "2026-11-22T10:00:00Z", "planned_at": "2026-11-22T10:00:00Z",
        "expires_at": "2026-11-22T11:00:00Z",
        "closed_by": null, "closed_at": null, "closed_reason": null, "drift": [],
        "execution": null
    }))
    .expect("a proposal as the API sends it")
}
