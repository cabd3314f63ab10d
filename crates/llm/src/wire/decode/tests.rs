#![expect(
    clippy::needless_pass_by_value,
    reason = "literals of JSON read better without references"
)]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::wire::catalogue;

fn answer(kind: &str, steps: Value) -> Value {
    json!({ "kind": kind, "summary": "s", "questions": [], "refusal": "", "steps": steps })
}

fn draft(rendering: Rendering, step: Value) -> Result<Value, Misfits> {
    match catalogue().read(rendering, &answer("plan", json!([step])))? {
        Wished::Plan { mut draft, .. } => Ok(draft["actions"][0].take()),
        other => panic!("{other:?}"),
    }
}

fn rich(action: &str, target: Value, params: Value) -> Result<Value, Misfits> {
    let step = json!({ "action": action, "target": target, "params": params, "rationale": "r" });
    draft(Rendering::Rich, step)
}

fn flat(action: &str, target: (&str, &str), params: &[(&str, &str)]) -> Result<Value, Misfits> {
    let params: Vec<_> = params
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": value }))
        .collect();
    let target = json!({ "kind": target.0, "id": target.1 });
    let step = json!({ "action": action, "target": target, "params": params, "rationale": "r" });
    draft(Rendering::Flat, step)
}

fn places(result: Result<Value, Misfits>) -> Vec<String> {
    let misfits = result.unwrap_err();
    misfits.into_iter().map(|misfit| misfit.place).collect()
}

#[test]
fn both_renderings_of_one_wish_are_the_same_draft() {
    let guest = json!({ "kind": "qemu", "vmid": 101 });
    let wanted = json!({ "action": "guest.config.set", "target": guest, "set": { "cores": 4, "onboot": true, "tags": ["a", "b"] } });
    let from_rich = rich(
        "guest.config.set",
        guest.clone(),
        json!({ "set": { "cores": 4, "onboot": true, "tags": ["a", "b"], "memory_mib": null } }),
    );
    let from_flat = flat(
        "guest.config.set",
        ("qemu", "101"),
        &[
            ("set.cores", "4"),
            ("set.onboot", "true"),
            ("set.tags", "a, b"),
        ],
    );
    assert_eq!(from_rich.unwrap(), wanted);
    assert_eq!(from_flat.unwrap(), wanted);
}

#[test]
fn nodes_and_volumes_stand_where_the_proposal_schema_has_them() {
    let node = json!({ "action": "node.drain", "node": "pve2" });
    assert_eq!(
        rich("node.drain", json!({ "node": "pve2" }), Value::Null).unwrap(),
        node
    );
    assert_eq!(flat("node.drain", ("node", "pve2"), &[]).unwrap(), node);
    let restore = json!({ "action": "backup.restore", "volume": "nfs:backup/x", "new_vmid": 200 });
    let from_rich = rich(
        "backup.restore",
        json!({ "volume": "nfs:backup/x" }),
        json!({ "node": null, "new_vmid": 200, "storage": null, "start": null }),
    );
    assert_eq!(from_rich.unwrap(), restore);
    let from_flat = flat(
        "backup.restore",
        ("volume", "nfs:backup/x"),
        &[("new_vmid", "200")],
    );
    assert_eq!(from_flat.unwrap(), restore);
}

#[test]
fn questions_and_refusals_are_answers() {
    let mut clarify = answer("clarify", json!([]));
    clarify["questions"] = json!([{ "text": "Which one?", "choices": ["web-01", "web-02"] }]);
    let Ok(Wished::Clarify { questions, .. }) = catalogue().read(Rendering::Flat, &clarify) else {
        panic!("no question");
    };
    assert_eq!(questions[0].choices, ["web-01", "web-02"]);
    let mut refuse = answer("refuse", json!([]));
    refuse["refusal"] = "that is no task for Argus".into();
    let refused = catalogue().read(Rendering::Rich, &refuse).unwrap();
    assert!(matches!(refused, Wished::Refuse { reason } if reason.starts_with("that")));
}

#[test]
fn an_answer_that_contradicts_itself_is_none() {
    let step = json!({ "action": "guest.start", "target": { "kind": "qemu", "vmid": 101 }, "params": null, "rationale": "" });
    let mut asks_and_plans = answer("plan", json!([step]));
    asks_and_plans["questions"] = json!([{ "text": "Sure?", "choices": [] }]);
    let mut refuses_and_plans = answer("refuse", json!([step]));
    refuses_and_plans["refusal"] = "no".into();
    for wrong in [
        asks_and_plans,
        refuses_and_plans,
        answer("plan", json!([])),
        answer("clarify", json!([])),
        answer("refuse", json!([])),
        answer("execute", json!([step])),
    ] {
        let misfits = catalogue().read(Rendering::Rich, &wrong).unwrap_err();
        assert_eq!(misfits[0].place, "/kind", "{wrong}");
    }
}

#[test]
fn a_key_that_does_not_belong_is_named_with_its_place() {
    let guest = json!({ "kind": "qemu", "vmid": 101 });
    let mut sly = guest.clone();
    sly["force"] = true.into();
    assert_eq!(
        places(rich("guest.stop", sly, Value::Null)),
        ["/steps/0/target"]
    );
    let skiplock = json!({ "skiplock": 1 });
    assert_eq!(
        places(rich("guest.stop", guest.clone(), skiplock)),
        ["/steps/0/params"]
    );
    let cores = rich(
        "guest.config.set",
        guest,
        json!({ "set": { "args": "-s" } }),
    );
    assert_eq!(places(cores), ["/steps/0/params/set"]);
    let mut root = answer("plan", json!([]));
    root["risk"] = "low".into();
    assert!(catalogue().read(Rendering::Rich, &root).is_err());
}

