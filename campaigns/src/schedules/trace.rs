//! Events in the words of a trace.

use argus_types::event::Event;

/// In a word or two.
pub fn event(event: &Event) -> String {
    match event {
        Event::Log { lines, .. } => format!("{} lines", lines.len()),
        Event::PreChecked { step, attempt, .. } => format!("PreChecked {step}/{attempt}"),
        Event::Drifted { step, evidence, .. } => {
            let missed: Vec<_> = evidence
                .iter()
                .filter(|one| !one.holds)
                .map(|one| format!("{} is {}", one.label, one.observed))
                .collect();
            format!("Drifted {step} ({})", missed.join("; "))
        }
        Event::Intended { step, attempt, .. } => format!("Intended {step}/{attempt}"),
        Event::PostChecked { step, holds, .. } => format!("PostChecked {step} {holds}"),
        other => format!("{other:?}"),
    }
}
