//! The way of a plan from its draft to a confirmation, as lines. Pure.

use argus_types::Timestamp;
use argus_types::approval::{Approval, Approvals, Verdict};
use argus_types::proposal::{Proposal, ProposalState};

use super::part::missing;
use crate::components::icon::Glyph;
use crate::format::count::count;
use crate::format::words::{self, Tone};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How loudly.
    pub tone: Tone,
    /// The drawing beside it.
    pub glyph: Glyph,
    /// What happened, or what it waits for.
    pub text: String,
    /// When.
    pub at: Option<Timestamp>,
    /// What whoever did it said, or what else there is to know.
    pub said: Option<String>,
    /// The passkey that signed it.
    pub signed: Option<String>,
    /// Until when it counts, where that is still ahead.
    pub until: Option<Timestamp>,
}

fn line(tone: Tone, glyph: Glyph, text: String) -> Line {
    Line {
        tone,
        glyph,
        text,
        at: None,
        said: None,
        signed: None,
        until: None,
    }
}

/// The whole way so far, at `now_ms`, and what comes next.
pub fn lines(proposal: &Proposal, approvals: &Approvals, now_ms: i64) -> Vec<Line> {
    let mut lines = vec![Line {
        at: Some(proposal.created_at),
        ..line(
            Tone::Quiet,
            Glyph::Speech,
            format!("Asked for by {}", proposal.author.name),
        )
    }];
    if proposal.revision > 1 {
        lines.push(Line {
            at: Some(proposal.planned_at),
            said: Some("What was decided on earlier plans does not count for this one.".to_owned()),
            ..line(
                Tone::Quiet,
                Glyph::Camera,
                format!("Planned anew as revision {}", proposal.revision),
            )
        });
    }
    // Of a closed proposal it counts what was so when it was closed.
    let moment = proposal.closed_at.map_or(now_ms, Timestamp::unix_millis);
    let given = approvals.given.iter();
    lines.extend(
        given
            .flat_map(|given| {
                let taken_back = given.revoked_at.map(|at| taken_back(given, at));
                [Some(decision(given, proposal.state, moment)), taken_back]
            })
            .flatten(),
    );
    lines.extend(end(proposal, approvals, moment));
    lines
}

fn is_over(given: &Approval, moment: i64) -> bool {
    given.expires_at.unix_millis() <= moment
}

fn decision(given: &Approval, state: ProposalState, moment: i64) -> Line {
    let name = &given.person.name;
    let own = match given.verdict {
        Verdict::Reject => line(Tone::Bad, Glyph::Cross, format!("Rejected by {name}")),
        Verdict::Approve if given.revoked_at.is_some() => line(
            Tone::Quiet,
            Glyph::Check,
            format!("Approved by {name}, who took it back"),
        ),
        Verdict::Approve if is_over(given, moment) => line(
            Tone::Quiet,
            Glyph::Clock,
            format!("Approved by {name}, which is over"),
        ),
        Verdict::Approve => Line {
            until: (state == ProposalState::InReview).then_some(given.expires_at),
            ..line(Tone::Good, Glyph::Check, format!("Approved by {name}"))
        },
    };
    Line {
        at: Some(given.at),
        said: given.comment.clone(),
        signed: given
            .signature
            .as_ref()
            .map(|signed| signed.passkey.clone()),
        ..own
    }
}

fn taken_back(given: &Approval, at: Timestamp) -> Line {
    Line {
        at: Some(at),
        ..line(
            Tone::Quiet,
            Glyph::Cross,
            format!("Taken back by {}", given.person.name),
        )
    }
}

fn end(proposal: &Proposal, approvals: &Approvals, moment: i64) -> Option<Line> {
    match proposal.state {
        ProposalState::InReview => Some(next(approvals, moment)),
        // The decision itself stands in the line above.
        ProposalState::Rejected
            if approvals
                .given
                .iter()
                .any(|given| given.verdict == Verdict::Reject) =>
        {
            None
        }
        state => {
            let word = words::proposal_state(state);
            let by = proposal
                .closed_by
                .as_ref()
                .map_or_else(String::new, |person| format!(" by {}", person.name));
            Some(Line {
                at: proposal.closed_at,
                ..line(word.tone, word.glyph, format!("{}{by}", word.text))
            })
        }
    }
}

fn next(approvals: &Approvals, moment: i64) -> Line {
    let missing = missing(approvals);
    if missing == 0 {
        let text = if approvals.required == 0 {
            "Waits for somebody to confirm it"
        } else {
            "Waits for somebody who approved nothing to confirm it"
        };
        return line(Tone::Info, Glyph::Circle, text.to_owned());
    }
    let more = count(usize::from(missing), "more admin", "more admins");
    let none = if missing == 1 { "not" } else { "none of them" };
    // Approvals whose givers have since lost a right count no more, though their time is not over.
    let standing = approvals
        .given
        .iter()
        .filter(|given| given.verdict == Verdict::Approve && given.revoked_at.is_none())
        .filter(|given| !is_over(given, moment))
        .count();
    let lost = standing.saturating_sub(usize::from(approvals.counting));
    Line {
        said: (lost > 0).then(|| {
            let gone = count(lost, "approval counts", "approvals count");
            format!("{gone} no more: who gave it may not approve this any longer.")
        }),
        ..line(
            Tone::Warn,
            Glyph::Clock,
            format!("Waits for {more}, {none} the author"),
        )
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
