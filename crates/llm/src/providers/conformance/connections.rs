//! Connections that fail, lead elsewhere or to somebody else, and what is said and reported of them.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, crypto::ring};
use rustls_pki_types::PrivateKeyDer;
use serde_json::json;

use super::stand_in::{Play, StandIn, answer};
use super::{DRAFT, FORMATS, LIMITS, SECRET, asked, good, prompt, provider, settings, stand_in};
use crate::providers::{Failure, Format, Limits, Model, NoConnection, Provider, Settings};

const FORMAT: Format = Format::OpenaiChat;

#[tokio::test]
async fn the_bytes_that_are_reported_are_the_bytes_that_were_sent_and_received() {
    for format in FORMATS {
        let body = good(format, DRAFT);
        let server = StandIn::start(vec![stand_in::json(200, &body)]).await;
        let provider = provider(format, &server);
        let before = provider.seal(&prompt(format));
        let asked = provider.ask(&prompt(format)).await;
        let seen = server.requests().pop().unwrap();
        let [exchange] = &asked.exchanges[..] else {
            panic!("{:?}", asked.exchanges);
        };
        assert_eq!(exchange.sent.bytes(), &seen.body, "{format:?}");
        assert_eq!(before, exchange.sent, "known before it leaves");
        assert_eq!(exchange.sent.sha256(), sha256(&seen.body));
        assert!(
            seen.head
                .contains(&format!("content-length: {}\r\n", seen.body.len()))
        );
        let received = exchange.received.as_ref().unwrap();
        assert_eq!(received.bytes(), body.to_string().as_bytes());
        assert_eq!(
            (exchange.status, exchange.provider.as_str()),
            (Some(200), "main")
        );
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(bytes))
}

#[tokio::test]
async fn what_failed_is_reported_as_well_attempt_by_attempt() {
    let busy = || stand_in::json(503, &json!({"error": {"message": "busy"}}));
    let fine = stand_in::json(200, &good(FORMAT, DRAFT));
    let (asked, server) = asked(FORMAT, vec![busy(), busy(), fine]).await;
    let statuses: Vec<_> = asked.exchanges.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [Some(503), Some(503), Some(200)]);
    for (exchange, seen) in asked.exchanges.iter().zip(server.requests()) {
        assert_eq!(exchange.sent.bytes(), &seen.body);
    }
    assert_eq!(asked.answer.unwrap().whole(), Ok(DRAFT));
}

#[tokio::test]
async fn a_redirect_is_not_followed_to_loopback_or_anywhere() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = StandIn::start(vec![stand_in::json(200, &good(FORMAT, DRAFT))]).await;
        let to = format!("http://127.0.0.1:{}/v1/chat/completions", elsewhere.port());
        let (asked, server) = asked(FORMAT, vec![answer(status, &[("location", &to)], "")]).await;
        assert_eq!(asked.answer, Err(Failure::Redirected { status }));
        assert_eq!(
            (server.requests().len(), elsewhere.requests().len()),
            (1, 0)
        );
        assert_eq!(asked.exchanges[0].status, Some(status));
    }
}

