//! From a person's words to candidate actions.
//!
//! [`Planner`] is the port; [`BuiltIn`] stands behind it where no language model is configured. What comes
//! out is a draft and no more: the caller validates it against the proposal schema and resolves it against
//! the live cluster like a draft from anywhere else.
//!
//! A language model stands behind [`providers`]: it is asked with [`redact::Redacted`] text and a [`wire`] schema, and
//! what it answers is read and judged like any other draft.
//!
//! This crate knows no other Argus crate. It sees the cluster as a [`Scene`] and writes actions as the JSON
//! of the proposal schema.

pub mod ask;
mod builtin;
pub mod diagnosis;
mod drafted;
pub mod lint;
mod planner;
pub mod providers;
pub mod redact;
mod scene;
pub mod wire;

pub use builtin::BuiltIn;
pub use drafted::{
    Choice, DraftAction, DraftConfig, DraftStep, DraftTarget, Drafted, HaState, Provenance,
    Question, Source, Span,
};
pub use planner::Planner;
pub use scene::{Details, GuestKind, Scene, SceneBackup, SceneDisk, SceneGuest, SceneSnapshot};
