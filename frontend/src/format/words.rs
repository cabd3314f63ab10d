//! What states are called, and how loudly. Each word carries a tone and a glyph, because colour alone must
//! never tell anything.

use argus_types::cluster::{GuestStatus, NodeStatus};
use argus_types::execution::{ExecutionState, StepState};
use argus_types::person::{Permission, Role, TokenMay};
use argus_types::plan::{StepClass, StopClass};
use argus_types::policy::PolicyState;
use argus_types::proposal::{ProposalState, RiskLevel};

use crate::components::icon::Glyph;

/// How loudly something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do, nothing going on.
    Quiet,
    /// Going on, or waiting.
    Info,
    /// As it should be.
    Good,
    /// Look before you go on.
    Warn,
    /// Wrong.
    Bad,
    /// A person must look; the outcome is open.
    Open,
}

impl Tone {
    /// The style sheet's class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Quiet => "tone-quiet",
            Self::Info => "tone-info",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
            Self::Open => "tone-open",
        }
    }
}

/// A state in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: &'static str,
    /// How loudly.
    pub tone: Tone,
    /// The glyph beside it.
    pub glyph: Glyph,
}

const fn word(text: &'static str, tone: Tone, glyph: Glyph) -> Word {
    Word { text, tone, glyph }
}

/// A guest's status.
pub fn guest_status(status: GuestStatus) -> Word {
    match status {
        GuestStatus::Running => word("running", Tone::Good, Glyph::Play),
        GuestStatus::Stopped => word("stopped", Tone::Quiet, Glyph::Square),
        GuestStatus::Paused => word("paused", Tone::Warn, Glyph::Pause),
        GuestStatus::Unknown => word("unknown", Tone::Warn, Glyph::Question),
    }
}

/// A node's status.
pub fn node_status(status: NodeStatus) -> Word {
    match status {
        NodeStatus::Online => word("online", Tone::Good, Glyph::Check),
        NodeStatus::Offline => word("offline", Tone::Bad, Glyph::Cross),
        NodeStatus::Unknown => word("unknown", Tone::Warn, Glyph::Question),
    }
}

/// Where a version of the policy is.
pub fn policy_state(state: PolicyState) -> Word {
    match state {
        PolicyState::Proposed => word("Proposed", Tone::Info, Glyph::Clock),
        PolicyState::Active => word("In force", Tone::Good, Glyph::Check),
        PolicyState::Superseded => word("Superseded", Tone::Quiet, Glyph::Square),
        PolicyState::Rejected => word("Rejected", Tone::Bad, Glyph::Cross),
        PolicyState::Withdrawn => word("Withdrawn", Tone::Quiet, Glyph::Cross),
    }
}

/// Of a change of the policy: not only tighter.
pub const MAY_WIDEN: Word = word("may let more pass", Tone::Warn, Glyph::Warn);

/// Where a proposal is.
pub fn proposal_state(state: ProposalState) -> Word {
    match state {
        ProposalState::InReview => word("In review", Tone::Info, Glyph::Clock),
        ProposalState::Confirmed => word("Confirmed", Tone::Good, Glyph::Check),
        ProposalState::Withdrawn => word("Withdrawn", Tone::Quiet, Glyph::Cross),
        ProposalState::Expired => word("Expired", Tone::Quiet, Glyph::Clock),
        ProposalState::Drifted => word("Drifted", Tone::Warn, Glyph::Warn),
        ProposalState::Rejected => word("Rejected", Tone::Bad, Glyph::Cross),
        ProposalState::ChangesRequested => word("Changes requested", Tone::Warn, Glyph::Speech),
    }
}

/// How an execution stands.
pub fn execution_state(state: ExecutionState) -> Word {
    match state {
        ExecutionState::Running => word("Running", Tone::Info, Glyph::Progress),
        ExecutionState::Stopping => word("Stopping", Tone::Warn, Glyph::Octagon),
        ExecutionState::Succeeded => word("Succeeded, verified", Tone::Good, Glyph::Check),
        ExecutionState::Failed => word("Failed", Tone::Bad, Glyph::Cross),
        ExecutionState::Stopped => word("Stopped", Tone::Warn, Glyph::Octagon),
        ExecutionState::NeedsAttention => word("Needs attention", Tone::Open, Glyph::Warn),
    }
}

/// How an execution stands after a person may have said what became of it.
pub fn execution(state: ExecutionState, resolved: bool) -> Word {
    if resolved {
        return word("Looked at", Tone::Warn, Glyph::Check);
    }
    execution_state(state)
}

