//! Ledger entries of the API's own use cases. What an execution and the emergency stop record is the store's.

use argus_ledger::Entry;
use argus_types::Timestamp;
use argus_types::person::Person;
use serde_json::Value;

/// What a record says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody signed in.
    SignedIn,
    /// A sign-in was refused.
    SignInRefused,
    /// Somebody signed out, or ended one of their sessions.
    SignedOut,
    /// A refresh token was used twice; its session is over.
    RefreshReused,
    /// Somebody signed in without the single sign-on that is configured.
    FallbackUsed,
    /// The ring of access token keys has a new one.
    AccessKeyAdded,
    /// A one-time sign-in link was made on the server's shell.
    SignInLinkMade,
    /// A passkey was enrolled.
    PasskeyAdded,
    /// A passkey has another name.
    PasskeyRenamed,
    /// A passkey was taken away by its owner.
    PasskeyRemoved,
    /// A copy of a passkey was seen; it lets nobody in any more.
    PasskeyCloned,
    /// Recovery codes were made; those from before are void.
    RecoveryCodesMade,
    /// A recovery code let its owner in.
    RecoveryCodeUsed,
    /// A fresh passkey assertion for one act.
    StepUpMade,
    /// A fresh passkey assertion was refused.
    StepUpRefused,
    /// An API token was made.
    ApiTokenMade,
    /// An API token was used for the first time.
    ApiTokenFirstUsed,
    /// An API token was revoked by its owner.
    ApiTokenRevoked,
    /// A program was allowed to have an API token.
    DeviceAllowed,
    /// A program was refused an API token.
    DeviceRefused,
    /// An account was made.
    PersonAdded,
    /// A person has another role or another scope.
    PersonRoleChanged,
    /// Something else about an account changed: its name, who is behind it, whether it lets somebody in.
    PersonChanged,
    /// An admin ended somebody's sessions.
    PersonSessionsEnded,
    /// An admin invited somebody.
    InvitationMade,
    /// A proposal was made.
    ProposalMade,
    /// A proposal has a new plan.
    ProposalRevised,
    /// Another way became the plan of a proposal.
    ProposalWayChosen,
    /// Somebody decided that nothing is to be done.
    ProposalNothingChosen,
    /// A proposal was confirmed.
    ProposalConfirmed,
    /// Somebody put the start of a plan off.
    StartPutOff,
    /// Somebody took that back.
    StartTakenBack,
    /// A start that was put off did not come about.
    StartNotMade,
    /// Somebody approved a plan.
    ProposalApproved,
    /// Somebody rejected a plan.
    ProposalRejected,
    /// Somebody wants another plan.
    ProposalChangesRequested,
    /// Somebody took their approval of a plan back.
    ApprovalRevoked,
    /// Somebody may not approve, confirm, break glass or release, because it takes another person or a right.
    DecisionRefused,
    /// A plan was confirmed without the approvals that were missing.
    BreakGlassUsed,
    /// Somebody else has looked at it.
    BreakGlassReviewed,
    /// Somebody was named for breaking glass, or is not any more.
    BreakGlassNamed,
    /// A proposal was taken back.
    ProposalWithdrawn,
    /// A proposal was found to be out of date when somebody confirmed it.
    ProposalDrifted,
    /// A person said what became of what Argus could not decide.
    ExecutionResolved,
    /// The policy did not let somebody propose, approve or confirm a plan.
    PolicyObjected,
    /// A policy came into force at the first start, or from the server's shell.
    PolicyInstalled,
    /// A change of the policy was proposed.
    PolicyProposed,
    /// Somebody approved a change of the policy.
    PolicyApproved,
    /// Somebody rejected a change of the policy.
    PolicyRejected,
    /// A change of the policy came into force.
    PolicyActivated,
    /// A change of the policy was taken back before that.
    PolicyWithdrawn,
    /// These bytes are about to be sent to a language model.
    ModelAsked,
    /// What came back of them.
    ModelAnswered,
    /// Nobody waited for what would come back.
    ModelLeft,
    /// Somebody tested the connection to a language model.
    ModelTested,
    /// Somebody stopped their draft.
    DraftStopped,
    /// The process runs without verifying Proxmox's certificate.
    InsecureTlsUsed,
}

