//! PostgreSQL, and nothing else: the only crate that speaks SQL.
//!
//! A use case opens one transaction with [`Store::begin`], writes through the [`Tx`]'s methods and commits;
//! a dropped `Tx` takes everything back. What it changed, its ledger records and its notifications become
//! visible together or not at all. Nothing outside the database ever happens within a transaction.
//!
//! Locks are taken in this order, which is why no two transactions can wait for each other: idempotency key,
//! rights ([`Tx::lock_rights`]), session, step-up, proposal, policy version, device grant, recovery code, person, passkey,
//! API token, emergency stop, execution, guest lease, draft, model account, ledger head.
//!
//! Times are arguments, cut to milliseconds. Leases alone live by the database's clock, the only one that
//! all replicas share. This crate decides nothing about plans and knows neither HTTP nor Proxmox.

mod access_key;
mod account;
mod api_token;
mod approval;
mod break_glass;
mod ceremony;
mod connection;
mod convert;
mod device_grant;
mod drafting;
mod drill;
mod emergency;
mod error;
mod execution;
mod external_identity;
mod idempotency;
pub mod journal;
mod ledger;
mod notification;
mod oidc_transaction;
mod passkey;
mod people;
mod person;
mod plan_token;
mod policy;
mod proposal;
mod recovery_code;
mod resolution;
mod rights;
mod schedule;
mod session;
mod sign_in_link;
mod standing;
mod step_up;
#[cfg(feature = "testing")]
pub mod testing;
mod undo;

pub use access_key::AccessKey;
pub use account::StoredAccount;
pub use api_token::{NewApiToken, StoredApiToken};
pub use approval::{Matter, NewApproval, NewRevocation, Parties, StoredApproval};
pub use break_glass::{NewBrokenGlass, Review};
pub use ceremony::{CeremonyFor, NewCeremony, TakenStepUp};
pub use connection::{PoolLimits, Store, Tx};
pub use device_grant::{AllowedGrant, NewDeviceGrant, Polled};
pub use drafting::{
    CameBack, DraftEnd, EndedDraft, ModelAccount, ModelHold, NewDraft, NewExchange, RulesDraft,
    StoredDraft, StoredExchange,
};
pub use drill::DrillEnd;
pub use emergency::{EmergencyStopState, StopActor};
pub use error::Error;
pub use execution::{Created, ExecutionRecord, NewExecution, Stopped};
pub use external_identity::SeenIdentity;
pub use idempotency::Claim;
pub use ledger::LedgerFilter;
pub use notification::{Notification, Notifications};
pub use oidc_transaction::{NewOidcTransaction, OidcTransaction};
pub use passkey::{KnownPasskey, NewPasskey};
pub use people::PeopleFilter;
pub use plan_token::PlanToken;
pub use policy::{NewPolicyApproval, NewPolicyVersion, PolicyClosing, StoredPolicy};
pub use proposal::{
    Closing, NewAlternative, NewProposal, PlanInReview, ProposalFilter, Revision,
    StoredAlternative, StoredProposal, StoredRival, Wanted,
};
pub use recovery_code::Recovered;
pub use resolution::{NewResolution, Resolved};
pub use rights::{EndedAccess, NewPerson, StoredRights};
pub use schedule::{DueStart, NewSchedule};
pub use session::{NewSession, Refresh, SessionLimits, StoredSession};
pub use sign_in_link::NewSignInLink;
pub use step_up::{NewStepUp, SignedStepUp};
