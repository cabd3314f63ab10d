//! Screens. A page reads what it needs and puts parts together; it draws nothing itself.

pub mod account;
pub mod ask;
pub mod attention;
pub mod change;
pub mod changes;
pub mod device;
pub mod drafting;
pub mod execution;
pub mod ledger;
pub mod logs;
pub mod models;
pub mod not_found;
pub mod overview;
pub mod people;
pub mod policy;
pub mod policy_draft;
pub mod policy_version;
pub mod sign_in;
pub mod sign_in_callback;
pub mod sign_in_link;
pub mod sign_in_recovery;
pub mod undo;
