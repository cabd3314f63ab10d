//! What happens, in lines that people read.

use argus_types::event::Event;
use argus_types::proposal::{Proposal, RiskLevel};

use super::Account;

/// Digest, risk and steps of a plan.
pub fn plan(proposal: &Proposal) {
    Account::detail(&format!("digest {}", proposal.digest));
    Account::detail(&format!("risk   {}", level(proposal.risk.level)));
    for reason in &proposal.risk.reasons {
        Account::detail(&format!("       {}: {}", level(reason.level), reason.text));
    }
    for step in &proposal.plan.steps {
        Account::detail(&format!("step {} {}", step.number, step.title));
        Account::detail(&format!("       {} {}", step.call.method, step.call.path));
        for change in &step.changes {
            Account::detail(&format!(
                "       {}: {} -> {}",
                change.field, change.before, change.after
            ));
        }
    }
}

/// One entry of the journal.
pub fn event(event: &Event, account: &Account) {
    let say = |text: String| match event.step() {
        Some(step) => account.line(&format!("step {step}"), &text),
        None => account.line("execution", &text),
    };
    match event {
        Event::Started { replica } => say(format!("started by {replica}")),
        Event::Resumed { replica } => say(format!("taken up by {replica}")),
        Event::StepStarted { attempt, .. } => say(format!("attempt {attempt}")),
        Event::PreChecked { evidence, .. } => {
            say(format!("pre-check holds ({} values)", evidence.len()));
        }
        Event::Drifted { .. } => say("drifted".to_owned()),
        Event::Intended { call, .. } => say(format!("sending {} {}", call.method, call.path)),
        Event::Submitted { upid, .. } => say(format!("runs as {upid}")),
        Event::Answered { .. } => say("done at once".to_owned()),
        Event::Refused { message, .. } => say(format!("refused: {message}")),
        Event::Indeterminate { message, .. } => say(format!("answer lost: {message}")),
        Event::Absent { message, .. } => say(format!("nothing was started: {message}")),
        Event::Log { lines, .. } => {
            for line in lines {
                Account::detail(&format!("| {}", printable(&line.text)));
            }
        }
        Event::TaskEnded { message, .. } => say(format!("task ended: {message}")),
        Event::PostChecked {
            holds, evidence, ..
        } => {
            say(format!(
                "post-check {}",
                if *holds { "holds" } else { "does not hold" }
            ));
            for seen in evidence {
                Account::detail(&format!(
                    "{}: {} (expected {})",
                    printable(&seen.label),
                    printable(&seen.observed),
                    printable(&seen.expected)
                ));
            }
        }
        Event::StepSucceeded { .. } => say("succeeded".to_owned()),
        Event::StepFailed { message, .. } => say(format!("failed: {message}")),
        Event::StepNeedsAttention { message, .. } => say(format!("needs attention: {message}")),
        Event::StopRequested { by, .. } => say(format!("stop requested by {by}")),
        Event::Ended { state, message } => say(format!("{}: {message}", state.as_str())),
    }
}

/// Proxmox's words must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

fn level(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::Low => "low",
        RiskLevel::Medium => "medium",
        RiskLevel::High => "high",
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_task_log_cannot_steer_the_terminal() {
        assert_eq!(printable("\u{1b}[2Jgone"), "\u{fffd}[2Jgone");
    }
}
