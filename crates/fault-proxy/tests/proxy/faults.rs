//! Each fault, from the client's side and the server's.

use std::time::{Duration, Instant};

use argus_fault_proxy::{Fault, Place, Proxy, Rule, Upstream};

use crate::origin::{ANSWER, Origin, Outcome, REQUEST, ask, ask_once, connect};

#[tokio::test]
async fn without_a_rule_requests_and_answers_pass_on_one_connection() {
    let origin = Origin::start().await;
    let proxy = origin.behind_proxy().await;
    let mut stream = connect(proxy.address(), proxy.authority_pem())
        .await
        .unwrap();
    for _ in 0..3 {
        assert_eq!(ask(&mut stream).await, Outcome::Came(ANSWER.to_owned()));
    }
    assert_eq!(origin.served(), 3);
    let seen = &proxy.seen()[0];
    assert_eq!(seen.requests, ["POST /door"; 3]);
    assert!(seen.secured);
    assert_eq!(seen.received, REQUEST.repeat(3).as_bytes());
    assert_eq!(seen.sent, ANSWER.len() as u64 * 3);
    assert!(seen.received_any(b"s3cret") && !seen.received_any(b"other"));
}

#[tokio::test]
async fn each_fault_does_what_it_says_to_client_and_server() {
    let came = |bytes: usize| ANSWER[..bytes].to_owned();
    let other = b"HTTP/1.1 502 Bad Gateway\r\n\r\n".to_vec();
    let instead = |carried_out| Fault::Answer {
        bytes: other.clone(),
        carried_out,
    };
    let other = String::from_utf8(other.clone()).unwrap();
    let table = [
        (Fault::Reset(Place::Request(0)), Outcome::Reset(came(0)), 0),
        (Fault::Reset(Place::Request(20)), Outcome::Reset(came(0)), 0),
        (Fault::Reset(Place::Answer(0)), Outcome::Reset(came(0)), 1),
        (Fault::Reset(Place::Answer(9)), Outcome::Reset(came(9)), 1),
        (
            Fault::Stall(Place::Request(0)),
            Outcome::Silence(came(0)),
            0,
        ),
        (Fault::Stall(Place::Answer(9)), Outcome::Silence(came(9)), 1),
        (Fault::Truncate(0), Outcome::Came(came(0)), 1),
        (Fault::Truncate(12), Outcome::Came(came(12)), 1),
        (instead(false), Outcome::Came(other.clone()), 0),
        (instead(true), Outcome::Came(other), 1),
        (
            Fault::Drip(Duration::from_millis(1)),
            Outcome::Came(came(ANSWER.len())),
            1,
        ),
    ];
    for (fault, expected, served) in table {
        let origin = Origin::start().await;
        let proxy = origin.behind_proxy().await;
        proxy.set(Rule::once(fault.clone()).on("POST", "/door"));
        assert_eq!(ask_once(&proxy).await, expected, "{fault:?}");
        assert_eq!(origin.served(), served, "{fault:?}");
        assert_eq!(proxy.hits(), 1);
        // The rule is used up.
        let whole = Outcome::Came(ANSWER.to_owned());
        assert_eq!(ask_once(&proxy).await, whole, "{fault:?}");
    }
}

#[tokio::test]
async fn a_slow_way_and_a_dripping_answer_take_their_time() {
    let origin = Origin::start().await;
    let proxy = origin.behind_proxy().await;
    let pause = Duration::from_millis(2);
    let dripping = pause * u32::try_from(ANSWER.len()).unwrap();
    let delay = Duration::from_millis(120);
    for (fault, least) in [(Fault::Delay(delay), delay), (Fault::Drip(pause), dripping)] {
        proxy.set(Rule::once(fault));
        let began = Instant::now();
        assert_eq!(ask_once(&proxy).await, Outcome::Came(ANSWER.to_owned()));
        assert!(began.elapsed() >= least);
    }
}

#[tokio::test]
async fn bytes_that_are_not_understood_pass_and_break_as_well() {
    let origin = Origin::start().await;
    let proxy = Proxy::start(Upstream::Bytes(origin.address)).await.unwrap();
    let mut stream = origin.connect_through(&proxy).await.unwrap();
    assert_eq!(ask(&mut stream).await, Outcome::Came(ANSWER.to_owned()));
    let seen = &proxy.seen()[0];
    assert!(!seen.received_any(b"s3cret"), "it sees TLS from outside");
    assert_eq!((seen.shown, seen.secured), (None, false));

    proxy.set(Rule::always(Fault::Reset(Place::Request(100))));
    assert!(origin.connect_through(&proxy).await.is_err());
    assert_eq!(origin.served(), 1);
}
