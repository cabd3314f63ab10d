//! Proposals: the thing people review.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::action::Draft;
use crate::drafting::{Diagnosis, DraftedBy};
use crate::id::{ClusterId, ExecutionId, PersonId, PlanDigest, ProposalId, StepUpId};
use crate::impact::Impact;
use crate::person::Person;
use crate::plan::{Evidence, GuestTarget, Plan};
use crate::policy::Judgement;
use crate::schedule::Schedule;
use crate::text::PlainText;

/// `POST /api/actions/proposals`: exactly one of `request` and `draft`, and perhaps what it comes in place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct ProposalInput {
    /// The change in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<PlainText<2000>>,
    /// The change as typed actions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
    /// The proposal that this one comes in place of: the caller's own, which was asked to change, drifted or expired
    /// and has no successor yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub supersedes: Option<ProposalId>,
    /// Why the change is wanted; the policy may ask for it, and whoever decides reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ProposalOutcome {
    /// A plan is ready for review (201).
    Proposal {
        /// The proposal.
        proposal: Box<Proposal>,
    },
    /// The words leave something open; nothing was made (200).
    Clarify {
        /// What to answer.
        questions: Vec<Question>,
        /// The model that asks; absent where the built-in rules do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drafted_by: Option<DraftedBy>,
    },
    /// A language model refuses, and says why; nothing was made (200).
    Refused {
        /// Why, in its words: plain text, without links.
        reason: String,
        /// The model.
        drafted_by: DraftedBy,
    },
    /// The words ask why something is as it is; nothing was made (200).
    Diagnosis {
        /// What was found.
        diagnosis: Diagnosis,
    },
}

/// Something that the built-in rules or a model will not guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Question {
    /// The question.
    pub text: String,
    /// Answers to choose from; empty where only other words help.
    pub choices: Vec<Choice>,
}

/// One answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Choice {
    /// What the page shows.
    pub label: String,
    /// The request to post instead.
    pub request: String,
}

/// Who or what wrote the draft. It gives no right and takes no blame: the author is a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Origin {
    /// Argus' own rules, no language model.
    BuiltInRules,
    /// Typed actions from a form or a script.
    Draft,
    /// A language model, where the built-in rules did not understand.
    Model,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 3] = [Self::BuiltInRules, Self::Draft, Self::Model];

    /// What the page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::BuiltInRules => "built-in rules, no language model",
            Self::Draft => "typed actions",
            Self::Model => "language model",
        }
    }

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BuiltInRules => "built_in_rules",
            Self::Draft => "draft",
            Self::Model => "model",
        }
    }
}

impl std::str::FromStr for Origin {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|origin| origin.as_str() == text)
            .ok_or(())
    }
}

/// Where a proposal is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ProposalState {
    /// Waits for somebody's decision.
    InReview,
    /// Confirmed; its execution says the rest.
    Confirmed,
    /// Taken back before it was confirmed.
    Withdrawn,
    /// Nobody confirmed it in time.
    Expired,
    /// What it relied on changed before it was confirmed.
    Drifted,
    /// Somebody who could have approved it said no.
    Rejected,
    /// Somebody who could have approved or confirmed it wants another plan.
    ChangesRequested,
}

impl ProposalState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::InReview,
        Self::Confirmed,
        Self::Withdrawn,
        Self::Expired,
        Self::Drifted,
        Self::Rejected,
        Self::ChangesRequested,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InReview => "in_review",
            Self::Confirmed => "confirmed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Drifted => "drifted",
            Self::Rejected => "rejected",
            Self::ChangesRequested => "changes_requested",
        }
    }

    /// Whether a proposal in this state may become one in `next`.
    pub fn may_become(self, next: Self) -> bool {
        self == Self::InReview && next != Self::InReview
    }

    /// Whether approvals of a proposal in this state count, or counted for what it became.
    pub fn counts_approvals(self) -> bool {
        self != Self::ChangesRequested
    }

    /// Whether its author may make a successor of a proposal in this state.
    pub fn may_be_superseded(self) -> bool {
        matches!(self, Self::ChangesRequested | Self::Drifted | Self::Expired)
    }
}

impl std::str::FromStr for ProposalState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// How much can go wrong; computed by code, never taken from a model or an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum RiskLevel {
    /// Easily taken back, no outage.
    Low,
    /// An outage, or hard to take back.
    Medium,
    /// An outage of something important, or unsaved data is lost.
    High,
}

/// Risk with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Risk {
    /// The highest level that a reason gives.
    pub level: RiskLevel,
    /// Whether a step loses data or a point in time, or causes an outage that nothing takes back. Asks for two
    /// approvals whatever the level.
    #[serde(default)]
    pub destructive: bool,
    /// Why, the weightiest first.
    pub reasons: Vec<RiskReason>,
}

/// One rule that found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RiskReason {
    /// The level that it asks for.
    pub level: RiskLevel,
    /// The steps that it is about.
    pub steps: Vec<u16>,
    /// The reason in a sentence.
    pub text: String,
}

