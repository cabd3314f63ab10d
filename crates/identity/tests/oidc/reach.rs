//! Sockets that misbehave: each way of not answering has its own name.

use argus_identity::oidc::{Endpoint, Error, Fault, Issuer, Provider, ProviderConfig, ProviderId};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

use argus_identity::oidc::testing::BACK;

/// A provider that may not even exist.
pub fn config(issuer: &str) -> ProviderConfig {
    ProviderConfig {
        id: ProviderId::parse("idp").expect("an id"),
        name: "Test provider".to_owned(),
        issuer: Issuer::parse(issuer).expect("an issuer"),
        client_id: "argus".to_owned(),
        client_secret: None,
        ca_file: None,
        scopes: vec![],
        redirect_uri: BACK.parse().expect("an address"),
        groups_claim: "groups".to_owned(),
        person_claim: None,
        name_claim: "name".to_owned(),
    }
}

async fn fault_at(issuer: &str) -> Fault {
    let provider = Provider::new(config(issuer)).expect("a usable configuration");
    match provider.probe().await {
        Err(Error::Unreachable {
            endpoint: Endpoint::Discovery,
            fault,
        }) => fault,
        other => panic!("{other:?}"),
    }
}

/// What comes of a socket that answers every request with this and closes.
async fn fault_of(answer: impl Into<Vec<u8>>) -> Fault {
    let (answer, listener) = (answer.into(), listener().await);
    let issuer = address(&listener);
    let mut server = JoinSet::new();
    server.spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 4096];
            let read = socket.read(&mut request).await.expect("a request");
            assert!(read > 0);
            // The client may hang up in the middle of what is too long for it.
            let _ = socket.write_all(&answer).await;
        }
    });
    fault_at(&issuer).await
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

fn address(listener: &TcpListener) -> String {
    let port = listener.local_addr().expect("an address").port();
    format!("http://127.0.0.1:{port}")
}

fn with_body(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn nobody_who_listens_is_a_refused_connection() {
    let listener = listener().await;
    let issuer = address(&listener);
    drop(listener);
    assert_eq!(fault_at(&issuer).await, Fault::Refused);
}

#[tokio::test(start_paused = true)]
async fn silence_is_told_as_silence() {
    let listener = listener().await;
    assert_eq!(fault_at(&address(&listener)).await, Fault::TimedOut);
}

#[tokio::test]
async fn an_answer_that_is_none_is_told_by_its_kind() {
    let unreadable = |path: &str, reason| Fault::Unreadable {
        path: path.to_owned(),
        reason,
    };
    assert_eq!(
        fault_of("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await,
        Fault::Status { status: 404 }
    );
    assert_eq!(
        fault_of("HTTP/1.1 301 Moved\r\nlocation: https://idp.lan/\r\ncontent-length: 0\r\n\r\n")
            .await,
        Fault::Redirected { status: 301 }
    );
    assert_eq!(
        fault_of(with_body("<html>")).await,
        unreadable(".", "it is not JSON")
    );
    assert_eq!(
        fault_of(with_body(r#"{"issuer": 7}"#)).await,
        unreadable("issuer", "a value is missing or of another type")
    );
    assert_eq!(
        fault_of(with_body(&" ".repeat(1024 * 1024 + 1))).await,
        Fault::TooLong { limit: 1024 * 1024 }
    );
    assert_eq!(
        fault_of("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await,
        Fault::ConnectionLost
    );
    assert_eq!(fault_of("").await, Fault::ConnectionLost);
}

#[tokio::test]
async fn who_waits_for_a_fetch_that_fails_is_told_without_another_one() {
    let listener = listener().await;
    let provider = Provider::new(config(&address(&listener))).unwrap();
    let mut waiting = JoinSet::new();
    for _ in 0..20 {
        let provider = provider.clone();
        waiting.spawn(async move { provider.probe().await.unwrap_err().reason() });
    }
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = [0; 4096];
    assert!(socket.read(&mut request).await.unwrap() > 0);
    // By now all of them wait: a second connection would find nobody, and fail for another reason.
    drop(listener);
    socket
        .write_all(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")
        .await
        .unwrap();
    for reason in waiting.join_all().await {
        assert_eq!(reason, "http_status");
    }
}

#[tokio::test]
async fn a_listener_without_tls_is_told_as_such() {
    let listener = listener().await;
    let issuer = address(&listener).replace("http:", "https:");
    let mut server = JoinSet::new();
    server.spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        socket
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .expect("it is sent");
    });
    assert!(matches!(fault_at(&issuer).await, Fault::Tls { .. }));
}
