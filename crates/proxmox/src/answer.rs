//! From status, reason phrase and body to a value or an error. Pure.
//!
//! The rule that everything else rests on: only an answer that is recognisably Proxmox's own counts as one. A gateway's
//! 502, a redirect or a 596 says nothing about whether the node carried the call out.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    call::CallId,
    error::{ApiError, Error, NotSent, Stage},
    lenient,
};

/// Longest error text that is kept, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// An answer as it came.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Reason phrase of the status line; empty where there is none.
    pub(crate) reason: String,
    pub(crate) body: Bytes,
}

/// Whether a call only looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Writes,
}

/// A body that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The place, such as `data[3].mem`.
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Reads the body of a success.
pub(crate) type Decode<T> = fn(&[u8]) -> Result<T, Malformed>;

/// Proxmox's envelope around every success.
#[derive(Debug, Deserialize)]
pub(crate) struct Envelope<T> {
    pub(crate) data: T,
    /// Number of entries there are, of paged lists.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub(crate) total: Option<u64>,
}

/// Reads an envelope, naming the field that is wrong.
pub(crate) fn envelope<T: DeserializeOwned>(body: &[u8]) -> Result<Envelope<T>, Malformed> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let envelope = serde_path_to_error::deserialize(&mut json).map_err(|error| Malformed {
        path: error.path().to_string(),
        reason: bounded(&error.inner().to_string()),
    })?;
    json.end().map_err(|error| Malformed {
        path: ".".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(envelope)
}

/// Reads the data of an envelope.
pub(crate) fn data<T: DeserializeOwned>(body: &[u8]) -> Result<T, Malformed> {
    envelope(body).map(|envelope| envelope.data)
}

/// Decides what an answer means.
pub(crate) fn judge<T>(
    call: &CallId,
    answer: &Answer,
    effect: Effect,
    decode: Decode<T>,
) -> Result<T, Error> {
    let Answer {
        status,
        reason,
        body,
    } = answer;
    if status.is_success() {
        return decode(body).map_err(|malformed| unreadable(call, malformed, effect));
    }
    let code = status.as_u16();
    let failure = failure_body(body);
    match code {
        // The answering node could not connect to the one that is meant: no handler has seen the call.
        595 => Err(Error::NotSent {
            call: call.clone(),
            kind: NotSent::NodeUnreachable {
                reason: bounded(reason),
            },
        }),
        // A refusal says that the call was not carried out, whoever refused; a 5xx says so only if it is Proxmox's own.
        // Unknown methods are answered 501 without a body.
        400..=499 | 501 => Err(Error::Api(api_error(code, reason, failure))),
        500..=594 if failure.is_some() => Err(Error::Api(api_error(code, reason, failure))),
        _ => Err(Error::Indeterminate {
            call: call.clone(),
            stage: Stage::InBetween {
                status: code,
                reason: bounded(reason),
            },
            cause: None,
        }),
    }
}

fn unreadable(call: &CallId, malformed: Malformed, effect: Effect) -> Error {
    let call = call.clone();
    let Malformed { path, reason } = malformed;
    match effect {
        Effect::Reads => Error::Decode { call, path, reason },
        Effect::Writes => Error::Indeterminate {
            call,
            stage: Stage::AnswerUnreadable { path, reason },
            cause: None,
        },
    }
}

/// Proxmox's body of an error. It always has `data`; `message` since 8.3.
#[derive(Debug, Deserialize)]
struct FailureBody {
    #[serde(rename = "data")]
    _data: serde::de::IgnoredAny,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    message: Option<String>,
    #[serde(default)]
    errors: Option<BTreeMap<String, ErrorText>>,
}

/// One message by parameter, a text in practice.
#[derive(Debug, Deserialize)]
struct ErrorText(#[serde(deserialize_with = "lenient::text")] String);

fn failure_body(body: &[u8]) -> Option<FailureBody> {
    serde_json::from_slice(body).ok()
}

fn api_error(status: u16, reason: &str, body: Option<FailureBody>) -> ApiError {
    let (message, errors) = body.map_or((None, None), |body| (body.message, body.errors));
    let message = message
        .map(|message| message.trim().to_owned())
        .filter(|message| !message.is_empty())
        .unwrap_or_else(|| reason.trim().to_owned());
    ApiError {
        status,
        reason: bounded(reason),
        message: bounded(&message),
        errors: errors
            .unwrap_or_default()
            .into_iter()
            .map(|(name, ErrorText(text))| (name, bounded(text.trim())))
            .collect(),
    }
}

/// Cuts a foreign text at a character's end.
fn bounded(text: &str) -> String {
    text.get(..text.floor_char_boundary(LONGEST_MESSAGE))
        .unwrap_or(text)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::error::ApiErrorKind;

    fn judged(status: u16, reason: &str, body: &str, effect: Effect) -> Result<u64, Error> {
        let call = CallId {
            method: Method::GET,
            path: "/x".into(),
        };
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            reason: reason.to_owned(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        judge(&call, &answer, effect, data::<u64>)
    }

    #[test]
    fn a_success_is_the_data_of_its_envelope() {
        assert_eq!(
            judged(200, "", r#"{"data":7,"changes":1}"#, Effect::Reads).unwrap(),
            7
        );
    }

    #[test]
    fn an_unreadable_success_is_a_decode_error_of_a_read_and_an_unknown_outcome_of_a_write() {
        for body in [
            "",
            "<html>",
            r#"{"data":"x"}"#,
            r#"{"data":7}}"#,
            r#"{"dat"#,
            "null",
        ] {
            assert!(
                matches!(
                    judged(200, "", body, Effect::Reads),
                    Err(Error::Decode { .. })
                ),
                "{body}"
            );
            assert!(
                matches!(
                    judged(200, "", body, Effect::Writes),
                    Err(Error::Indeterminate {
                        stage: Stage::AnswerUnreadable { .. },
                        ..
                    })
                ),
                "{body}"
            );
        }
    }

    #[test]
    fn the_field_that_cannot_be_read_is_named() {
        #[derive(Debug, Deserialize)]
        struct Entry {
            #[serde(rename = "mem", deserialize_with = "lenient::uint")]
            _mem: u64,
        }
        let malformed = data::<Vec<Entry>>(br#"{"data":[{"mem":1},{"mem":"x"}]}"#).unwrap_err();
        assert_eq!(malformed.path, "data[1].mem");
    }

    #[test]
    fn the_message_comes_from_the_body_or_else_from_the_status_line() {
        let table = [
            (
                r#"{"data":null,"message":"VM is locked (backup)\n"}"#,
                "first line",
            ),
            (r#"{"data":null}"#, "VM is locked (backup)"),
            (r#"{"data":null,"message":""}"#, "VM is locked (backup)"),
        ];
        for (body, reason) in table {
            let Err(Error::Api(error)) = judged(500, reason, body, Effect::Writes) else {
                panic!("{body} is Proxmox's own");
            };
            assert_eq!(error.message, "VM is locked (backup)");
            assert_eq!(
                error.kind(),
                ApiErrorKind::Locked {
                    lock: "backup".into()
                }
            );
        }
    }

    #[test]
    fn a_refused_parameter_names_it() {
        let body = r#"{"data":null,"message":"Parameter verification failed.\n","errors":{"target":"no such node\n"}}"#;
        let Err(Error::Api(error)) = judged(400, "", body, Effect::Writes) else {
            panic!("an answer of Proxmox's own");
        };
        assert_eq!(error.errors["target"], "no such node");
    }

    #[test]
    fn a_refused_token_has_an_empty_body() {
        let Err(Error::Api(error)) = judged(401, "Authentication failed!", "", Effect::Reads)
        else {
            panic!("an answer of Proxmox's own");
        };
        assert_eq!(error.kind(), ApiErrorKind::Auth);
        assert_eq!(error.message, "Authentication failed!");
    }

    #[test]
    fn an_answer_of_somebody_in_between_leaves_the_outcome_unknown() {
        let table = [
            (596, "Connection timed out", ""),
            (597, "Broken pipe", ""),
            (599, "Too many redirections", ""),
            (502, "Bad Gateway", "<html>"),
            (504, "Gateway Time-out", ""),
            (500, "Internal Server Error", "oops"),
            (500, "", r#"{"message":"not Proxmox"}"#),
            (302, "Found", ""),
        ];
        for (status, reason, body) in table {
            for effect in [Effect::Reads, Effect::Writes] {
                let error = judged(status, reason, body, effect).unwrap_err();
                assert!(error.may_have_happened(), "{status} {body}");
                assert_eq!(error.is_retryable_read(), status >= 500);
            }
        }
    }

    #[test]
    fn an_unreachable_node_is_a_call_that_was_not_sent() {
        let error = judged(595, "No route to host", "", Effect::Writes).unwrap_err();
        assert!(matches!(
            error,
            Error::NotSent {
                kind: NotSent::NodeUnreachable { .. },
                ..
            }
        ));
        assert!(error.is_retryable_read());
    }

    #[test]
    fn a_long_foreign_text_is_cut_at_a_character() {
        let body = format!(r#"{{"data":null,"message":"{}"}}"#, "ü".repeat(5000));
        let Err(Error::Api(error)) = judged(500, "", &body, Effect::Reads) else {
            panic!("an answer of Proxmox's own");
        };
        assert_eq!(error.message.len(), 4096);
    }
}