impl Kind {
    /// The text in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "session.opened",
            Self::SignInRefused => "session.refused",
            Self::SignedOut => "session.ended",
            Self::RefreshReused => "session.refresh_reused",
            Self::FallbackUsed => "sign_in.fallback_used",
            Self::AccessKeyAdded => "access_key.added",
            Self::SignInLinkMade => "sign_in_link.made",
            Self::PasskeyAdded => "passkey.added",
            Self::PasskeyRenamed => "passkey.renamed",
            Self::PasskeyRemoved => "passkey.removed",
            Self::PasskeyCloned => "passkey.cloned",
            Self::RecoveryCodesMade => "recovery_codes.made",
            Self::RecoveryCodeUsed => "recovery_code.used",
            Self::StepUpMade => "step_up.made",
            Self::StepUpRefused => "step_up.refused",
            Self::ApiTokenMade => "api_token.made",
            Self::ApiTokenFirstUsed => "api_token.first_used",
            Self::ApiTokenRevoked => "api_token.revoked",
            Self::DeviceAllowed => "device.allowed",
            Self::DeviceRefused => "device.refused",
            Self::PersonAdded => "person.added",
            Self::PersonRoleChanged => "person.role_changed",
            Self::PersonChanged => "person.changed",
            Self::PersonSessionsEnded => "person.sessions_ended",
            Self::InvitationMade => "invitation.made",
            Self::ProposalMade => "proposal.made",
            Self::ProposalRevised => "proposal.revised",
            Self::ProposalWayChosen => "proposal.way_chosen",
            Self::ProposalNothingChosen => "proposal.nothing_chosen",
            Self::ProposalConfirmed => "proposal.confirmed",
            Self::StartPutOff => "start.put_off",
            Self::StartTakenBack => "start.taken_back",
            Self::StartNotMade => "start.not_made",
            Self::ProposalApproved => "proposal.approved",
            Self::ProposalRejected => "proposal.rejected",
            Self::ProposalChangesRequested => "proposal.changes_requested",
            Self::ApprovalRevoked => "approval.revoked",
            Self::DecisionRefused => "decision.refused",
            Self::BreakGlassUsed => "break_glass.used",
            Self::BreakGlassReviewed => "break_glass.reviewed",
            Self::BreakGlassNamed => "break_glass.named",
            Self::ProposalWithdrawn => "proposal.withdrawn",
            Self::ProposalDrifted => "proposal.drifted",
            Self::ExecutionResolved => "execution.resolved",
            Self::PolicyObjected => "policy.objected",
            Self::PolicyInstalled => "policy.installed",
            Self::PolicyProposed => "policy.proposed",
            Self::PolicyApproved => "policy.approved",
            Self::PolicyRejected => "policy.rejected",
            Self::PolicyActivated => "policy.activated",
            Self::PolicyWithdrawn => "policy.withdrawn",
            Self::ModelAsked => "model.asked",
            Self::ModelAnswered => "model.answered",
            Self::ModelLeft => "model.left",
            Self::ModelTested => "model.tested",
            Self::DraftStopped => "draft.stopped",
            Self::InsecureTlsUsed => "proxmox.insecure_tls",
        }
    }
}

/// The actor of what is done on the server itself.
pub const SHELL: &str = "the server's shell";
/// The actor of what Argus does by itself.
pub const ARGUS: &str = "argus";

/// An entry for the ledger.
pub fn entry(at: Timestamp, actor: &str, kind: Kind, subject: String, body: Value) -> Entry {
    Entry {
        at: at.to_string(),
        actor: actor.to_owned(),
        kind: kind.as_str().to_owned(),
        subject,
        body,
    }
}

/// An entry about what a person did with their own account.
pub fn of_person(at: Timestamp, person: &Person, kind: Kind, body: Value) -> Entry {
    entry(
        at,
        &person.name,
        kind,
        format!("person/{}", person.id),
        body,
    )
}
