//! How far a role or a token reaches: chosen, and shown.

mod draft;
mod entries;
mod fields;

pub use draft::ScopeDraft;
pub use fields::ScopeFields;
