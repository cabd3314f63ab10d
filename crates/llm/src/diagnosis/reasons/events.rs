//! What failed of late, and what logs tell.

use std::collections::BTreeMap;

use super::{Reasons, evidence, kept::count, real};
use crate::diagnosis::finding::{Cause, Measure, Severity, Unit};
use crate::diagnosis::inquiry::Symptom;
use crate::diagnosis::log::{Class, Summary};

impl Reasons<'_> {
    pub(super) fn of_events(&mut self) {
        self.failed_tasks();
        if let Some(logs) = &self.observed.logs {
            for (class, lines) in logs.classes() {
                self.logged(class, lines);
            }
        }
    }

    /// One finding for each type of task, however often it failed.
    fn failed_tasks(&mut self) {
        let mut by_kind: BTreeMap<&str, (u32, Option<Summary>)> = BTreeMap::new();
        for task in self.observed.failed_tasks.iter().flatten() {
            let (failed, logs) = by_kind.entry(kind(&task.kind)).or_default();
            *failed += 1;
            if let Some(log) = &task.log {
                *logs = Some(logs.take().unwrap_or_default().and(log));
            }
        }
        for (kind, (failed, logs)) in by_kind {
            let subject = format!("task/{kind}");
            let mut told = vec![evidence(
                Measure::Count,
                &subject,
                f64::from(failed),
                Unit::Number,
                Some(1.0),
            )];
            let classes = logs.as_ref().map(Summary::classes).unwrap_or_default();
            told.extend(classes.iter().map(|(class, lines)| {
                let subject = format!("{subject}/{}", class.as_str());
                evidence(
                    Measure::Count,
                    &subject,
                    f64::from(*lines),
                    Unit::Number,
                    None,
                )
            }));
            let phrases: Vec<&str> = classes.iter().map(|(class, _)| class.phrase()).collect();
            let times = usize::try_from(failed).unwrap_or(usize::MAX);
            let by_log = match phrases.as_slice() {
                [] if logs.is_none() => "; what the log says is not known".to_owned(),
                [] => String::new(),
                all => format!("; by the log, {}", all.join(", ")),
            };
            let text = format!(
                "{} of type {kind} failed within the last day{by_log}.",
                capital(&count(times, "task"))
            );
            let is_start = matches!(
                kind,
                "qmstart" | "vzstart" | "qmrestore" | "vzrestore" | "hastart"
            );
            let also = if is_start {
                Symptom::Down
            } else {
                Symptom::Failed
            };
            self.add(
                (Cause::TaskFailed, Severity::Warning),
                &[Symptom::Failed, Symptom::Stuck, also],
                text,
                told,
            );
        }
    }

    fn logged(&mut self, class: Class, lines: u32) {
        let (severity, explains) = weight(class);
        let read = self.observed.logs.as_ref().map_or(0, Summary::lines);
        let subject = format!("log/{}", class.as_str());
        let told = vec![
            evidence(
                Measure::Count,
                &subject,
                f64::from(lines),
                Unit::Number,
                Some(1.0),
            ),
            evidence(Measure::Count, "log", real(read.into()), Unit::Number, None),
        ];
        let text = format!(
            "By {} of the node's log of the last hour, {}.",
            count(usize::try_from(lines).unwrap_or(usize::MAX), "line"),
            class.phrase()
        );
        self.add((Cause::Logged(class), severity), explains, text, told);
    }
}

/// A task's type is a word of Proxmox's; anything else is none.
fn kind(kind: &str) -> &str {
    let is_word = (1..=32).contains(&kind.len())
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_word { kind } else { "unknown" }
}

fn weight(class: Class) -> (Severity, &'static [Symptom]) {
    use Symptom::{Down, Failed, Full, Slow, Stuck, Unreachable};
    match class {
        Class::OutOfMemory => (Severity::Critical, &[Slow, Down, Failed, Unreachable]),
        Class::IoError => (Severity::Critical, &[Slow, Down, Failed, Stuck]),
        Class::DiskFull => (Severity::Critical, &[Full, Failed, Down, Stuck]),
        Class::Crash => (Severity::Critical, &[Down, Failed, Unreachable]),
        Class::Hardware => (Severity::Warning, &[Slow, Down, Failed]),
        Class::NetworkDown => (Severity::Warning, &[Unreachable, Failed]),
        Class::ClusterTrouble => (Severity::Warning, &[Down, Stuck, Failed, Unreachable]),
        Class::LockHeld => (Severity::Warning, &[Stuck, Failed]),
        Class::Timeout => (Severity::Notice, &[Slow, Stuck, Failed, Unreachable]),
        Class::AuthFailure | Class::Certificate => (Severity::Notice, &[Failed, Unreachable]),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first
        .into_iter()
        .chain([chars.as_str().to_owned()])
        .collect()
}