/// Whether a guest of a medium or high risk plan could be given a snapshot first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SnapshotOption {
    /// The guest.
    pub target: GuestTarget,
    /// Whether Proxmox can snapshot it.
    pub feasible: bool,
    /// Whether the plan already takes one before its first change to the guest.
    pub planned: bool,
    /// Why, in words; where it is possible, with the room that there is and what it would cost.
    pub note: String,
    /// The storages that the guest's own disks are on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<SnapshotRoom>,
}

/// Room for a snapshot on one storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SnapshotRoom {
    /// The storage.
    pub storage: String,
    /// Free bytes, where its node says.
    pub free_bytes: Option<u64>,
    /// Bytes in all, where its node says.
    pub total_bytes: Option<u64>,
    /// Most bytes that the snapshot can come to take: as many as the guest's disks there have.
    pub most_bytes: Option<u64>,
}

/// A wish for a guest that has nothing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Skipped {
    /// What was asked for.
    pub title: String,
    /// Why no step came of it.
    pub reason: String,
}

/// A proposal: request, plan, risk and what became of it. `GET /api/actions/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The cluster that it would change.
    pub cluster: ClusterId,
    /// From 1; each new plan is a new revision with a new digest.
    pub revision: u32,
    /// Where it is in its life.
    pub state: ProposalState,
    /// Made by template from the steps.
    pub title: String,
    /// Who asked.
    pub author: Person,
    /// Who or what wrote the draft.
    pub origin: Origin,
    /// The language model that wrote the draft, where one did.
    #[serde(default)]
    pub drafted_by: Option<DraftedBy>,
    /// The person's words, where there were any.
    pub request: Option<String>,
    /// Why they want it, where they said so.
    #[serde(default)]
    pub reason: Option<String>,
    /// What would be done.
    pub plan: Plan,
    /// What a confirmation must name.
    pub digest: PlanDigest,
    /// How much can go wrong.
    pub risk: Risk,
    /// Filled for medium and high risk: what a snapshot first could save.
    pub snapshots: Vec<SnapshotOption>,
    /// Wishes that need no step.
    pub skipped: Vec<Skipped>,
    /// What the plan would bring about beside what its steps say.
    #[serde(default)]
    pub impact: Impact,
    /// What the policy said of the present plan when it was made; absent for plans from before there was a policy.
    #[serde(default)]
    pub policy: Option<Judgement>,
    /// How many different people must approve the present plan before somebody may confirm it.
    pub approvals_required: u8,
    /// How many approvals of the present plan count at this moment.
    pub approvals: u8,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the present plan was made.
    pub planned_at: Timestamp,
    /// After this nobody can confirm it.
    pub expires_at: Timestamp,
    /// Who confirmed, withdrew, rejected, asked for changes or found it drifted.
    pub closed_by: Option<Person>,
    /// When.
    pub closed_at: Option<Timestamp>,
    /// What changed, for a drifted one; the reason given, for a withdrawn or rejected one; the note, where changes
    /// were asked for.
    pub closed_reason: Option<String>,
    /// What a drifted proposal found changed.
    pub drift: Vec<Evidence>,
    /// The execution that the confirmation started.
    pub execution: Option<ExecutionId>,
    /// The start that was put off last.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// The proposal that it came in place of.
    #[serde(default)]
    pub supersedes: Option<ProposalId>,
    /// The proposal that came in its place.
    #[serde(default)]
    pub superseded_by: Option<ProposalId>,
    /// The execution that it takes back.
    #[serde(default)]
    pub undoes: Option<ExecutionId>,
}

impl Proposal {
    /// Whether the model that drafted it drafts it otherwise without text of others.
    pub fn is_disputed(&self) -> bool {
        self.drafted_by.as_ref().is_some_and(|by| by.differs)
    }
}

/// A proposal in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProposalSummary {
    /// Its id.
    pub id: ProposalId,
    /// Where it is in its life.
    pub state: ProposalState,
    /// Made by template from the steps.
    pub title: String,
    /// Who asked.
    pub author: Person,
    /// How much can go wrong.
    pub risk: RiskLevel,
    /// [`Risk::destructive`].
    #[serde(default)]
    pub destructive: bool,
    /// Steps in the plan.
    pub steps: u16,
    /// How many different people must approve the present plan before somebody may confirm it.
    pub approvals_required: u8,
    /// How many approvals of the present plan count at this moment.
    pub approvals: u8,
    /// Whoever has decided on the present plan, whether or not it counts.
    #[serde(default)]
    pub decided_by: Vec<PersonId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// After this nobody can confirm it.
    pub expires_at: Timestamp,
    /// The execution that the confirmation started, with its state.
    pub execution: Option<crate::execution::ExecutionSummary>,
}

/// `POST /api/actions/{id}/confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Confirmation {
    /// The digest of the plan that the person has read.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// Why no snapshot is taken first; asked for at medium and high risk when one would be possible and
    /// the plan has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_snapshot: Option<PlainText<500>>,
    /// A fresh passkey assertion for confirming this digest, where the policy asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
}

/// `POST /api/actions/{id}/snapshots`: plan anew with a snapshot before each guest's first change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct SnapshotFirst {
    /// The digest of the plan that the person has read.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
}

/// `POST /api/actions/{id}/cancel`: withdraws a proposal in review, or stops its execution before the next step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Cancellation {
    /// Why; kept in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}
