//! Bounds on size and on patience.

use std::time::Duration;

use serde_json::json;

use super::stand_in::{Play, StandIn, answer};
use super::{DRAFT, FORMATS, LIMITS, asked, good, prompt, settings, stand_in};
use crate::providers::{Failure, Format, Limits, Model, Provider, Settings};

const FORMAT: Format = Format::OpenaiChat;
const MEBIBYTE: usize = 1024 * 1024;
const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[tokio::test]
async fn a_body_of_a_mebibyte_is_read_and_one_byte_more_is_not() {
    for format in FORMATS {
        let mut body = good(format, DRAFT).to_string();
        body.push_str(&" ".repeat(MEBIBYTE - body.len()));
        let (whole, _) = asked(format, vec![answer(200, &JSON, &body)]).await;
        assert_eq!(whole.answer.unwrap().text, DRAFT, "{format:?}");
        body.push(' ');
        let (long, server) = asked(format, vec![answer(200, &JSON, &body)]).await;
        assert_eq!(long.answer, Err(Failure::TooLong { limit: MEBIBYTE }));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_body_that_does_not_say_how_long_it_is_is_cut_off_all_the_same() {
    let mut body = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    body.resize(body.len() + MEBIBYTE + 1, b' ');
    let (long, _) = asked(FORMAT, vec![Play::Send(body)]).await;
    assert_eq!(long.answer, Err(Failure::TooLong { limit: MEBIBYTE }));
    assert_eq!(long.exchanges[0].received, None);
}

fn busy(headers: &[(&str, &str)]) -> Play {
    let headers = [&JSON[..], headers].concat();
    answer(
        429,
        &headers,
        json!({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}).to_string(),
    )
}

#[tokio::test]
async fn a_provider_that_says_when_to_come_back_is_asked_then_and_not_before() {
    for header in [("retry-after-ms", "300"), ("retry-after", "0.3")] {
        let fine = stand_in::json(200, &good(FORMAT, DRAFT));
        let (asked, server) = asked(FORMAT, vec![busy(&[header]), fine]).await;
        assert!(asked.took >= Duration::from_millis(300), "{:?}", asked.took);
        assert_eq!(server.requests().len(), 2);
        assert!(asked.answer.is_ok());
    }
}

#[tokio::test]
async fn a_provider_that_wants_to_be_left_alone_for_long_is_and_says_for_how_long() {
    for (header, seconds) in [
        (("retry-after", "61"), 61),
        (("retry-after-ms", "3600000"), 3_600),
    ] {
        let (asked, server) = asked(FORMAT, vec![busy(&[header])]).await;
        let wait = Some(Duration::from_secs(seconds));
        assert_eq!(asked.answer, Err(Failure::RateLimited { wait }));
        assert_eq!(server.requests().len(), 1);
        assert!(asked.took < LIMITS.total);
    }
}

#[tokio::test]
async fn a_wait_that_would_outlast_the_question_is_not_begun() {
    let server = StandIn::start(vec![busy(&[("retry-after", "30")])]).await;
    let limits = Limits {
        total: Duration::from_secs(8),
        ..LIMITS
    };
    let provider = Provider::new(Settings {
        limits,
        ..settings(FORMAT, &server)
    })
    .unwrap();
    let asked = provider.ask(&prompt(FORMAT)).await;
    assert_eq!(asked.answer.unwrap_err().reason(), "rate_limited");
    assert!(asked.took < Duration::from_secs(30));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_provider_that_answers_no_is_there_and_the_breaker_stays_closed() {
    let plays = (0..8).map(|_| stand_in::json(400, &json!({}))).collect();
    let server = StandIn::start(plays).await;
    let provider = Provider::new(settings(FORMAT, &server)).unwrap();
    for _ in 0..8 {
        let failure = provider.ask(&prompt(FORMAT)).await.answer.unwrap_err();
        assert_eq!(failure.reason(), "rejected");
    }
    assert_eq!(provider.is_left_alone(), None);
}

#[tokio::test]
async fn nothing_that_a_question_takes_is_more_than_was_foreseen() {
    for format in FORMATS {
        let server = StandIn::start(vec![stand_in::json(200, &good(format, DRAFT))]).await;
        let provider = Provider::new(settings(format, &server)).unwrap();
        let worst = provider.worst(&prompt(format));
        let asked = provider.ask(&prompt(format)).await;
        let sent: usize = asked
            .exchanges
            .iter()
            .map(|one| one.sent.bytes().len())
            .sum();
        assert!(
            worst.input >= sent as u64 && worst.output >= 4_096,
            "{format:?}"
        );
        assert!(worst.total() >= asked.usage.unwrap().total());
    }
}
