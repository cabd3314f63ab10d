//! Whose page may ask: unsafe requests, other origins' reads, and WebSockets, by origin, method and token.

use argus_types::paths;
use argus_types::person::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::app::{Actor, App, ORIGIN, reqwest_client};

/// `Origin` headers, and whether each is our own page's.
const ORIGINS: [(Option<&str>, bool); 10] = [
    (Some(ORIGIN), true),
    (None, true),
    (Some("null"), false),
    (Some("https://evil.example"), false),
    (Some("http://localhost:8091"), false),
    (Some("https://localhost:8090"), false),
    (Some("http://localhost"), false),
    (Some("http://sub.localhost:8090"), false),
    (Some("http://localhost:8090.evil.example"), false),
    (Some("http://localhost:8090/"), false),
];
/// `Sec-Fetch-Site` headers, and whether each is our own page's.
const SITES: [(Option<&str>, bool); 5] = [
    (None, true),
    (Some("same-origin"), true),
    (Some("same-site"), false),
    (Some("cross-site"), false),
    (Some("none"), false),
];

async fn send(
    actor: &Actor,
    method: &Method,
    path: &str,
    origin: Option<&str>,
    site: Option<&str>,
    csrf: Option<&str>,
) -> (u16, String) {
    let mut request = actor
        .request(method.clone(), path)
        .json(&json!({ "request": "snapshot web-01" }))
        .build()
        .expect("a request");
    let headers = request.headers_mut();
    headers.remove("origin");
    headers.remove(paths::CSRF_HEADER);
    for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
        if let Some(value) = value {
            headers.insert(name, value.parse().expect("a value"));
        }
    }
    if let Some(csrf) = csrf {
        headers.insert(paths::CSRF_HEADER, csrf.parse().expect("a value"));
    }
    let answer = reqwest_client().execute(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsafe_request_with_a_cookie_comes_from_our_own_page_and_has_its_token() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let other = app.sign_in(Role::Operator).await;
    let own = operator.session.csrf_token.as_str();
    let cut = &own[1..];
    let tokens = [
        (Some(own), true),
        (None, false),
        (Some(""), false),
        (Some(cut), false),
        (Some(other.session.csrf_token.as_str()), false),
    ];
    let mut cells = 0;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for (origin, origin_is_ours) in ORIGINS {
            for (site, site_is_ours) in SITES {
                for (csrf, csrf_is_right) in tokens {
                    let said = origin.is_some() || site.is_some();
                    let ours = said && origin_is_ours && site_is_ours;
                    let path = paths::PROPOSALS;
                    let (status, code) = send(&operator, &method, path, origin, site, csrf).await;
                    let cell = format!("{method} {origin:?} {site:?} csrf {csrf_is_right}");
                    if !ours {
                        assert_eq!((status, code.as_str()), (403, "cross_site"), "{cell}");
                    } else if method != Method::POST {
                        assert_eq!(status, 405, "{cell}");
                    } else if csrf_is_right {
                        assert_eq!(status, 201, "{cell}");
                    } else {
                        assert_eq!((status, code.as_str()), (403, "cross_site"), "{cell}");
                    }
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_a_foreign_form_could_send_is_refused() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let answer = operator
            .request(Method::POST, paths::PROPOSALS)
            .header("content-type", media_type)
            .body(r#"{"request":"snapshot web-01"}"#)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 415, "{media_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_origin_is_told_that_it_may_read() {
    let app = App::start().await;
    let viewer = app.sign_in(Role::Viewer).await;
    for (origin, _) in ORIGINS {
        for method in [Method::GET, Method::OPTIONS] {
            for path in [paths::CLUSTER, paths::SIGN_IN_WAYS, paths::PROPOSALS] {
                let mut request = viewer.request(method.clone(), path).build().unwrap();
                let headers = request.headers_mut();
                headers.remove("origin");
                if let Some(origin) = origin {
                    headers.insert("origin", origin.parse().unwrap());
                }
                headers.insert("access-control-request-method", "POST".parse().unwrap());
                let answer = reqwest_client().execute(request).await.unwrap();
                for (name, value) in answer.headers() {
                    assert!(
                        !name.as_str().starts_with("access-control-"),
                        "{method} {path} {origin:?}: {name}: {value:?}"
                    );
                }
                let policy = &answer.headers()["cross-origin-resource-policy"];
                assert_eq!(policy, "same-origin");
            }
        }
    }
}

/// Opens `/api/stream` with these headers; the status of the answer, 101 where it opened.
async fn open(app: &App, headers: &[(&str, String)]) -> u16 {
    let mut request = app
        .socket_url(paths::STREAM)
        .into_client_request()
        .expect("a request");
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().expect("a name");
        request
            .headers_mut()
            .insert(name, value.parse().expect("a value"));
    }
    match tokio_tungstenite::connect_async(request).await {
        Ok((_, answer)) => {
            let protocol = answer.headers().get("sec-websocket-protocol");
            assert_eq!(
                protocol.map(http::HeaderValue::as_bytes),
                Some(&b"argus"[..])
            );
            101
        }
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_opens_for_our_own_page_only() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    for (origin, origin_is_ours) in ORIGINS {
        for (site, site_is_ours) in SITES {
            let mut headers = operator.socket_headers().await;
            headers.retain(|(name, _)| *name != "origin");
            if let Some(origin) = origin {
                headers.push(("origin", origin.to_owned()));
            }
            if let Some(site) = site {
                headers.push(("sec-fetch-site", site.to_owned()));
            }
            let said = origin.is_some() || site.is_some();
            let ours = said && origin_is_ours && site_is_ours;
            let expected = if ours { 101 } else { 403 };
            assert_eq!(open(&app, &headers).await, expected, "{origin:?} {site:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_takes_a_ticket_of_its_own_session_once_and_soon() {
    let app = App::start().await;
    let operator = app.sign_in(Role::Operator).await;
    let other = app.sign_in(Role::Operator).await;
    let headers = operator.socket_headers().await;
    assert_eq!(open(&app, &headers).await, 101);
    assert_eq!(open(&app, &headers).await, 403, "used");

    let swap = |mine: &[(&'static str, String)], theirs: &[(&'static str, String)]| {
        let take = |from: &[(&'static str, String)], name| {
            from.iter().find(|(one, _)| *one == name).cloned()
        };
        vec![
            take(mine, "cookie").expect("a cookie"),
            take(mine, "origin").expect("an origin"),
            take(theirs, "sec-websocket-protocol").expect("a ticket"),
        ]
    };
    let (mine, theirs) = (
        operator.socket_headers().await,
        other.socket_headers().await,
    );
    assert_eq!(open(&app, &swap(&mine, &theirs)).await, 403, "another's");

    for protocols in ["argus", "ticket.x", "argus, ticket.", "argus, ticket.AAAA"] {
        let mut headers = operator.socket_headers().await;
        headers.retain(|(name, _)| *name != "sec-websocket-protocol");
        headers.push(("sec-websocket-protocol", protocols.to_owned()));
        assert_eq!(open(&app, &headers).await, 403, "{protocols}");
    }

    let late = operator.socket_headers().await;
    app.clock.advance(31);
    assert_eq!(open(&app, &late).await, 403, "too late");
}
