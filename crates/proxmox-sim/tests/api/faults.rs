//! Faults through the control port, and what a client sees of them.

use serde_json::{Value, json};

use crate::{Lab, body, reason, trusting};

const SNAPSHOT: &str = "nodes/pve1/qemu/101/snapshot";

async fn control(lab: &Lab, method: &str, path: &str, json: &Value) -> reqwest::Response {
    let method =
        reqwest::Method::from_bytes(method.as_bytes()).expect("the tests name real methods");
    let url = format!("{}{path}", lab.sim.control_url());
    lab.client
        .request(method, url)
        .json(json)
        .send()
        .await
        .expect("the control port answers")
}

#[tokio::test]
async fn accept_then_drop_carries_the_call_out_once_and_says_nothing() {
    let lab = Lab::start().await;
    let fault = json!({
        "match": { "method": "POST", "path_contains": "/snapshot" },
        "count": 1,
        "kind": "accept_then_drop",
    });
    assert_eq!(control(&lab, "POST", "/faults", &fault).await.status(), 204);
    let lost = lab.post(SNAPSHOT, "snapname=s1").send().await;
    assert!(lost.is_err_and(|e| e.is_request()));
    let tasks = body(control(&lab, "GET", "/tasks", &json!(null)).await).await;
    assert_eq!(tasks.as_array().unwrap().len(), 1);
    assert_eq!(tasks[0]["type"], "qmsnapshot");
    lab.sim.advance(10_000);
    assert_eq!(lab.sim.guest(101).unwrap().snapshots, ["s1"]);
}

