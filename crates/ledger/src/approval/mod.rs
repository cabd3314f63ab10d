//! Signed approvals: that somebody's passkey approved exactly this plan, shown without a server.
//!
//! ```text
//! Statement --RFC 8785--> text --SHA-256--> challenge of a passkey ceremony
//!                                                  |
//!     authenticator signs: authenticator data || SHA-256(client data, which names the challenge)
//! ```
//!
//! [`verify`] goes the way back: signature, client data, challenge, statement. What it shows is that whoever holds
//! the private half of the named key was present, was verified by their authenticator, and agreed to this statement
//! at this origin. Whose key it is, a signature can't say: the ledger does, in the record of the passkey's enrolment,
//! which names the key by [`SignedApproval::key_sha256`], and in the record of the approval, which names the whole
//! bundle by [`SignedApproval::sha256`].
//!
//! Everything here is text and bytes that came from elsewhere; nothing panics on any of it.

mod authenticator;
mod client_data;
mod export;
mod flaw;
mod key;
mod signed;
mod statement;

pub use export::{EXPORT_FORMAT, Export, Exported, Proven, ReadExportError};
pub use flaw::Flaw;
pub use key::PublicKey;
pub use signed::{SignedApproval, verify};
pub use statement::{Approver, STATEMENT_FORMAT, Statement, Verdict};
