//! The store against a real PostgreSQL: what it promises when many do things at once.

mod alternatives;
mod approvals;
mod broken_glass;
mod drafting;
mod idempotency;
mod journal;
mod ledger;
mod plan_tokens;
mod policy;
mod proposals;
mod release;
mod revocations;
mod rivals;
mod sessions;
mod standing;
mod support;
