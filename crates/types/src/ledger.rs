//! Ledger records on the wire: `GET /api/ledger`. The chain itself is the `argus-ledger` crate's.

use serde::{Deserialize, Serialize};

/// One record of who did what, chained to the one before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LedgerRecord {
    /// Position, from 1, without gaps.
    pub seq: u64,
    /// When: RFC 3339, letter by letter what the hash was taken over.
    pub at: String,
    /// The person's name, or `argus` for what the executor did.
    pub actor: String,
    /// What kind of thing happened, such as `proposal.confirmed`.
    pub kind: String,
    /// What it was about, such as `proposal/01997…`.
    pub subject: String,
    /// The facts.
    pub body: serde_json::Value,
    /// The record before: 64 hexadecimal digits; zeros for the first.
    pub prev_hash: String,
    /// SHA-256 over this record's canonical form: 64 hexadecimal digits.
    pub hash: String,
}
