//! What the client makes of answers, as they come over the wire.

use argus_proxmox::{ApiErrorKind, Error, Limits, NotSent, Stage, read, write};

use crate::{
    answer, client, client_with, guest,
    keys::Identity,
    peer::{Peer, Step},
    pinned,
};

/// The error of reading the version when this is the answer.
async fn read_error(reply: Vec<u8>) -> Error {
    let identity = Identity::self_signed();
    let peer = Peer::start(&identity, vec![vec![Step::Read, Step::Send(reply)]]).await;
    client(&peer, pinned(&identity))
        .read(read::version())
        .await
        .expect_err("an answer that fails the call")
}

/// The error of starting a guest when this is the answer.
async fn write_error(reply: Vec<u8>) -> Error {
    let identity = Identity::self_signed();
    let peer = Peer::start(&identity, vec![vec![Step::Read, Step::Send(reply)]]).await;
    client(&peer, pinned(&identity))
        .write(write::start(&guest()))
        .await
        .expect_err("an answer that fails the call")
}

#[tokio::test]
async fn the_reason_phrase_is_the_message_of_an_empty_body() {
    let error = read_error(answer("401 Authentication failed!", "")).await;
    let Error::Api(error) = error else {
        panic!("{error} is Proxmox's own");
    };
    assert_eq!(error.kind(), ApiErrorKind::Auth);
    assert_eq!(error.message, "Authentication failed!");
}

#[tokio::test]
async fn the_reason_phrase_is_the_message_of_releases_before_8_3() {
    let error = write_error(answer("500 VM is locked (backup)", r#"{"data":null}"#)).await;
    let expected = ApiErrorKind::Locked {
        lock: "backup".to_owned(),
    };
    assert_eq!(error.api_kind(), Some(expected), "{error:?}");
}

#[tokio::test]
async fn a_proxy_that_gave_up_leaves_the_outcome_unknown_and_one_that_could_not_connect_does_not() {
    for status in [
        "596 Connection timed out",
        "597 Broken pipe",
        "599 Too many redirections",
    ] {
        let error = write_error(answer(status, "")).await;
        assert!(
            matches!(
                error,
                Error::Indeterminate {
                    stage: Stage::InBetween { .. },
                    ..
                }
            ),
            "{error:?}"
        );
    }
    let error = write_error(answer("595 No route to host", "")).await;
    let Error::NotSent {
        kind: NotSent::NodeUnreachable { reason },
        ..
    } = error
    else {
        panic!("{error:?} did not reach the node");
    };
    assert_eq!(reason, "No route to host");
}

#[tokio::test]
async fn a_page_instead_of_json_is_not_readable() {
    let page = "<!doctype html><title>Sign in</title>";
    let error = read_error(answer("200 OK", page)).await;
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
    let error = write_error(answer("200 OK", page)).await;
    assert!(error.may_have_happened(), "{error:?}");
    let error = write_error(answer("502 Bad Gateway", page)).await;
    assert!(error.may_have_happened(), "{error:?}");
}

#[tokio::test]
async fn a_success_without_a_task_id_is_an_unknown_outcome() {
    for data in [r#""OK""#, "null", "7"] {
        let error = write_error(answer("200 OK", &format!(r#"{{"data":{data}}}"#))).await;
        let Error::Indeterminate {
            stage: Stage::AnswerUnreadable { path, .. },
            ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(path, "data");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_unknown_outcome_with_its_status() {
    let whole = answer("200 OK", r#"{"data":{"version":"9.1.5"}}"#);
    let cut = whole[..whole.len() - 5].to_vec();
    for error in [read_error(cut.clone()).await, write_error(cut).await] {
        assert!(
            matches!(
                error,
                Error::Indeterminate {
                    stage: Stage::AnswerCutOff { status: 200 },
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_read_within_the_limit_and_refused_above_it() {
    let identity = Identity::self_signed();
    let body = format!(
        r#"{{"data":{{"version":"9","x":"{}"}}}}"#,
        "y".repeat(10_000_000)
    );
    let announced = answer("200 OK", &body);
    let unannounced = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}").into_bytes();
    for reply in [announced, unannounced] {
        let script = vec![Step::Read, Step::Send(reply)];
        let peer = Peer::start(&identity, vec![script.clone(), script]).await;
        client(&peer, pinned(&identity))
            .read(read::version())
            .await
            .unwrap();

        let limits = Limits {
            body: 1_000_000,
            ..Limits::default()
        };
        let error = client_with(&peer, pinned(&identity), limits)
            .read(read::version())
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                Error::Indeterminate {
                    stage: Stage::AnswerTooLong {
                        limit: 1_000_000,
                        ..
                    },
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn bytes_that_are_no_http_are_an_unknown_outcome() {
    for reply in [
        b"SSH-2.0-OpenSSH\r\n\r\n".to_vec(),
        vec![0; 64],
        b"HTTP/1.1 abc\r\n\r\n".to_vec(),
    ] {
        let error = write_error(reply).await;
        assert!(error.may_have_happened(), "{error:?}");
    }
}