#[tokio::test]
async fn drop_before_carries_nothing_out() {
    let lab = Lab::start().await;
    lab.fault(r#"{"count": 1, "match": {"method": "POST"}, "kind": "drop_before"}"#);
    assert!(lab.post(SNAPSHOT, "snapname=s1").send().await.is_err());
    assert!(lab.sim.tasks().is_empty());
    assert!(lab.post(SNAPSHOT, "snapname=s1").send().await.is_ok());
}

#[tokio::test]
async fn a_fixed_status_comes_with_its_reason_and_body() {
    let lab = Lab::start().await;
    lab.fault(
        r#"{"count": 1, "kind": {"status": {"code": 502, "reason": "Bad Luck", "body": "<html>"}}}"#,
    );
    let response = lab.get("version").send().await.unwrap();
    assert_eq!(response.status(), 502);
    assert_eq!(reason(&response), "Bad Luck");
    assert_eq!(response.text().await.unwrap(), "<html>");
    assert_eq!(lab.get("version").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_stalled_call_to_another_node_is_cut_while_its_task_runs_on() {
    let lab = Lab::start().await;
    lab.fault(r#"{"count": 1, "match": {"node": "pve2"}, "kind": "stall"}"#);
    let cut = lab
        .post("nodes/pve2/qemu/102/snapshot", "snapname=s1")
        .send()
        .await
        .unwrap();
    assert_eq!(cut.status().as_u16(), 596);
    assert_eq!(cut.text().await.unwrap(), "");
    assert_eq!(lab.sim.tasks().len(), 1);
}

#[tokio::test]
async fn half_an_answer_is_an_error_for_the_client() {
    let lab = Lab::start().await;
    lab.fault(r#"{"count": 1, "kind": "truncate"}"#);
    let response = lab.get("version").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn a_slow_answer_comes_late_but_comes() {
    let lab = Lab::start().await;
    lab.fault(r#"{"count": 1, "kind": {"slow": {"ms": 50}}}"#);
    let begun = std::time::Instant::now();
    assert_eq!(lab.get("version").send().await.unwrap().status(), 200);
    assert!(begun.elapsed().as_millis() >= 50);
}

#[tokio::test]
async fn a_refusing_port_has_no_listener_until_the_fault_is_gone() {
    let lab = Lab::start().await;
    lab.get("version").send().await.unwrap();
    lab.fault(r#"{"kind": "refuse"}"#);
    lab.sim.settled().await;
    let refused = lab.get("version").send().await;
    assert!(refused.is_err_and(|e| e.is_connect()));
    lab.sim.clear_faults();
    lab.sim.settled().await;
    assert_eq!(lab.get("version").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_swapped_certificate_is_trusted_by_nobody_and_gets_no_token() {
    let lab = Lab::start().await;
    lab.fault(r#"{"kind": "certificate_swap"}"#);
    lab.sim.settled().await;
    let fresh = trusting(&lab.sim);
    let before = lab.sim.requests().authorizations;
    let refused = fresh
        .get(lab.url("version"))
        .header("Authorization", lab.authorization())
        .send()
        .await;
    assert!(refused.is_err_and(|e| e.is_connect()));
    let counted = body(control(&lab, "GET", "/authorizations", &json!(null)).await).await;
    assert_eq!(counted["count"], before);
    lab.sim.clear_faults();
    assert!(
        trusting(&lab.sim)
            .get(lab.url("version"))
            .send()
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn states_of_the_world_begin_with_a_fault_and_end_with_it() {
    let lab = Lab::start().await;
    lab.fault(r#"{"kind": {"node_down": {"node": "pve2"}}}"#);
    lab.fault(r#"{"kind": {"lock_held": {"vmid": 101, "lock": "backup"}}}"#);
    lab.fault(r#"{"kind": "quorum_lost"}"#);
    let down = lab
        .get("nodes/pve2/qemu/102/status/current")
        .send()
        .await
        .unwrap();
    assert_eq!(down.status().as_u16(), 595);
    assert_eq!(down.text().await.unwrap(), "");
    let state = body(control(&lab, "GET", "/state", &json!(null)).await).await;
    assert_eq!(state["quorate"], false);
    assert_eq!(state["guests"][0]["lock"], "backup");
    assert_eq!(
        control(&lab, "DELETE", "/faults", &json!(null))
            .await
            .status(),
        204
    );
    let state = body(control(&lab, "GET", "/state", &json!(null)).await).await;
    assert_eq!(state["quorate"], true);
    assert_eq!(state["guests"][0]["lock"], Value::Null);
    assert_eq!(state["guests"][1]["status"], "running");
}

#[tokio::test]
async fn a_bent_task_fails_as_told() {
    let lab = Lab::start().await;
    lab.fault(r#"{"count": 1, "kind": {"task_fails": {"message": "disk on fire"}}}"#);
    lab.post(SNAPSHOT, "snapname=s1").send().await.unwrap();
    lab.sim.advance(60_000);
    assert_eq!(
        lab.sim.tasks()[0].exitstatus.as_deref(),
        Some("disk on fire")
    );
}

#[tokio::test]
async fn wrong_faults_are_refused_with_a_reason() {
    let lab = Lab::start().await;
    for (wrong, status) in [
        (json!({ "kind": { "node_down": { "node": "pve9" } } }), 400),
        (
            json!({ "kind": { "lock_held": { "vmid": 4711, "lock": "x" } } }),
            400,
        ),
        (json!({ "kind": "refuse", "count": 3 }), 400),
        (json!({ "kind": "explode" }), 422),
        (json!({ "kind": "stall", "when": "now" }), 422),
    ] {
        let answer = control(&lab, "POST", "/faults", &wrong).await;
        assert_eq!(answer.status().as_u16(), status, "{wrong}");
    }
    let list = body(control(&lab, "GET", "/faults", &json!(null)).await).await;
    assert_eq!(list, json!([]));
}

#[tokio::test]
async fn the_control_port_counts_and_changes_things_behind_the_back() {
    let lab = Lab::start().await;
    lab.get("version").send().await.unwrap();
    lab.get("nodes/pve1/status").send().await.unwrap();
    let requests = body(control(&lab, "GET", "/requests", &json!(null)).await).await;
    assert_eq!(requests["by_route"]["GET /nodes/{node}/status"], 1);
    assert_eq!(requests["last"][0]["status"], 200);
    assert_eq!(requests["authorizations"], 2);
    let change = json!({ "status": "stopped", "lock": "backup" });
    assert_eq!(
        control(&lab, "POST", "/guests/101", &change).await.status(),
        204
    );
    let guest = lab.sim.guest(101).unwrap();
    assert_eq!(
        (guest.status.as_str(), guest.lock.as_deref()),
        ("stopped", Some("backup"))
    );
    assert_eq!(
        control(&lab, "DELETE", "/guests/101", &json!(null))
            .await
            .status(),
        204
    );
    assert!(lab.sim.guest(101).is_none());
    assert_eq!(
        control(&lab, "POST", "/guests/101", &change).await.status(),
        404
    );
    let before = body(control(&lab, "GET", "/clock", &json!(null)).await).await;
    let after = control(&lab, "POST", "/clock/advance", &json!({ "ms": 60_000 })).await;
    let passed = body(after).await["now_ms"].as_u64().unwrap() - before["now_ms"].as_u64().unwrap();
    assert!(passed >= 60_000);
}
