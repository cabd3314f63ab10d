//! What people look at, and what it costs Proxmox.

use argus_types::paths;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::Value;

use crate::app::{App, text};

#[tokio::test(flavor = "multi_thread")]
async fn the_cluster_is_served_with_its_age_and_an_entity_tag() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let answer = viewer
        .request(Method::GET, paths::CLUSTER)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["x-stale"], "false");
    assert!(answer.headers().contains_key("x-observed-at"));
    let etag = answer.headers()["etag"].clone();
    let cluster: Value = answer.json().await.unwrap();
    assert_eq!(cluster["nodes"].as_array().unwrap().len(), 3);
    assert_eq!(cluster["guests"].as_array().unwrap().len(), 14);
    assert_eq!(cluster["quorate"], true);
    assert_eq!(cluster["gaps"], serde_json::json!([]));
    let again = viewer
        .request(Method::GET, paths::CLUSTER)
        .header("if-none-match", etag.clone())
        .send()
        .await
        .unwrap();
    let unchanged = again.headers()["etag"] == etag;
    assert_eq!(again.status().as_u16(), if unchanged { 304 } else { 200 });
    let nodes = viewer.get(paths::NODES).await;
    assert_eq!(text(&nodes["nodes"][0]["name"]), "pve1");
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_cost_proxmox_nothing() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    let before = app.simulator.requests().total;
    let started = std::time::Instant::now();
    for _ in 0..500 {
        viewer.get(paths::CLUSTER).await;
    }
    let seconds = started.elapsed().as_secs() + 1;
    let made = app.simulator.requests().total - before;
    // The collector alone: resources each second, now and then status, version and pools.
    assert!(made <= seconds + 6, "{made} requests in {seconds} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn series_and_logs_are_read_and_bad_questions_are_answered_with_problems() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let wish = serde_json::json!({ "request": "snapshot web-02" });
    let execution = admin.confirm(&admin.propose(wish).await).await;
    admin.finished(&execution).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let node = viewer.get("/api/metrics?node=pve1").await;
    assert!(node["points"].as_array().unwrap().len() > 10);
    let guest = viewer
        .get("/api/metrics?kind=qemu&vmid=101&timeframe=day")
        .await;
    assert_eq!(guest["subject"], "qemu/101");
    let log = viewer.get("/api/logs?source=cluster&limit=2").await;
    assert_eq!(log["items"].as_array().unwrap().len(), 2);
    let path = "/api/logs?source=syslog&node=pve2&limit=5";
    let syslog = crate::app::eventually("the node has written something", async || {
        let page = viewer.get(path).await;
        (!page["items"].as_array().unwrap().is_empty()).then_some(page)
    })
    .await;
    assert!(syslog["items"].as_array().unwrap().len() <= 5);
    assert_eq!(syslog["items"][0]["node"], "pve2");
    for (path, status, code) in [
        ("/api/metrics", 400, "bad_parameter"),
        ("/api/metrics?node=pve9", 404, "not_found"),
        ("/api/metrics?kind=qemu&vmid=999", 404, "not_found"),
        ("/api/metrics?node=../pve1", 400, "bad_parameter"),
        ("/api/logs?source=syslog", 400, "bad_parameter"),
        ("/api/logs?source=cluster&cursor=x", 400, "bad_parameter"),
        ("/api/actions?cursor=x", 400, "bad_parameter"),
        ("/api/actions?state=gone", 400, "bad_parameter"),
        ("/api/actions/not-a-uuid", 404, "not_found"),
        (
            "/api/executions/00000000-0000-0000-0000-000000000000",
            404,
            "not_found",
        ),
        ("/api/nowhere", 404, "not_found"),
    ] {
        let answer = viewer.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(text(&problem["code"]), code, "{path}");
        assert!(!text(&problem["request_id"]).is_empty());
        assert!(!text(&problem["detail"]).is_empty());
    }
}
