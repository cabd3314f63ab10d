//! WebSockets: for our own page, in order, resumable.

use argus_types::person::Role;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::app::{Actor, App, ORIGIN, text};

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(app: &App, actor: &Actor, path: &str, origin: &str) -> Result<Socket, Error> {
    let mut request = app.socket_url(path).into_client_request()?;
    let headers = request.headers_mut();
    for (name, value) in actor.socket_headers().await {
        headers.insert(name, value.parse().expect("a value"));
    }
    headers.insert("origin", origin.parse().expect("an origin"));
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

async fn next(socket: &mut Socket) -> Value {
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
    let mut socket = open(&app, &admin, &path, ORIGIN).await.unwrap();
    let mut events = Vec::new();
    loop {
        let event = next(&mut socket).await;
        assert_eq!(event["seq"], events.len() as u64 + 1);
        let ended = event["event"]["type"] == "ended";
        events.push(event);
        if ended {
            break;
        }
    }
    assert_eq!(events.last().unwrap()["event"]["state"], "succeeded");
    assert!(events.iter().any(|event| event["event"]["type"] == "log"));

    let after = events.len() / 2;
    let mut socket = open(&app, &admin, &format!("{path}?after={after}"), ORIGIN)
        .await
        .unwrap();
    for expected in &events[after..] {
        assert_eq!(&next(&mut socket).await, expected);
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
