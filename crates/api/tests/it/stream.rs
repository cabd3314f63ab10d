//! WebSockets: for our own page, in order, resumable.

use argus_types::person::Role;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::app::{Actor, App, ORIGIN, text};

/// An open stream.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a stream as a page of this origin does.
pub async fn open(app: &App, actor: &Actor, path: &str, origin: &str) -> Result<Socket, Error> {
    let mut request = app.socket_url(path).into_client_request()?;
    let headers = request.headers_mut();
    for (name, value) in actor.socket_headers().await {
        headers.insert(name, value.parse().expect("a value"));
    }
    headers.insert("origin", origin.parse().expect("an origin"));
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

/// The next message.
pub async fn next<S>(socket: &mut WebSocketStream<S>) -> Value
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let waiting = async {
        loop {
            if let Message::Text(text) = socket.next().await.expect("open").expect("a message") {
                return serde_json::from_str(&text).expect("JSON");
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(40), waiting)
        .await
        .expect("a message in time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_comes_in_order_without_gaps_and_resumes_from_a_number() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let execution = admin.confirm(&proposal).await;
    let path = format!("/api/executions/{}/stream", text(&execution));
    let mut events = Vec::new();
    let mut socket = open(&app, &admin, &path, ORIGIN).await.unwrap();
    while !has_ended(&events) {
        take(&mut events, &next(&mut socket).await);
    }
    assert_eq!(events.last().unwrap()["event"]["state"], "succeeded");
    assert!(events.iter().any(|event| event["event"]["type"] == "log"));

    for after in 0..events.len() {
        let resumed = format!("{path}?after={after}");
        let mut socket = open(&app, &admin, &resumed, ORIGIN).await.unwrap();
        let mut again = events[..after].to_vec();
        while again.len() < events.len() {
            take(&mut again, &next(&mut socket).await);
        }
        assert_eq!(again, events);
    }
}

/// Puts the entries of a message behind those that are there; none may be missing, twice or out of order.
pub fn take(events: &mut Vec<Value>, message: &Value) {
    let entries = message["entries"].as_array().expect("entries");
    assert!(!entries.is_empty());
    for entry in entries {
        assert_eq!(entry["seq"], events.len() as u64 + 1);
        events.push(entry.clone());
    }
}

/// Whether the journal has come to its end.
pub fn has_ended(events: &[Value]) -> bool {
    events
        .last()
        .is_some_and(|event| event["event"]["type"] == "ended")
}

/// An execution whose first step's task has a long log and goes on until the faults are cleared, and the path of its
/// stream.
async fn long_execution(app: &App, admin: &Actor) -> (Value, String) {
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    app.simulator
        .fault(argus_proxmox_sim::Fault {
            target: argus_proxmox_sim::Target::default(),
            count: Some(1),
            kind: argus_proxmox_sim::FaultKind::TaskNeverEnds,
        })
        .expect("a fault");
    let execution = admin.confirm(&proposal).await;
    let path = format!("/api/executions/{}/stream", text(&execution));
    (execution, path)
}

/// Makes the journal grow as an executor would: `count` entries of about `bytes` each.
async fn grow(app: &App, execution: &Value, count: usize, bytes: usize) {
    let id = text(execution);
    app.database
        .execute(format!(
            "WITH grown AS (
                 UPDATE execution SET last_seq = last_seq + {count} WHERE id = '{id}' RETURNING last_seq
             )
             INSERT INTO execution_event (execution, seq, at, event)
             SELECT '{id}', last_seq - {count} + n, now(), json_build_object(
                 'type', 'log', 'step', 1, 'attempt', 1,
                 'lines', json_build_array(json_build_object('n', n, 'text', repeat('x', {bytes}))))
             FROM grown, generate_series(1, {count}) AS n"
        ))
        .await
        .expect("a longer journal");
    app.database
        .execute(format!(
            "SELECT pg_notify('argus', json_build_object('type', 'execution', 'id', id, 'proposal', proposal,
                 'state', state, 'last_seq', last_seq)::text)
             FROM execution WHERE id = '{id}'"
        ))
        .await
        .expect("a hint");
}

