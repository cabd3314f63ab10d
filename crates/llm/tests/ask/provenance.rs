//! Where each parameter of a model's step comes from.

use argus_llm::Source;
use argus_llm::ask::Reply;
use serde_json::{Value, json};

use crate::answers::{plan, snapshot, step};
use crate::stand_in::drafting;

/// The sources of one parameter: a word of the request, a list of the inventory, or the model.
async fn sources(request: &str, step: &Value, parameter: &str) -> String {
    let drafting = drafting(request, [plan(std::slice::from_ref(step))]).await;
    let Ok(Reply::Draft(draft)) = &drafting.outcome else {
        panic!("{request:?}: {:?}", drafting.outcome);
    };
    let all = draft.steps.steps()[0].provenance.iter();
    let told = all
        .filter(|one| one.parameter == parameter)
        .map(|one| match &one.source {
            Source::Request(span) => {
                let said = request.chars().skip(span.start).take(span.end - span.start);
                format!("“{}”", said.collect::<String>())
            }
            Source::Inventory(what) => what.clone(),
            Source::Model => "model".to_owned(),
            other => panic!("{other:?}"),
        });
    told.collect::<Vec<_>>().join(" ")
}

fn set(settings: &Value) -> Value {
    let mut all = json!({"cores": null, "memory_mib": null, "onboot": null, "protection": null, "tags": null,
        "description": null});
    for (name, value) in settings.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    step("guest.config.set", 101, json!({ "set": all }))
}

/// A request and the only step of its draft; a parameter, and its sources.
type Row = (&'static str, Value, &'static str, &'static str);

async fn holds(table: Vec<Row>) {
    for (request, step, parameter, wanted) in table {
        let told = sources(request, &step, parameter).await;
        assert_eq!(told, wanted, "{request:?} {parameter}");
    }
}

#[tokio::test]
async fn names_and_numbers_are_told_by_where_they_are_said() {
    let grown = step(
        "guest.disk.resize",
        101,
        json!({"disk": "scsi0", "size_gib": 42}),
    );
    holds(vec![
        (
            "snapshot web-01 because reasons",
            snapshot(101, json!("nightly")),
            "/name",
            "model",
        ),
        (
            "snapshot web-01 because reasons",
            snapshot(101, json!("nightly")),
            "/action",
            "model",
        ),
        (
            "snapshot web-01 because reasons",
            snapshot(101, json!("nightly")),
            "/target",
            "“web-01”",
        ),
        (
            "snapshot 101 because reasons",
            snapshot(101, Value::Null),
            "/target",
            "“101”",
        ),
        (
            "snapshot web-01 with name before-x because reasons",
            snapshot(101, json!("before-x")),
            "/name",
            "“before-x”",
        ),
        (
            "set the memory of web-01 to 16 GB because reasons",
            set(&json!({"memory_mib": 16384})),
            "/set/memory_mib",
            "“16 GB”",
        ),
        (
            "double the memory of web-01 because reasons",
            set(&json!({"memory_mib": 16384})),
            "/set/memory_mib",
            "memory",
        ),
        (
            "give web-01 2 more cores because reasons",
            set(&json!({"cores": 6})),
            "/set/cores",
            "“2” cores",
        ),
        (
            "grow the disk of web-01 by 10 GB because reasons",
            grown.clone(),
            "/size_gib",
            "“10 GB” disks",
        ),
        (
            "grow the disk of web-01 by 10 GB because reasons",
            grown,
            "/disk",
            "disks",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_only_the_inventory_or_the_model_says_is_told_as_such() {
    holds(vec![
        (
            "migrate web-01 to pve2 because reasons",
            step("guest.migrate", 101, json!({"node": "pve2"})),
            "/node",
            "“pve2”",
        ),
        (
            "migrate web-01 because reasons",
            step("guest.migrate", 101, json!({"node": "pve3"})),
            "/node",
            "model",
        ),
        (
            "back up web-01 because reasons",
            step("backup.run", 101, json!({"storage": "pbs"})),
            "/storage",
            "backup_storages",
        ),
        (
            "tag web-01 with critical because reasons",
            set(&json!({"tags": ["prod", "web", "critical"]})),
            "/set/tags",
            "tags “critical”",
        ),
        (
            "set the notes of web-01 to something nice because reasons",
            set(&json!({"description": "The shop's front end"})),
            "/set/description",
            "model",
        ),
        (
            "add web-01 to HA because reasons",
            step("ha.add", 101, json!({"state": "started"})),
            "/state",
            "status",
        ),
    ])
    .await;
}