/// How a step stands.
pub fn step_state(state: StepState) -> Word {
    match state {
        StepState::Pending => word("Waiting", Tone::Quiet, Glyph::Circle),
        StepState::Checking => word("Checking before", Tone::Info, Glyph::Progress),
        StepState::PreChecked => word("Checked, not sent", Tone::Info, Glyph::Progress),
        StepState::Intended => word("Sending", Tone::Info, Glyph::Progress),
        StepState::Submitted => word("Running in Proxmox", Tone::Info, Glyph::Progress),
        StepState::Indeterminate => word("Answer lost, looking", Tone::Open, Glyph::Question),
        StepState::Observed => word("Checking after", Tone::Info, Glyph::Progress),
        StepState::Succeeded => word("Done and seen", Tone::Good, Glyph::Check),
        StepState::Failed => word("Failed", Tone::Bad, Glyph::Cross),
        StepState::NeedsAttention => word("Needs attention", Tone::Open, Glyph::Warn),
        StepState::NotStarted => word("Not started", Tone::Quiet, Glyph::Dash),
    }
}

/// A risk level.
pub fn risk(level: RiskLevel) -> Word {
    match level {
        RiskLevel::Low => word("Low risk", Tone::Good, Glyph::Check),
        RiskLevel::Medium => word("Medium risk", Tone::Warn, Glyph::Warn),
        RiskLevel::High => word("High risk", Tone::Bad, Glyph::Warn),
    }
}

/// A plan's risk: its level, and whether it is destructive.
pub fn plan_risk(level: RiskLevel, destructive: bool) -> Word {
    if !destructive {
        return risk(level);
    }
    let text = match level {
        RiskLevel::Low => "Low risk, destructive",
        RiskLevel::Medium => "Medium risk, destructive",
        RiskLevel::High => "High risk, destructive",
    };
    word(text, Tone::Bad, Glyph::Warn)
}

/// What may be done after a lost answer, for a reviewer.
pub fn step_class(class: StepClass) -> &'static str {
    match class {
        StepClass::Read => "It changes nothing; Argus may ask again.",
        StepClass::Idempotent => "Argus looks at the guest first and may then send it again.",
        StepClass::NaturalKey => {
            "Argus looks for what the step makes, by its name, and takes it over if it is there."
        }
        StepClass::UnsafeToRepeat => {
            "Never sent a second time. Argus looks at the task list and the guest; if they do not tell, a person decides."
        }
    }
}

/// What a stop means during the step, for a reviewer.
pub fn stop_class(class: StopClass) -> &'static str {
    match class {
        StopClass::Instant => "It is over in moments; a stop takes effect before the next step.",
        StopClass::SafePoint => {
            "Proxmox can end it early. Argus lets it run, and starts no later step."
        }
        StopClass::RunsToItsEnd => {
            "What has begun inside Proxmox is followed to its end; no later step starts."
        }
    }
}

/// A role, as a noun with its article.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Viewer => "a viewer",
        Role::Operator => "an operator",
        Role::Admin => "an admin",
    }
}

/// What a role is for.
pub fn role_purpose(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Sees the cluster, every change and the ledger. Changes nothing.",
        Role::Operator => {
            "Asks for changes, confirms plans that have the approvals they need, and stops executions. Approves none."
        }
        Role::Admin => {
            "Everything an operator may; approves or rejects what others asked for, and manages people."
        }
    }
}

/// What an API token may do.
pub fn token_may(may: TokenMay) -> &'static str {
    match may {
        TokenMay::Read => "reads",
        TokenMay::Propose => "reads and asks for changes",
    }
}

/// What a program wants an API token for.
pub fn token_wish(may: TokenMay) -> &'static str {
    match may {
        TokenMay::Read => "read",
        TokenMay::Propose => "read and ask for changes",
    }
}

/// Why a button is not there for `role`.
pub fn refusal(permission: Permission, own: Role) -> String {
    let least = role(permission.least_role());
    let verb = match permission {
        Permission::Read => "reads this",
        Permission::Propose => "asks for changes",
        Permission::Withdraw => "withdraws a change",
        Permission::Confirm => "confirms",
        Permission::Approve => "approves or rejects a plan",
        Permission::BreakGlass => "breaks glass",
        Permission::ManageOwn => "manages an account of their own",
        Permission::ManagePeople => "manages people",
        Permission::ManagePolicy => "changes the policy",
        Permission::ManageModels => "looks after language models",
        Permission::Cancel => "stops an execution",
        Permission::EmergencyStop => "sets the emergency stop",
        Permission::ReleaseEmergencyStop => "releases the emergency stop",
        Permission::Resolve => "says what became of a step that Argus could not decide",
        Permission::ResolveDestructive => "says so of destructive steps",
    };
    format!("Only {least} {verb}; you are {}.", role(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_both_roles() {
        assert_eq!(
            refusal(Permission::Approve, Role::Operator),
            "Only an admin approves or rejects a plan; you are an operator."
        );
    }

    #[test]
    fn a_destructive_plan_is_never_said_to_be_harmless() {
        for level in [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High] {
            let word = plan_risk(level, true);
            assert_eq!(word.tone, Tone::Bad);
            assert_eq!(word.text, format!("{}, destructive", risk(level).text));
            assert_eq!(plan_risk(level, false), risk(level));
        }
    }

    #[test]
    fn nothing_but_a_verified_end_is_said_in_the_tone_of_success() {
        for state in ExecutionState::ALL {
            assert_eq!(
                execution_state(state).tone == Tone::Good,
                state == ExecutionState::Succeeded
            );
        }
    }
}
