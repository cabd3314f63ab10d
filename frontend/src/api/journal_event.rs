//! One entry of an execution's journal, as far as the page shows it.
//!
//! The contract's `Event` is an enum of nineteen shapes. Here it is one record with its parts optional, for two
//! reasons: a kind that a newer Argus adds still counts in the sequence instead of looking like a hole, and
//! the page is a twentieth lighter. The tests below hold it to the contract.

use argus_types::Timestamp;
use argus_types::event::{TaskExit, TaskLine};
use argus_types::plan::{CallPreview, Evidence};
use serde::Deserialize;

/// One message of the stream.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct JournalMessage {
    /// What comes next; none where this page is too slow and has to go on by a new connection.
    #[serde(default)]
    pub entries: Vec<JournalEvent>,
}

/// An entry with its place.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct JournalEvent {
    /// Its number; they have no gaps.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    pub event: Happened,
}

/// What happened; each kind fills the parts that it has.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Happened {
    /// What kind of thing.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The step that it is about.
    pub step: Option<u16>,
    /// Which attempt at it.
    pub attempt: u8,
    /// What was looked at.
    pub evidence: Vec<Evidence>,
    /// The request.
    pub call: Option<CallPreview>,
    /// The task inside Proxmox.
    pub upid: String,
    /// The task was found by looking.
    pub adopted: bool,
    /// Another attempt may follow.
    pub retry: bool,
    /// In words.
    pub message: String,
    /// Lines of the task's log.
    pub lines: Vec<TaskLine>,
    /// How the task ended.
    pub exit: Option<TaskExit>,
    /// Whether everything holds.
    pub holds: bool,
}

/// The kinds that say something about a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named and described by the contract's `Event`")]
pub enum Kind {
    StepStarted,
    PreChecked,
    Drifted,
    Intended,
    Submitted,
    Answered,
    Refused,
    Indeterminate,
    Absent,
    Log,
    TaskEnded,
    PostChecked,
    StepSucceeded,
    StepFailed,
    StepNeedsAttention,
    /// About the execution as a whole, or not known to this page.
    #[default]
    #[serde(other)]
    Other,
}

#[cfg(test)]
mod tests {
    use argus_types::event::{Event, ExecutionEvent, FailureReason};
    use argus_types::execution::ExecutionState;

    use super::*;

    fn read(event: Event) -> Happened {
        let entry = ExecutionEvent {
            execution: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            seq: 7,
            at: Timestamp::from_unix(1_795_000_000).unwrap(),
            event,
        };
        let text = serde_json::to_value(entry).unwrap();
        let read: JournalEvent = serde_json::from_value(text).unwrap();
        assert_eq!(read.seq, 7);
        read.event
    }

    fn evidence() -> Vec<Evidence> {
        vec![Evidence {
            label: "status".to_owned(),
            expected: "running".to_owned(),
            observed: "stopped".to_owned(),
            holds: false,
        }]
    }

    const STEP: u16 = 2;
    const ATTEMPT: u8 = 3;

    fn why() -> String {
        "why".to_owned()
    }

    fn of(kind: Kind) -> Happened {
        Happened {
            kind,
            step: Some(STEP),
            attempt: ATTEMPT,
            ..Happened::default()
        }
    }

    /// Reads an entry of this kind as the contract writes it, with these parts.
    fn kind_with(kind: &str, parts: &serde_json::Value) -> Happened {
        let mut event = serde_json::json!({ "type": kind, "step": STEP, "attempt": ATTEMPT });
        for (name, part) in parts.as_object().unwrap() {
            event[name] = part.clone();
        }
        // The contract must know it, or this test would hold the page to nothing.
        read(serde_json::from_value(event).unwrap())
    }

    #[test]
    fn what_happens_until_the_request_is_out_is_read_with_its_parts() {
        let looked = serde_json::json!({ "evidence": evidence() });
        let call = serde_json::json!({
            "call": { "method": "POST", "path": "/nodes/pve1/qemu/101/status/start", "parameters": {} }
        });
        let said = serde_json::json!({ "message": "why", "retry": true });
        let none = serde_json::json!({});
        assert_eq!(kind_with("step_started", &none), of(Kind::StepStarted));
        assert_eq!(kind_with("answered", &none), of(Kind::Answered));
        let pre_checked = kind_with("pre_checked", &looked);
        assert_eq!(
            (pre_checked.kind, pre_checked.evidence),
            (Kind::PreChecked, evidence())
        );
        let drifted = kind_with("drifted", &looked);
        assert_eq!(
            (drifted.kind, drifted.evidence),
            (Kind::Drifted, evidence())
        );
        let intended = kind_with("intended", &call);
        assert_eq!(
            (intended.kind, intended.call.unwrap().method.as_str()),
            (Kind::Intended, "POST")
        );
        for (name, kind) in [("refused", Kind::Refused), ("absent", Kind::Absent)] {
            let expected = Happened {
                retry: true,
                message: why(),
                ..of(kind)
            };
            assert_eq!(kind_with(name, &said), expected);
        }
    }

