//! From a person's words to candidate actions.
//!
//! [`Planner`] is the port; [`BuiltIn`] stands behind it where no language model is configured. What comes
//! out is a draft and no more: the caller validates it against the proposal schema and resolves it against
//! the live cluster like a draft from anywhere else.
//!
//! This crate knows no other Argus crate. It sees the cluster as a [`Scene`] and writes actions as the JSON
//! of the proposal schema.

mod builtin;
mod drafted;
pub mod lint;
mod planner;
mod scene;

pub use builtin::BuiltIn;
pub use drafted::{
    Choice, DraftAction, DraftConfig, DraftStep, DraftTarget, Drafted, HaState, Provenance,
    Question, Source, Span,
};
pub use planner::Planner;
pub use scene::{Details, GuestKind, Scene, SceneBackup, SceneDisk, SceneGuest, SceneSnapshot};
