//! The policy on the wire: what it says about one plan, its versions, and changes of it.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::approval::Approval;
use crate::id::{PlanDigest, ProposalId, StepUpId};
use crate::person::Person;
use crate::text::PlainText;

/// Most characters of a policy document.
pub const MAX_POLICY_TEXT: usize = 65_536;

/// What the policy says about one plan: what it needs before it may run, or why it may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// Why it may not run; empty where it may.
    pub denied: Vec<Denial>,
    /// How many different people must approve it.
    pub approvals: u8,
    /// What asks for so many, in a sentence.
    pub approvals_why: String,
    /// Whether an admin who asked for it may give one of the approvals.
    pub own_approval: bool,
    /// Whether confirming takes a fresh passkey assertion; approving always does.
    pub step_up: bool,
    /// Whether the author must say why.
    pub reason: bool,
    /// Minutes after which it cannot be confirmed any more.
    pub expires_after_min: u32,
    /// Minutes for which an approval of it counts.
    pub approvals_count_min: u32,
    /// That it may not start now.
    pub frozen: Option<Frozen>,
    /// The rules that speak about it.
    pub matched: Vec<MatchedRule>,
}

impl Verdict {
    /// Whether nothing forbids the plan altogether.
    pub fn is_allowed(&self) -> bool {
        self.denied.is_empty()
    }
}

/// One reason why a plan may not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Denial {
    /// The rule's name; `enabled` where an action is not enabled at all.
    pub rule: String,
    /// Why.
    pub why: String,
    /// What would pass instead.
    pub instead: String,
}

/// That a plan may not start for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Frozen {
    /// The rules that say so.
    pub rules: Vec<String>,
    /// Until when; absent where the rules leave no moment open.
    pub until: Option<Timestamp>,
}

/// A rule that speaks about a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MatchedRule {
    /// Its name.
    pub name: String,
    /// Why there is such a rule: its author's words.
    pub why: String,
    /// What it demands, one sentence each.
    pub demands: Vec<String>,
    /// What would take the plan out of its reach.
    pub unless: String,
}

/// A plan's verdict and the version of the policy that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Judgement {
    /// The version.
    pub version: u32,
    /// What it says.
    pub verdict: Verdict,
}

/// Where a version of the policy is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PolicyState {
    /// Waits for decisions.
    Proposed,
    /// Judges plans now.
    Active,
    /// Did so before.
    Superseded,
    /// Somebody said no.
    Rejected,
    /// Its author took it back.
    Withdrawn,
}

impl PolicyState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Proposed,
        Self::Active,
        Self::Superseded,
        Self::Rejected,
        Self::Withdrawn,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl std::str::FromStr for PolicyState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// One version in a list: `GET /api/policy/versions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyVersion {
    /// From 1.
    pub number: u32,
    /// Where it is in its life.
    pub state: PolicyState,
    /// Of its content; what a decision names.
    pub digest: PlanDigest,
    /// Who proposed it; absent for what Argus was started with and for the server's shell.
    pub author: Option<Person>,
    /// Why.
    pub reason: String,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// When it began to judge plans.
    pub activated_at: Option<Timestamp>,
    /// When it stopped, or was decided against.
    pub closed_at: Option<Timestamp>,
    /// Why it was rejected.
    pub closed_reason: Option<String>,
    /// Names of those who approved it, the first one first, whether or not that still counts.
    #[serde(default)]
    pub approved_by: Vec<String>,
    /// Name of who put it into force; absent for what nobody did, and for the server's shell.
    #[serde(default)]
    pub activated_by: Option<String>,
}

/// A rule in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RuleInWords {
    /// Its name.
    pub name: String,
    /// Why there is such a rule: its author's words.
    pub why: String,
    /// Which plans it speaks about.
    pub about: String,
    /// What it demands, one sentence each.
    pub demands: Vec<String>,
}

/// The policy that judges plans now: `GET /api/policy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyView {
    /// Which version it is.
    pub version: PolicyVersion,
    /// The document.
    pub text: String,
    /// Actions that are possible at all.
    pub enabled: Vec<String>,
    /// What holds without any rule, one sentence each.
    pub defaults: Vec<String>,
    /// What no document changes, one sentence each.
    pub floor: Vec<String>,
    /// Its rules.
    pub rules: Vec<RuleInWords>,
    /// What it leaves open that it could close, one sentence each.
    pub weaknesses: Vec<String>,
    /// Numbers of versions that wait for decisions.
    pub proposed: Vec<u32>,
}

/// `POST /api/policy/proposals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct PolicyInput {
    /// The whole document; what is wrong with it is told by line and column.
    #[cfg_attr(feature = "schema", schemars(length(max = 65_536)))]
    #[cfg_attr(feature = "schema", schema(max_length = 65_536))]
    pub text: String,
    /// Why it should change; everybody who decides reads it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub reason: PlainText<500>,
}

/// `POST /api/policy/proposals/{number}/confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct PolicyConfirmation {
    /// The digest of the version that the person has read.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// A fresh passkey assertion for changing the policy to this digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
}

/// `POST /api/policy/proposals/{number}/withdraw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct PolicyWithdrawal {
    /// The digest of the version that the person means.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
}

/// One thing that differs between two documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyEdit {
    /// A setting, or `rule` and its name.
    pub what: String,
    /// How it was; absent where it is new.
    pub before: Option<String>,
    /// How it would be; absent where it goes.
    pub after: Option<String>,
    /// Whether it could let something pass that did not pass before.
    pub may_widen: bool,
}

/// What a version would have said about plans of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Replay {
    /// From when on.
    pub since: Timestamp,
    /// How many plans were looked at.
    pub plans: u32,
    /// How many would have been denied.
    pub denied: u32,
    /// How many would have needed more approvals.
    pub more_approvals: u32,
    /// How many would have needed fewer.
    pub fewer_approvals: u32,
    /// Those plans, the youngest first; at most [`MAX_REPLAYED`].
    pub changed: Vec<ReplayedPlan>,
}

/// Most plans that a replay lists; it counts all.
pub const MAX_REPLAYED: usize = 200;

/// One plan of the past that would have been judged otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReplayedPlan {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its title.
    pub title: String,
    /// When it was planned.
    pub at: Timestamp,
    /// Approvals that it needed.
    pub approvals_before: u8,
    /// Approvals that it would need.
    pub approvals_after: u8,
    /// Why it would be denied; empty where it would not.
    pub denied: Vec<Denial>,
}

/// A version with what it changes and where its decisions stand: `GET /api/policy/versions/{number}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PolicyChange {
    /// The version.
    pub version: PolicyVersion,
    /// The document.
    pub text: String,
    /// What differs from the version that it was made from, or from the active one where it is proposed.
    pub edits: Vec<PolicyEdit>,
    /// What it leaves open, one sentence each.
    pub weaknesses: Vec<String>,
    /// What it would have changed lately; only for a proposed one.
    pub replay: Option<Replay>,
    /// How many different people must approve it.
    pub required: u8,
    /// Decisions on it, the oldest first.
    pub given: Vec<Approval>,
    /// How many of them count at this moment.
    pub counting: u8,
    /// What the caller may do; each absent reason means: may.
    pub you: YouMayChange,
}

/// What the caller may do about a proposed version; each absent reason means: may.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct YouMayChange {
    /// Why the caller cannot approve.
    pub not_approve: Option<String>,
    /// Why the caller cannot reject.
    pub not_reject: Option<String>,
    /// Why the caller cannot put it into force.
    pub not_confirm: Option<String>,
    /// Why the caller cannot take it back.
    pub not_withdraw: Option<String>,
}
