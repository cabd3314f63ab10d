//! The policy: what plans need, which versions there were, and changes of it that people decide on.

mod comparison;
mod decide;
mod document;
mod editor;
mod history;
mod rules;
mod standing;

pub use comparison::Comparison;
pub use decide::{Decide, Deciding, Sure};
pub use document::Document;
pub use editor::Editor;
pub use history::History;
pub use rules::{Rules, Weaknesses};
pub use standing::Standing;

use argus_types::person::Permission;
use leptos::prelude::*;

use crate::context::session::{SessionContext, SessionState};

/// Why whoever is signed in does not change the policy; `None` where they may, or nobody is known yet. Tracked.
pub fn obstacle(session: SessionContext) -> Option<String> {
    session.state.with(|state| {
        let SessionState::SignedIn(held) = state else {
            return None;
        };
        let role = held.person.role.why_not(Permission::ManagePolicy);
        role.or_else(|| {
            (!held.scope.is_everything()).then(|| {
                format!(
                    "This needs a role that reaches everything; yours reaches {}.",
                    held.scope
                )
            })
        })
    })
}
