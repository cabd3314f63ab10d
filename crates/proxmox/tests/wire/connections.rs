//! What the client does when connections fail, and what it says about the outcome.

use std::time::Duration;

use argus_proxmox::{Error, Limits, NotSent, Stage, read, write};
use tokio::net::TcpListener;

use crate::{
    answer, client, client_with, guest,
    keys::Identity,
    peer::{Peer, Seen, Step},
    pinned, task_answer, version_answer,
};

fn stage(error: &Error) -> &Stage {
    match error {
        Error::Indeterminate { stage, .. } => stage,
        other => panic!("{other} has a known outcome"),
    }
}

#[tokio::test]
async fn a_request_carries_the_token_and_nothing_it_should_not() {
    let identity = Identity::self_signed();
    let mut peer = Peer::start(
        &identity,
        vec![vec![Step::Read, Step::Send(version_answer())]],
    )
    .await;
    let version = client(&peer, pinned(&identity))
        .read(read::version())
        .await
        .unwrap();
    assert_eq!(version.version, "9.1.5");

    let request = peer.request().await.to_lowercase();
    assert!(
        request.starts_with("get /api2/json/version http/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains(&format!(
        "\r\nauthorization: pveapitoken=argus@pve!test={}\r\n",
        crate::SECRET
    )));
    for absent in [
        "\r\ncookie:",
        "\r\ntransfer-encoding:",
        "\r\naccept-encoding:",
        "\r\nreferer:",
    ] {
        assert!(!request.contains(absent), "{request}");
    }
}