    #[test]
    fn what_happens_from_the_answer_on_is_read_with_its_parts() {
        let task = serde_json::json!({ "upid": "UPID:", "adopted": true });
        let expected = Happened {
            upid: "UPID:".to_owned(),
            adopted: true,
            ..of(Kind::Submitted)
        };
        assert_eq!(kind_with("submitted", &task), expected);
        let lost = kind_with("indeterminate", &serde_json::json!({ "message": "why" }));
        assert_eq!(
            lost,
            Happened {
                message: why(),
                ..of(Kind::Indeterminate)
            }
        );
        let lines = vec![TaskLine {
            n: 1,
            text: "starting".to_owned(),
        }];
        let log = kind_with("log", &serde_json::json!({ "lines": lines }));
        assert_eq!(
            log,
            Happened {
                lines,
                ..of(Kind::Log)
            }
        );
        let ended = kind_with(
            "task_ended",
            &serde_json::json!({ "exit": "failed", "message": "why" }),
        );
        assert_eq!(
            (ended.kind, ended.exit),
            (Kind::TaskEnded, Some(TaskExit::Failed))
        );
        let checked = serde_json::json!({ "holds": true, "evidence": evidence() });
        let expected = Happened {
            holds: true,
            evidence: evidence(),
            ..of(Kind::PostChecked)
        };
        assert_eq!(kind_with("post_checked", &checked), expected);
    }

    #[test]
    fn how_a_step_ends_is_read_with_its_words() {
        let step = STEP;
        assert_eq!(
            read(Event::StepSucceeded { step }).kind,
            Kind::StepSucceeded
        );
        let failed = read(Event::StepFailed {
            step,
            reason: FailureReason::Refused,
            message: why(),
        });
        assert_eq!((failed.kind, failed.message), (Kind::StepFailed, why()));
        let open = read(Event::StepNeedsAttention {
            step,
            message: why(),
        });
        assert_eq!((open.kind, open.message), (Kind::StepNeedsAttention, why()));
    }

    #[test]
    fn what_is_about_the_whole_execution_has_no_step() {
        let events = [
            Event::Started {
                replica: "a".to_owned(),
            },
            Event::Resumed {
                replica: "a".to_owned(),
            },
            Event::StopRequested {
                by: "Ada".to_owned(),
                emergency: true,
                reason: None,
            },
            Event::Ended {
                state: ExecutionState::Stopped,
                message: String::new(),
            },
        ];
        for event in events {
            let read = read(event);
            assert_eq!((read.kind, read.step), (Kind::Other, None));
        }
    }

    #[test]
    fn a_message_has_entries_unless_this_page_is_too_slow() {
        use argus_types::stream::JournalMessage as Contract;
        let read = |message: &Contract| -> JournalMessage {
            serde_json::from_str(&serde_json::to_string(message).unwrap()).unwrap()
        };
        let entry = ExecutionEvent {
            execution: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            seq: 7,
            at: Timestamp::from_unix(1_795_000_000).unwrap(),
            event: Event::StepSucceeded { step: 1 },
        };
        let entries = vec![entry];
        assert_eq!(read(&Contract::Entries { entries }).entries[0].seq, 7);
        let behind = Contract::Behind {
            after: 3,
            last_seq: 9,
        };
        assert!(read(&behind).entries.is_empty());
    }

    #[test]
    fn a_kind_of_a_newer_argus_keeps_its_place_in_the_sequence() {
        let text = r#"{"execution":"x","seq":9,"at":"2026-11-22T10:00:00Z","event":{"type":"blessed","step":1}}"#;
        let read: JournalEvent = serde_json::from_str(text).unwrap();
        assert_eq!((read.seq, read.event.kind), (9, Kind::Other));
    }
}
