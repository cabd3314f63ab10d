//! The API as functions: one call a file, each a thin sentence over [`client`].
//!
//! Nothing here knows a component. Every failure is an [`ApiError`]; a lost session is told to the one who
//! made the [`Api`].

pub mod account;
pub mod account_sessions;
pub mod alternatives;
pub mod answer;
pub mod api_tokens;
pub mod approvals;
pub mod break_glass;
pub mod break_glass_review;
pub mod broken_glass;
pub mod call;
pub mod cancel;
pub mod changes;
pub mod client;
pub mod cluster;
pub mod collisions;
pub mod confirm;
pub mod decide;
pub mod devices;
pub mod diff;
pub mod drafting;
pub mod drift;
pub mod emergency_stop;
pub mod error;
pub mod execution;
pub mod invitations;
pub mod journal_event;
pub mod ledger;
pub mod lines;
pub mod logs;
pub mod metrics;
pub mod models;
pub mod news;
pub mod oidc;
pub mod part;
pub mod passkey_sign_in;
pub mod passkeys;
pub mod people;
pub mod policy;
pub mod proposal;
pub mod proposals;
pub mod propose;
pub mod recovery_codes;
pub mod refresh;
pub mod renewal;
pub mod resolution;
pub mod revoke;
pub mod schedule;
pub mod session;
pub mod sign_in;
pub mod sign_in_ways;
pub mod signed_approvals;
pub mod snapshots;
pub mod socket;
pub mod step_up;
pub mod stream_ticket;
pub mod undo;
pub mod wish;

pub use client::Api;
pub use error::ApiError;
