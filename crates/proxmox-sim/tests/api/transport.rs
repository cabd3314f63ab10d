//! The habits of Proxmox's server (proxmox.md 3.1 to 3.3).

use std::error::Error;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::{Lab, body, reason};

#[tokio::test]
async fn a_call_answers_data_over_verified_tls() {
    let lab = Lab::start().await;
    let response = lab.get("version").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(body(response).await["data"]["release"], "9.2");
}

#[tokio::test]
async fn a_failure_stands_in_the_status_line_and_in_the_body_and_closes() {
    let lab = Lab::start().await;
    let response = lab
        .post("nodes/pve2/qemu/106/migrate", "target=pve1&online=1")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 500);
    assert_eq!(reason(&response), "VM is locked (backup)");
    assert_eq!(response.headers()["connection"], "close");
    assert_eq!(
        body(response).await,
        json!({ "data": null, "message": "VM is locked (backup)\n" })
    );
}

#[tokio::test]
async fn a_wrong_token_waits_for_an_answer_without_a_body() {
    let lab = Lab::with(|s| s.transport.auth_delay_ms = 300).await;
    let begun = Instant::now();
    let response = lab
        .client
        .get(lab.url("version"))
        .header("Authorization", "PVEAPIToken=argus@pve!ops=wrong")
        .send()
        .await
        .unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(response.status(), 401);
    assert_eq!(reason(&response), "Authentication failed!");
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn an_unknown_path_asks_who_calls_first() {
    let lab = Lab::start().await;
    let stranger = lab.client.get(lab.url("nothing")).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    let friend = lab.get("nothing").send().await.unwrap();
    assert_eq!(friend.status(), 501);
    assert_eq!(reason(&friend), "Method 'GET /nothing' not implemented");
}

#[tokio::test]
async fn other_methods_and_bodies_where_none_belong_are_not_implemented() {
    let lab = Lab::start().await;
    let token = lab.authorization();
    let head = lab
        .client
        .head(lab.url("version"))
        .header("Authorization", &token)
        .send()
        .await
        .unwrap();
    assert_eq!(head.status(), 501);
    assert_eq!(reason(&head), "method 'HEAD' not available");
    let get = lab.get("version").body("x=1").send().await.unwrap();
    assert_eq!(reason(&get), "Unexpected content for method 'GET'");
    let pieces = reqwest::Body::wrap_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(
        "snapname=s1",
    )]));
    let chunked = lab
        .post("nodes/pve1/qemu/101/snapshot", "")
        .body(pieces)
        .send()
        .await
        .unwrap();
    assert_eq!(chunked.status(), 501);
    assert!(lab.sim.tasks().is_empty());
}

#[tokio::test]
async fn a_body_may_be_json_and_must_not_be_too_large() {
    let lab = Lab::start().await;
    let accepted = lab
        .client
        .post(lab.url("nodes/pve1/qemu/101/snapshot"))
        .header("Authorization", lab.authorization())
        .json(&json!({ "snapname": "s1", "vmstate": false }))
        .send()
        .await
        .unwrap();
    assert_eq!(accepted.status(), 200);
    let large = lab
        .client
        .post(lab.url("nodes/pve1/qemu/101/snapshot"))
        .header("Authorization", lab.authorization())
        .json(&json!({ "snapname": "s2", "description": "x".repeat(600 * 1024) }))
        .send()
        .await;
    // The server may close before the client has sent all of it.
    assert!(large.is_err() || large.is_ok_and(|r| r.status() == 413));
    assert_eq!(lab.sim.tasks().len(), 1);
}

