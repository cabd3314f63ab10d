//! The store against a real PostgreSQL: what it promises when many do things at once.

mod idempotency;
mod journal;
mod ledger;
mod proposals;
mod sessions;
mod support;
