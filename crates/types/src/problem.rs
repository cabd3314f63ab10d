//! Problems: the error body on the wire (RFC 9457) with a code from a closed list.

use serde::{Deserialize, Serialize};

/// The media type of a problem body.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:argus:problem:` and the code.
    #[serde(rename = "type")]
    pub type_: String,
    /// The code's sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable; what scripts decide on.
    pub code: ProblemCode,
    /// This occurrence, and what to do about it.
    pub detail: String,
    /// The request, as in the logs and the ledger.
    pub request_id: String,
    /// Each wrong place of the body, by JSON pointer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One wrong place of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer (RFC 6901); empty for the whole body.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)*) => {
        /// Every code that Argus answers with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// What the code means, in a sentence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON, or not once.
    MalformedBody = "malformed_body", 400, "The body is not well-formed JSON.";
    /// The body is larger than the limit.
    BodyTooLarge = "body_too_large", 413, "The body is too large.";
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", 415, "The body must be application/json.";
    /// A header or query parameter is missing or wrong.
    BadParameter = "bad_parameter", 400, "A parameter is missing or wrong.";
    /// The body breaks the schema.
    SchemaViolation = "schema_violation", 422, "The body does not fit the schema.";
    /// The words could not be turned into actions.
    NotUnderstood = "not_understood", 422, "The request was not understood.";
    /// A language model was asked and wrote nothing that could be let through.
    NotDrafted = "not_drafted", 422, "No draft could be made of the request.";
    /// There is no such guest.
    GuestNotFound = "guest_not_found", 422, "There is no such guest.";
    /// The guest is on another node than the draft says.
    GuestOnOtherNode = "guest_on_other_node", 422, "The guest is on another node.";
    /// There is no such node.
    NodeNotFound = "node_not_found", 422, "There is no such node.";
    /// The action cannot be carried out as things are.
    NotFeasible = "not_feasible", 422, "The change is not possible as things are.";
    /// Everything is already as asked.
    NothingToDo = "nothing_to_do", 422, "There is nothing to do.";
    /// The author must say why.
    ReasonMissing = "reason_missing", 422, "The policy asks for a reason.";
    /// A policy document cannot be read.
    PolicyInvalid = "policy_invalid", 422, "The policy document has mistakes.";
    /// The policy forbids it.
    PolicyDenied = "policy_denied", 403, "The policy does not allow this.";
    /// A rule of the policy says not now.
    PolicyFrozen = "policy_frozen", 409, "The policy does not let this start now.";
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in", 401, "Sign in first.";
    /// The access token is over and the session may go on: refresh it.
    AccessExpired = "access_expired", 401, "The access token has expired.";
    /// The sign-in was refused.
    SignInRefused = "sign_in_refused", 401, "The sign-in was refused.";
    /// The role does not allow it.
    Forbidden = "forbidden", 403, "Your role does not allow this.";
    /// The role reaches other guests only.
    OutOfScope = "out_of_scope", 403, "Your role does not reach this.";
    /// A fresh passkey assertion is missing, used up or for something else.
    StepUpNeeded = "step_up_needed", 403, "Confirm with your passkey first.";
    /// Somebody else has to.
    SecondPersonNeeded = "second_person_needed", 403, "This takes another person.";
    /// Approvals are missing.
    ApprovalsMissing = "approvals_missing", 409, "Approvals are missing.";
    /// Origin or CSRF token missing or wrong.
    CrossSite = "cross_site", 403, "The request did not come from this console's own page.";
    /// No such thing.
    NotFound = "not_found", 404, "There is no such thing here.";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "This method is not allowed here.";
    /// The plan changed since it was read.
    DigestMismatch = "digest_mismatch", 409, "The plan is not the one that you read.";
    /// What a person decides by changed since they looked at it.
    EvidenceChanged = "evidence_changed", 409, "The evidence is not what you looked at.";
    /// What the plan relies on changed.
    Drifted = "drifted", 409, "The cluster changed since the plan was made.";
    /// Something else is at work on what the plan changes.
    Collides = "collides", 409, "The plan collides with something that goes on now.";
    /// Too late.
    Expired = "expired", 409, "The proposal has expired.";
    /// The proposal is past the state for this.
    WrongState = "wrong_state", 409, "That is not possible in this state.";
    /// The same key came with another request.
    IdempotencyKeyReused = "idempotency_key_reused", 409, "The Idempotency-Key was used for another request.";
    /// A choice about a snapshot is missing.
    SnapshotDecisionMissing = "snapshot_decision_missing", 409, "Decide about the snapshot first.";
    /// The emergency stop is set.
    EmergencyStopEngaged = "emergency_stop_engaged", 409, "The emergency stop is set.";
    /// Too many requests.
    TooManyRequests = "too_many_requests", 429, "Too many requests.";
    /// An OpenID provider did not answer as it must.
    ProviderFailed = "provider_failed", 502, "The sign-in provider could not be used.";
    /// A language model is configured and did not answer as it must.
    ModelFailed = "model_failed", 502, "The language model could not be used.";
    /// A draft of this person is under way already.
    DraftUnderWay = "draft_under_way", 409, "Another draft of yours is under way.";
    /// The person stopped the draft.
    DraftStopped = "draft_stopped", 409, "The draft was stopped.";
    /// The day's tokens or money are used up.
    BudgetExhausted = "budget_exhausted", 429, "Today's budget for language models is used up.";
    /// Proxmox did not answer.
    ProxmoxUnreachable = "proxmox_unreachable", 503, "Proxmox does not answer.";
    /// Proxmox refused Argus' token.
    ProxmoxRefused = "proxmox_refused", 502, "Proxmox refused the request.";
    /// The token lacks a privilege.
    ProxmoxPrivilegeMissing = "proxmox_privilege_missing", 502, "Argus' Proxmox token lacks a privilege.";
    /// Proxmox answered something that Argus cannot read.
    ProxmoxAnswerUnreadable = "proxmox_answer_unreadable", 502, "Proxmox's answer could not be read.";
    /// The inventory is older than its deadline.
    InventoryStale = "inventory_stale", 503, "What Argus knows of the cluster is too old to act on.";
    /// The database did not answer.
    DatabaseUnavailable = "database_unavailable", 503, "The database does not answer.";
    /// The request took too long.
    TimedOut = "timed_out", 503, "The request took too long.";
    /// A defect of Argus.
    Internal = "internal", 500, "Argus made a mistake.";
}

impl Problem {
    /// A problem of this code; `detail` says what happened and what to do.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            type_: format!("urn:argus:problem:{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: detail.into(),
            request_id: String::new(),
            errors: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_own_text() {
        let mut texts: Vec<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), ProblemCode::ALL.len());
    }

    #[test]
    fn the_wire_spells_a_code_as_as_str_does() {
        for code in ProblemCode::ALL {
            assert_eq!(
                serde_json::to_value(code).unwrap(),
                serde_json::Value::from(code.as_str())
            );
        }
    }
}