#[tokio::test]
async fn a_ticket_works_with_its_csrf_token() {
    let lab = Lab::start().await;
    let signed_in = lab
        .client
        .post(lab.url("access/ticket"))
        .json(&json!({ "username": "root@pam", "password": "lab-root-password" }))
        .send()
        .await
        .unwrap();
    let data = body(signed_in).await["data"].clone();
    let cookie = format!("PVEAuthCookie={}", data["ticket"].as_str().unwrap());
    let start = |csrf: &str| {
        lab.client
            .post(lab.url("nodes/pve3/qemu/108/status/start"))
            .header("Cookie", cookie.clone())
            .header("CSRFPreventionToken", csrf.to_owned())
            .json(&json!({}))
            .send()
    };
    assert_eq!(start("wrong").await.unwrap().status(), 401);
    let good = start(data["CSRFPreventionToken"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(good.status(), 200);
    assert_eq!(lab.sim.tasks()[0].user, "root@pam");
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_busy_one_after_its_share() {
    let lab = Lab::with(|s| {
        s.transport.idle_close_ms = 200;
        s.transport.requests_per_connection = 3;
    })
    .await;
    for _ in 0..3 {
        lab.get("version")
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
    }
    assert_eq!(lab.sim.requests().connections, 1);
    let fourth = lab.get("version").send().await.unwrap();
    assert!(fourth.headers().get("connection").is_none());
    fourth.bytes().await.unwrap();
    assert_eq!(lab.sim.requests().connections, 2);
    assert!(idle_end(&lab).await.unwrap() >= Duration::from_millis(190));
}

/// How long the server leaves a silent connection open.
async fn idle_end(lab: &Lab) -> Result<Duration, Box<dyn Error>> {
    let address = lab
        .sim
        .api_url()
        .trim_start_matches("https://")
        .trim_end_matches("/api2/json");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(lab.sim.ca_file())?)?;
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost")?;
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await?;
    let begun = Instant::now();
    let mut rest = Vec::new();
    // The end may come without a closing message, which TLS reports as an error.
    let end = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await?;
    assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    assert!(end.is_ok() || end.is_err_and(|e| e.kind() == ErrorKind::UnexpectedEof));
    Ok(begun.elapsed())
}

#[tokio::test]
async fn a_upid_travels_in_a_path() {
    let lab = Lab::start().await;
    let started = lab
        .post("nodes/pve1/qemu/101/snapshot", "snapname=s1")
        .send()
        .await
        .unwrap();
    let upid = body(started).await["data"].as_str().unwrap().to_owned();
    let encoded = upid
        .replace(':', "%3A")
        .replace('@', "%40")
        .replace('!', "%21");
    for path in [&upid, &encoded] {
        let status = lab
            .get(&format!("nodes/pve1/tasks/{path}/status"))
            .send()
            .await
            .unwrap();
        assert_eq!(body(status).await["data"]["upid"], upid.as_str());
    }
    lab.sim.advance(10_000);
    let log = lab
        .get(&format!("nodes/pve1/tasks/{upid}/log?limit=0"))
        .send()
        .await
        .unwrap();
    let log = body(log).await;
    assert_eq!(log["total"], 2);
    assert_eq!(log["data"][1]["t"], "TASK OK");
}

#[tokio::test]
async fn a_long_answer_is_compressed_for_those_who_ask() {
    let lab = Lab::start().await;
    let url = lab.url("cluster/resources");
    let plain = lab.client.get(&url).header("Accept-Encoding", "identity");
    let plain = plain.header("Authorization", lab.authorization());
    let plain = plain.send().await.unwrap().bytes().await.unwrap();
    assert!(plain.starts_with(b"{\"data\":"));
    // The client here asks by itself and unpacks what comes.
    let packed = lab.get("cluster/resources").send().await.unwrap();
    assert!(packed.content_length().is_none());
    assert!(body(packed).await["data"].as_array().unwrap().len() > 14);
}

#[tokio::test]
async fn the_nodes_name_the_certificate_that_is_shown() {
    let lab = Lab::start().await;
    let nodes = body(lab.get("nodes").send().await.unwrap()).await;
    assert_eq!(nodes["data"][0]["ssl_fingerprint"], lab.sim.fingerprint());
}