#[tokio::test]
async fn a_page_is_no_answer_whatever_is_in_it() {
    for format in FORMATS {
        let page = answer(
            200,
            &[("content-type", "text/html; charset=utf-8")],
            good(format, DRAFT).to_string(),
        );
        let (asked, server) = asked(format, vec![page]).await;
        let failure = asked.answer.unwrap_err();
        assert_eq!(
            failure.to_string(),
            "the provider answered with something else than JSON: \"text/html\""
        );
        assert_eq!(server.requests().len(), 1);
    }
    let (plain, _) = asked(
        FORMAT,
        vec![answer(200, &[], good(FORMAT, DRAFT).to_string())],
    )
    .await;
    assert!(
        plain.answer.is_ok(),
        "a gateway that does not say what it sends"
    );
    let nonsense = answer(200, &[("content-type", "application/json")], "<html>");
    let (nonsense, _) = asked(FORMAT, vec![nonsense]).await;
    assert_eq!(nonsense.answer.unwrap_err().reason(), "answer_unreadable");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_not_tried_again() {
    let (asked, server) = asked(FORMAT, vec![Play::Send(Vec::new())]).await;
    assert_eq!(asked.answer, Err(Failure::ConnectionLost));
    assert_eq!(server.requests().len(), 1);
    let [exchange] = &asked.exchanges[..] else {
        panic!("it may have arrived, so it is reported");
    };
    assert_eq!((exchange.status, &exchange.received), (None, &None));
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let server = StandIn::start(Vec::new()).await;
    let provider = provider(FORMAT, &server);
    drop(server);
    let asked = provider.ask(&prompt(FORMAT)).await;
    assert_eq!(
        asked.answer,
        Err(Failure::NotConnected(NoConnection::Refused))
    );
    assert!(asked.exchanges.is_empty());
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_said_to() {
    let server = StandIn::start(Vec::new()).await;
    let base_url = "http://no-such-host.invalid/v1".parse().unwrap();
    let settings = Settings {
        key: None,
        base_url,
        ..settings(FORMAT, &server)
    };
    let asked = Provider::new(settings).unwrap().ask(&prompt(FORMAT)).await;
    assert_eq!(
        asked.answer,
        Err(Failure::NotConnected(NoConnection::NotResolved))
    );
}

fn hasty(server: &StandIn, total: Duration) -> Provider {
    let limits = Limits { total, ..LIMITS };
    let settings = Settings {
        limits,
        ..settings(FORMAT, server)
    };
    Provider::new(settings).unwrap()
}

#[tokio::test]
async fn a_provider_that_hangs_for_ever_costs_its_time_limit_and_then_nothing() {
    let server = StandIn::start(vec![Play::Hang, Play::Hang, Play::Hang]).await;
    let limit = Duration::from_millis(100);
    let provider = hasty(&server, limit);
    for _ in 0..3 {
        let asked = provider.ask(&prompt(FORMAT)).await;
        assert_eq!(asked.answer, Err(Failure::TimedOut { limit }));
        assert_eq!(asked.exchanges.len(), 1, "a hang is not tried again");
    }
    let asked = provider.ask(&prompt(FORMAT)).await;
    let failure = asked.answer.unwrap_err();
    assert!(matches!(failure, Failure::LeftAlone { wait } if wait > Duration::from_secs(20)));
    assert!(
        failure.to_string().ends_with("nothing was sent"),
        "{failure}"
    );
    assert!(asked.exchanges.is_empty());
    assert!(server.requests().len() <= 3, "the fourth was not sent");
    assert!(provider.is_left_alone().is_some());
}

#[tokio::test]
async fn a_provider_that_drips_is_as_slow_as_one_that_hangs() {
    let drip = Play::Drip(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{".to_vec());
    let mut server = StandIn::start(vec![drip]).await;
    let limit = Duration::from_secs(2);
    let asked = hasty(&server, limit).ask(&prompt(FORMAT)).await;
    assert_eq!(asked.answer, Err(Failure::TimedOut { limit }));
    assert_eq!(asked.exchanges[0].status, Some(200));
    server.a_departure().await;
}

#[tokio::test]
async fn whoever_stops_waiting_ends_the_request_and_nothing_is_sent_again() {
    let mut server = StandIn::start(vec![Play::Hang]).await;
    let provider = provider(FORMAT, &server);
    let prompt = prompt(FORMAT);
    tokio::select! {
        _ = provider.ask(&prompt) => panic!("it hangs"),
        () = server.a_request() => {}
    }
    server.a_departure().await;
    assert_eq!(server.requests().len(), 1);
    assert_eq!(provider.is_left_alone(), None);
}

/// A server's certificate for 127.0.0.1 and the authority that signed it, as PEM.
fn signed() -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let leaf_key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&leaf_key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    (Arc::new(config), authority)
}

#[tokio::test]
async fn a_private_authority_is_trusted_where_its_file_says_so_and_nobody_else() {
    let (config, authority) = signed();
    let (_, strangers) = signed();
    let folder = tempfile::tempdir().unwrap();
    for (pem, is_trusted) in [(authority, true), (strangers, false)] {
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, pem).unwrap();
        let fine = stand_in::json(200, &good(FORMAT, DRAFT));
        let server = StandIn::start_tls(vec![fine], Arc::clone(&config)).await;
        let base_url = format!("https://127.0.0.1:{}/v1", server.port())
            .parse()
            .unwrap();
        let settings = Settings {
            base_url,
            ca_file: Some(path),
            ..settings(FORMAT, &server)
        };
        let asked = Provider::new(settings).unwrap().ask(&prompt(FORMAT)).await;
        if is_trusted {
            assert_eq!(asked.answer.unwrap().whole(), Ok(DRAFT));
        } else {
            let failure = asked.answer.unwrap_err();
            let is_certificate = matches!(
                failure,
                Failure::NotConnected(NoConnection::Certificate { .. })
            );
            assert!(
                is_certificate && failure.remedy().contains("ca_file"),
                "{failure:?}"
            );
            assert!(server.requests().is_empty() && asked.exchanges.is_empty());
        }
    }
}

#[tokio::test]
async fn a_file_without_authorities_is_an_error_at_the_start() {
    let server = StandIn::start(Vec::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let with = |path: &std::path::Path| {
        let ca_file = Some(path.to_owned());
        Provider::new(Settings {
            ca_file,
            ..settings(FORMAT, &server)
        })
        .map(drop)
    };
    assert!(with(&path).is_err());
    std::fs::write(&path, "nothing of the kind").unwrap();
    assert!(with(&path).is_err());
}

#[tokio::test]
async fn a_key_that_the_provider_repeats_is_blotted_out_of_everything() {
    let text = format!("{{\"kind\":\"{SECRET}\"}}");
    let (asked, _) = asked(FORMAT, vec![stand_in::json(200, &good(FORMAT, &text))]).await;
    let shown = format!("{asked:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    let received = asked.exchanges[0].received.as_ref().unwrap();
    let received = String::from_utf8(received.bytes().to_vec()).unwrap();
    assert!(received.contains("[key]") && !received.contains(SECRET));
    assert_eq!(asked.answer.unwrap().text, r#"{"kind":"[key]"}"#);
}
