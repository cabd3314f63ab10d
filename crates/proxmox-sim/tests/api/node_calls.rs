//! The calls about nodes, HA resources, replication and pools, under faults and through the control port.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Lab, body};

/// Gives the token of the tests every right that these calls ask for.
async fn powerful() -> Lab {
    Lab::with(|scenario| {
        scenario.transport.auth_delay_ms = 0;
        scenario.transport.proxy_cut_ms = 100;
        let rights = scenario.role.entry("ArgusOperator".into()).or_default();
        for right in [
            "Sys.PowerMgmt",
            "Sys.Modify",
            "Sys.Console",
            "Pool.Allocate",
            "Permissions.Modify",
            "VM.Replicate",
            "VM.GuestAgent.FileSystemMgmt",
        ] {
            rights.push(right.into());
        }
    })
    .await
}

async fn truth(lab: &Lab) -> Value {
    let url = format!("{}/state", lab.sim.control_url());
    body(
        lab.client
            .get(url)
            .send()
            .await
            .expect("the control port answers"),
    )
    .await
}

async fn put(lab: &Lab, path: &str, form: &'static str) -> reqwest::Response {
    let request = lab
        .client
        .request(Method::PUT, lab.url(path))
        .header("Authorization", lab.authorization())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form);
    request.send().await.expect("the simulator answers")
}

#[tokio::test]
async fn an_answer_that_is_lost_has_told_the_node_all_the_same() {
    let lab = powerful().await;
    lab.fault(r#"{"count": 1, "match": {"method": "POST"}, "kind": "accept_then_drop"}"#);
    let lost = lab.post("nodes/pve2/status", "command=reboot").send().await;
    assert!(lost.is_err());
    lab.sim.advance(30_000);
    let node = truth(&lab).await["nodes"][1].clone();
    assert_eq!(
        (&node["online"], &node["booted_ms"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(node["next"]["turn"], "on");
    let down = lab.get("nodes/pve2/services").send().await.unwrap();
    assert_eq!(down.status().as_u16(), 595);
    lab.sim.advance(120_000);
    let after = truth(&lab).await;
    assert_eq!(after["nodes"][1]["online"], true);
    assert_eq!(
        after["nodes"][1]["booted_ms"],
        after["nodes"][1]["since_ms"]
    );
}

#[tokio::test]
async fn faults_hit_every_new_call_like_the_old_ones() {
    let lab = powerful().await;
    for (path, form) in [
        ("nodes/pve2/wakeonlan", ""),
        ("nodes/pve2/services/cron/stop", ""),
        ("nodes/pve2/apt/update", ""),
        ("cluster/ha/resources", "sid=vm:101"),
        ("cluster/ha/resources/vm:103/migrate", "node=pve2"),
        ("cluster/ha/resources/vm:103/relocate", "node=pve2"),
        ("nodes/pve2/replication/104-0/schedule_now", ""),
        ("nodes/pve1/qemu/101/agent/fstrim", ""),
        ("nodes/pve2/status", "command=shutdown"),
    ] {
        lab.fault(r#"{"count": 1, "kind": "drop_before"}"#);
        assert!(lab.post(path, form).send().await.is_err(), "{path}");
        lab.fault(r#"{"count": 1, "kind": "stall"}"#);
        let cut = lab.post(path, form).send().await.unwrap();
        assert_eq!(cut.status().as_u16(), 596, "{path}");
    }
    lab.sim.advance(120_000);
    let after = truth(&lab).await;
    assert_eq!(
        after["nodes"][1]["shut_down"], true,
        "what was cut was done"
    );
    assert_eq!(after["ha"][0]["sid"], "vm:101");
}

#[tokio::test]
async fn a_bent_task_of_a_service_fails_as_told() {
    let lab = powerful().await;
    lab.fault(r#"{"count": 1, "kind": {"task_fails": {"message": "unit is masked"}}}"#);
    lab.post("nodes/pve2/services/cron/stop", "")
        .send()
        .await
        .unwrap();
    lab.sim.advance(10_000);
    assert_eq!(
        lab.sim.tasks()[0].exitstatus.as_deref(),
        Some("unit is masked")
    );
    assert_eq!(truth(&lab).await["nodes"][1]["services"]["cron"], true);
}

#[tokio::test]
async fn the_control_port_knows_services_resources_jobs_and_pools() {
    let lab = powerful().await;
    let changes = [
        put(&lab, "cluster/ha/resources/vm%3A103", "state=stopped").await,
        put(&lab, "pools", "poolid=lab&vms=107").await,
    ];
    for change in changes {
        assert_eq!(change.status(), 200);
        assert_eq!(body(change).await["data"], Value::Null);
    }
    let now = lab
        .post("nodes/pve2/replication/104-0/schedule_now", "")
        .send()
        .await
        .unwrap();
    assert_eq!(body(now).await["data"], Value::Null);
    let state = truth(&lab).await;
    let node = &state["nodes"][1];
    assert_eq!(node["services"]["pveproxy"], true);
    assert_eq!(node["wakeonlan"], "BC:24:11:0A:00:02");
    assert_eq!(state["ha"][0]["request"], "stopped");
    assert_eq!(state["ha"][0]["state"], "started");
    assert_eq!(state["ha"][0]["node"], "pve1");
    assert_eq!(state["replication"][0]["id"], "104-0");
    assert_eq!(state["replication"][0]["last_try"], 0);
    let pool = &state["pools"][1];
    assert_eq!(pool["pool"], "lab");
    assert_eq!(pool["guests"], json!([106, 107, 108, 109, 110, 112]));
}

#[tokio::test]
async fn a_lost_quorum_and_lost_nodes_both_show() {
    let lab = powerful().await;
    lab.fault(r#"{"kind": "quorum_lost"}"#);
    assert_eq!(truth(&lab).await["quorate"], false);
    lab.sim.clear_faults();
    assert_eq!(truth(&lab).await["quorate"], true);
    lab.fault(r#"{"kind": {"node_down": {"node": "pve2"}}}"#);
    assert_eq!(truth(&lab).await["quorate"], true);
    lab.fault(r#"{"kind": {"node_down": {"node": "pve3"}}}"#);
    assert_eq!(truth(&lab).await["quorate"], false);
}

#[tokio::test]
async fn a_cluster_without_a_node_takes_no_calls_until_one_is_back() {
    let lab = powerful().await;
    for node in ["pve1", "pve2", "pve3"] {
        lab.fault(&json!({ "kind": { "node_down": { "node": node } } }).to_string());
    }
    assert!(lab.get("version").send().await.is_err());
    lab.sim.clear_faults();
    assert_eq!(lab.get("version").send().await.unwrap().status(), 200);
}