#[test]
fn every_bad_step_is_named_and_not_the_first_one_alone() {
    let bad = json!({ "action": "agent.exec", "target": {}, "params": null, "rationale": "" });
    let misfits = catalogue()
        .read(Rendering::Rich, &answer("plan", json!([bad, bad])))
        .unwrap_err();
    let places: Vec<_> = misfits.iter().map(|misfit| misfit.place.as_str()).collect();
    assert_eq!(places, ["/steps/0/action", "/steps/1/action"]);
}

#[test]
fn an_answer_that_is_wrong_a_thousand_times_is_not_told_so_a_thousand_times() {
    let wrong = answer("plan", json!(vec![7; 1_000]));
    let misfits = catalogue().read(Rendering::Rich, &wrong).unwrap_err();
    assert_eq!(misfits.len(), MOST_MISFITS);
    let keys = (0..1_000).map(|number| (number.to_string(), Value::Null));
    let misfits = catalogue()
        .read(Rendering::Rich, &Value::Object(keys.collect()))
        .unwrap_err();
    assert_eq!(misfits.len(), MOST_MISFITS);
}

#[test]
fn flat_values_are_what_they_say_or_a_misfit() {
    let value = |params: &[(&str, &str)]| places(flat("guest.config.set", ("qemu", "101"), params));
    for wrong in [
        "4 cores",
        "+4",
        "4.0",
        "",
        "-1",
        "0x4",
        "99999999999999999999",
    ] {
        assert_eq!(
            value(&[("set.cores", wrong)]),
            ["/steps/0/params/0/value"],
            "{wrong}"
        );
    }
    assert_eq!(value(&[("set.onboot", "yes")]), ["/steps/0/params/0/value"]);
    assert_eq!(
        value(&[("set.cores", "2"), ("set.cores", "4")]),
        ["/steps/0/params/1/key"]
    );
    assert_eq!(value(&[("node", "pve2")]), ["/steps/0/params/0/key"]);
    assert_eq!(
        places(flat("guest.start", ("node", "pve2"), &[])),
        ["/steps/0/target/kind"]
    );
    assert_eq!(
        places(flat("guest.start", ("qemu", "web-01"), &[])),
        ["/steps/0/target/id"]
    );
}

/// A value that the proposal schema takes, and how the flat rendering writes it.
fn sample(field: &Field) -> (Value, String) {
    let value = match (&field.kind, field.name.as_str()) {
        (Kind::Number, "new_vmid") => json!(200),
        (Kind::Number, _) => json!(64),
        (Kind::Switch, _) => json!(true),
        (Kind::Choice(words), _) => json!(words[0]),
        (Kind::List, "boot") => json!(["scsi0", "net0"]),
        (Kind::List, _) => json!(["web", "db"]),
        (Kind::Text, "disk") => json!("scsi0"),
        (Kind::Text, _) => json!("some-word"),
        (Kind::Group(_), name) => panic!("{name} is a group"),
    };
    let text = match &value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            items.join(",")
        }
        other => other.to_string(),
    };
    (value, text)
}

fn all_params(fields: &[Field]) -> Value {
    let pairs = fields.iter().map(|field| {
        let value = match &field.kind {
            Kind::Group(inner) => all_params(inner),
            _ => sample(field).0,
        };
        (field.name.clone(), value)
    });
    Value::Object(pairs.collect())
}

#[test]
fn every_action_with_every_parameter_comes_through_both_renderings_as_one_valid_draft() {
    let schema = include_str!("../../../../../schemas/proposal.schema.json");
    let validator = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
    for entry in &catalogue().entries {
        let name = entry.name.as_str();
        let (target, id) = match entry.subject {
            Subject::Guest => (json!({ "kind": "qemu", "vmid": 101 }), ("qemu", "101")),
            Subject::Node => (json!({ "node": "pve1" }), ("node", "pve1")),
            Subject::Volume => (
                json!({ "volume": "nfs:backup/x" }),
                ("volume", "nfs:backup/x"),
            ),
        };
        let from_rich = rich(name, target, all_params(&entry.fields)).unwrap();
        let leaves = leaves(&entry.fields);
        let texts: Vec<_> = leaves
            .iter()
            .map(|(path, field)| (path.as_str(), sample(field).1))
            .collect();
        let pairs: Vec<_> = texts
            .iter()
            .map(|(path, text)| (*path, text.as_str()))
            .collect();
        assert_eq!(flat(name, id, &pairs).unwrap(), from_rich);
        let draft = json!({ "actions": [from_rich] });
        let error = validator.validate(&draft).err();
        assert!(error.is_none(), "{draft}: {error:?}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "(plan|clarify|refuse|guest.start|node.drain|qemu|101|.{0,8})".prop_map(Value::from),
    ];
    let key =
        "(kind|summary|questions|refusal|steps|action|target|params|rationale|vmid|key|value|set)";
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_breaks_the_reader_and_whatever_it_reads_names_catalogued_actions_only(value in any_json()) {
        let catalogue = catalogue();
        for rendering in [Rendering::Rich, Rendering::Flat] {
            for answer in [value.clone(), answer("plan", json!([value.clone()]))] {
                if let Ok(Wished::Plan { draft, .. }) = catalogue.read(rendering, &answer) {
                    for action in draft["actions"].as_array().unwrap() {
                        prop_assert!(catalogue.names().any(|name| action["action"] == name));
                    }
                }
            }
        }
    }
}