/// Opens a stream whose kernel keeps little for who does not read.
async fn open_narrow(app: &App, actor: &Actor, path: &str) -> WebSocketStream<TcpStream> {
    let url = app.socket_url(path);
    let address = url.trim_start_matches("ws://");
    let address = &address[..address.find('/').expect("a path")];
    let mut request = url.as_str().into_client_request().expect("a request");
    for (name, value) in actor.socket_headers().await {
        request
            .headers_mut()
            .insert(name, value.parse().expect("a value"));
    }
    let tcp = TcpSocket::new_v4().expect("a socket");
    tcp.set_recv_buffer_size(4096).expect("a small buffer");
    let tcp = tcp
        .connect(address.parse().expect("an address"))
        .await
        .expect("a connection");
    let opened = tokio_tungstenite::client_async(request, tcp).await;
    opened.expect("a stream").0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_too_slowly_is_told_where_it_is_and_loses_nothing() {
    let app = App::start().await;
    let admin = app.sign_in(Role::Admin).await;
    let (execution, path) = long_execution(&app, &admin).await;
    let mut slow = open_narrow(&app, &admin, &path).await;
    let mut quick = open(&app, &admin, &path, ORIGIN).await.unwrap();
    let (mut slow_has, mut quick_has) = (Vec::<Value>::new(), Vec::<Value>::new());
    while !quick_has
        .iter()
        .any(|event| event["event"]["type"] == "submitted")
    {
        take(&mut quick_has, &next(&mut quick).await);
    }
    take(&mut slow_has, &next(&mut slow).await);
    // More than the sockets' buffers and the last messages that are kept take together.
    let mut last = quick_has.len() as u64;
    for _ in 0..20 {
        grow(&app, &execution, 10, 60_000).await;
        let whole = last + 10;
        while last < whole {
            let message = next(&mut quick).await;
            for entry in message["entries"].as_array().expect("entries") {
                last += 1;
                assert_eq!(entry["seq"], last);
            }
        }
    }
    let behind = loop {
        let message = next(&mut slow).await;
        if message["type"] == "behind" {
            break message;
        }
        take(&mut slow_has, &message);
    };
    assert_eq!(behind["after"], slow_has.len() as u64);
    assert!(behind["last_seq"].as_u64().unwrap() >= 200);
    assert!(
        (slow_has.len() as u64) < last,
        "{} of {last}",
        slow_has.len()
    );
    let closed = slow.next().await;
    assert!(
        matches!(&closed, Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == 4408),
        "{closed:?}"
    );
    let resumed = format!("{path}?after={}", behind["after"]);
    let mut slow = open(&app, &admin, &resumed, ORIGIN).await.unwrap();
    while (slow_has.len() as u64) < last {
        take(&mut slow_has, &next(&mut slow).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_says_what_changes() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let mut socket = open(&app, &operator, "/api/stream", ORIGIN).await.unwrap();
    assert_eq!(next(&mut socket).await["type"], "resync");
    let proposal = operator
        .propose(json!({ "request": "snapshot web-01" }))
        .await;
    loop {
        let message = next(&mut socket).await;
        if message["type"] == "proposal" {
            assert_eq!(message["id"], proposal["id"]);
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_page_and_a_stranger_cannot_open_a_stream() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let foreign = open(&app, &operator, "/api/stream", "https://evil.example").await;
    assert!(matches!(foreign, Err(Error::Http(answer)) if answer.status() == 403));
    let mut request = app.socket_url("/api/stream").into_client_request().unwrap();
    request
        .headers_mut()
        .insert("origin", ORIGIN.parse().unwrap());
    let stranger = tokio_tungstenite::connect_async(request).await;
    assert!(matches!(stranger, Err(Error::Http(answer)) if answer.status() == 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_the_stream() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let mut socket = open(&app, &operator, "/api/stream", ORIGIN).await.unwrap();
    operator
        .request(reqwest::Method::DELETE, "/api/session")
        .send()
        .await
        .unwrap();
    let closed = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return u16::from(frame.code),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    let code = tokio::time::timeout(std::time::Duration::from_secs(10), closed).await;
    assert_eq!(code, Ok(4401));
}
