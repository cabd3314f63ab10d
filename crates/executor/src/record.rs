//! Ledger records about executions. Kinds and bodies are a contract: people and scripts search for them.

use argus_store::journal::Entry;
use argus_types::Timestamp;
use argus_types::execution::{ExecutionState, StepProgress};
use argus_types::id::ExecutionId;
use argus_types::plan::Step;
use serde_json::{Value, json};

/// Who did it: the executor, on behalf of the person whom `execution.started` names.
pub(crate) const ACTOR: &str = "argus";

/// Makes the records of one execution.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recorder {
    pub(crate) execution: ExecutionId,
}

impl Recorder {
    pub(crate) fn resumed(self, at: Timestamp, replica: &str) -> Entry {
        self.entry(at, "execution.resumed", json!({ "replica": replica }))
    }

    pub(crate) fn intended(self, at: Timestamp, step: &Step, attempt: u8) -> Entry {
        let body = json!({ "attempt": attempt, "call": step.call });
        self.about(at, "step.intended", step, body)
    }

    pub(crate) fn submitted(
        self,
        at: Timestamp,
        step: &Step,
        attempt: u8,
        upid: &str,
        adopted: bool,
    ) -> Entry {
        let body = json!({ "attempt": attempt, "upid": upid, "adopted": adopted });
        self.about(at, "step.submitted", step, body)
    }

    /// The step's end, with everything that it was judged by.
    pub(crate) fn closed(
        self,
        at: Timestamp,
        kind: &str,
        step: &Step,
        progress: &StepProgress,
    ) -> Entry {
        let body = json!({
            "attempt": progress.attempt,
            "upid": progress.upid,
            "exit": progress.exit,
            "failure": progress.failure,
            "message": progress.message,
            "pre_check": progress.pre_check,
            "post_check": progress.post_check,
            "warnings": progress.warnings,
        });
        self.about(at, kind, step, body)
    }

    pub(crate) fn stop_requested(self, at: Timestamp, reason: &str) -> Entry {
        self.entry(at, "execution.stop_requested", json!({ "reason": reason }))
    }

    pub(crate) fn ended(self, at: Timestamp, state: ExecutionState, message: &str) -> Entry {
        let body = json!({ "state": state, "message": message });
        self.entry(at, "execution.ended", body)
    }

    fn about(self, at: Timestamp, kind: &str, step: &Step, mut body: Value) -> Entry {
        if let Value::Object(fields) = &mut body {
            fields.insert("step".to_owned(), json!(step.number));
            fields.insert("action".to_owned(), json!(step.action));
            let what = if step.target.guest().is_some() {
                "guest"
            } else {
                "target"
            };
            fields.insert(what.to_owned(), json!(step.target.to_string()));
            fields.insert("node".to_owned(), json!(step.target.node()));
        }
        self.entry(at, kind, body)
    }

    fn entry(self, at: Timestamp, kind: &str, body: Value) -> Entry {
        Entry {
            at: at.to_string(),
            actor: ACTOR.to_owned(),
            kind: kind.to_owned(),
            subject: format!("execution/{}", self.execution),
            body,
        }
    }
}