#[tokio::test]
async fn a_name_is_resolved_and_a_call_may_move_between_threads() {
    let identity = Identity::self_signed();
    let peer = Peer::start(
        &identity,
        vec![vec![Step::Read, Step::Send(version_answer())]],
    )
    .await;
    let mut endpoint = client(&peer, pinned(&identity)).endpoint().clone();
    endpoint.url.set_host(Some("localhost")).unwrap();
    let client = argus_proxmox::Client::new(
        endpoint,
        crate::token(),
        pinned(&identity),
        Limits::default(),
    )
    .unwrap();
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { client.read(read::version()).await });
    calls.join_next().await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_write_announces_its_length_and_is_never_chunked() {
    let identity = Identity::self_signed();
    let scripts = vec![vec![Step::Read, Step::Send(task_answer())]; 2];
    let mut peer = Peer::start(&identity, scripts).await;
    let client = client(&peer, pinned(&identity));

    let upid = client.write(write::start(&guest())).await.unwrap();
    assert_eq!(upid.type_(), "qmstart");
    let request = peer.request().await;
    assert!(request.starts_with("POST /api2/json/nodes/pve1/qemu/100/status/start HTTP/1.1\r\n"));
    assert!(
        request.to_lowercase().contains("\r\ncontent-length: 0\r\n"),
        "{request}"
    );

    let options = write::Shutdown { timeout: Some(90) };
    client
        .write(write::shutdown(&guest(), options))
        .await
        .unwrap();
    let request = peer.request().await;
    assert!(request.ends_with("\r\n\r\ntimeout=90"), "{request}");
    assert!(
        request
            .to_lowercase()
            .contains("\r\ncontent-length: 10\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn reads_share_a_connection() {
    let identity = Identity::self_signed();
    let twice = vec![
        Step::Read,
        Step::Send(version_answer()),
        Step::Read,
        Step::Send(version_answer()),
    ];
    let mut peer = Peer::start(&identity, vec![twice]).await;
    let client = client(&peer, pinned(&identity));
    client.read(read::version()).await.unwrap();
    client.read(read::version()).await.unwrap();
    peer.request().await;
    peer.request().await;
}

#[tokio::test]
async fn each_write_has_a_connection_of_its_own() {
    let identity = Identity::self_signed();
    let scripts = vec![
        vec![Step::Read, Step::Send(version_answer()), Step::Stall],
        vec![Step::Read, Step::Send(task_answer()), Step::Stall],
        vec![Step::Read, Step::Send(task_answer()), Step::Stall],
    ];
    let peer = Peer::start(&identity, scripts).await;
    let client = client(&peer, pinned(&identity));
    client.read(read::version()).await.unwrap();
    client.write(write::start(&guest())).await.unwrap();
    client.write(write::start(&guest())).await.unwrap();
}

#[tokio::test]
async fn a_read_on_a_connection_that_closed_while_idle_succeeds() {
    let identity = Identity::self_signed();
    let scripts = vec![vec![Step::Read, Step::Send(version_answer())]; 2];
    let mut peer = Peer::start(&identity, scripts).await;
    let client = client(&peer, pinned(&identity));
    client.read(read::version()).await.unwrap();
    peer.request().await;
    assert_eq!(peer.next().await, Seen::Ended);
    client.read(read::version()).await.unwrap();
    peer.request().await;
}

#[tokio::test]
async fn a_read_whose_connection_closes_under_it_is_read_once_more() {
    let identity = Identity::self_signed();
    let scripts = vec![
        vec![Step::Read, Step::Send(version_answer()), Step::Read],
        vec![Step::Read, Step::Send(version_answer())],
    ];
    let mut peer = Peer::start(&identity, scripts).await;
    let client = client(&peer, pinned(&identity));
    client.read(read::version()).await.unwrap();
    client.read(read::version()).await.unwrap();
    for _ in 0..3 {
        peer.request().await;
    }
}

#[tokio::test]
async fn a_read_is_tried_twice_and_no_more() {
    let identity = Identity::self_signed();
    let mut peer = Peer::start(&identity, vec![vec![Step::Read, Step::Reset]; 3]).await;
    let error = client(&peer, pinned(&identity))
        .read(read::version())
        .await
        .unwrap_err();
    assert_eq!(stage(&error), &Stage::ConnectionLost);
    assert!(error.is_retryable_read());
    peer.request().await;
    peer.request().await;
    assert_eq!(peer.requests_left(), 0);
}

#[tokio::test]
async fn a_write_whose_connection_broke_has_an_unknown_outcome_and_is_not_repeated() {
    let identity = Identity::self_signed();
    let breaks = [
        vec![Step::Read, Step::Reset],
        vec![Step::Read],
        vec![Step::Reset],
        vec![
            Step::Read,
            Step::Send(b"HTTP/1.1 200 O".to_vec()),
            Step::Reset,
        ],
    ];
    for script in breaks {
        let expected = usize::from(matches!(script[0], Step::Read));
        let mut peer = Peer::start(&identity, vec![script.clone(), script.clone()]).await;
        let client = client(&peer, pinned(&identity));
        let error = client.write(write::start(&guest())).await.unwrap_err();
        assert_eq!(stage(&error), &Stage::ConnectionLost, "{script:?}");
        let mut requests = 0;
        loop {
            match peer.next().await {
                Seen::Request(_) => requests += 1,
                Seen::Ended => break,
                Seen::NoSession | Seen::Resumed => {
                    panic!("a new session is made before it breaks")
                }
            }
        }
        assert_eq!(
            (requests, peer.requests_left()),
            (expected, 0),
            "{script:?}"
        );
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let identity = Identity::self_signed();
    // The peer without a script closes its listener.
    let mut peer = Peer::start(&identity, vec![vec![Step::DropBeforeTls]]).await;
    let client = client(&peer, pinned(&identity));
    for kind in ["dropped before TLS", "refused"] {
        let error = client.write(write::start(&guest())).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::NotSent {
                    kind: NotSent::Connect(_),
                    ..
                }
            ),
            "{kind}: {error:?}"
        );
        if kind == "dropped before TLS" {
            assert_eq!(peer.next().await, Seen::Ended);
        }
    }
}

#[tokio::test]
async fn a_peer_that_never_finishes_the_handshake_gets_no_request() {
    let identity = Identity::self_signed();
    // The kernel accepts into the backlog; nobody ever speaks.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits {
        connect: Duration::from_millis(200),
        ..Limits::default()
    };
    let peer = Peer::start(&identity, Vec::new()).await;
    let mut endpoint = client(&peer, pinned(&identity)).endpoint().clone();
    endpoint
        .url
        .set_port(Some(silent.local_addr().unwrap().port()))
        .unwrap();
    let client =
        argus_proxmox::Client::new(endpoint, crate::token(), pinned(&identity), limits).unwrap();
    let error = client.write(write::start(&guest())).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotSent {
                kind: NotSent::Connect(_),
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_call_without_an_answer_in_time_has_an_unknown_outcome() {
    let identity = Identity::self_signed();
    let limits = Limits {
        total: Duration::from_millis(300),
        ..Limits::default()
    };
    let cut_off = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{".to_vec();
    for script in [
        vec![Step::Read, Step::Stall],
        vec![Step::Read, Step::Send(cut_off), Step::Stall],
    ] {
        let mut peer = Peer::start(&identity, vec![script; 2]).await;
        let client = client_with(&peer, pinned(&identity), limits);
        let error = client.read(read::version()).await.unwrap_err();
        assert_eq!(stage(&error), &Stage::TimedOut);
        peer.request().await;
        assert_eq!(
            peer.requests_left(),
            0,
            "a slow answer is not asked for again"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let identity = Identity::self_signed();
    let elsewhere = Peer::start(
        &identity,
        vec![vec![Step::Read, Step::Send(version_answer())]],
    )
    .await;
    let status = format!(
        "302 Found\r\nLocation: https://127.0.0.1:{}/api2/json/version",
        elsewhere.port()
    );
    let peer = Peer::start(
        &identity,
        vec![vec![Step::Read, Step::Send(answer(&status, ""))]],
    )
    .await;
    let error = client(&peer, pinned(&identity))
        .read(read::version())
        .await
        .unwrap_err();
    assert!(matches!(
        stage(&error),
        Stage::InBetween { status: 302, .. }
    ));
    let mut elsewhere = elsewhere;
    assert_eq!(elsewhere.requests_left(), 0);
}

#[tokio::test]
async fn a_call_that_cannot_be_sent_safely_is_refused_before_a_connection() {
    let identity = Identity::self_signed();
    let mut peer = Peer::start(&identity, vec![vec![Step::Read]]).await;
    let error = client(&peer, pinned(&identity))
        .read(read::node_status("../access"))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotSent {
                kind: NotSent::Refused(_),
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(peer.requests_left(), 0);
}
