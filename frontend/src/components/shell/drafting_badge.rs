//! Whether words that somebody writes here can leave our own network.

use argus_types::person::Permission;
use leptos::prelude::*;

use crate::api::drafting::drafter;
use crate::components::icon::{Glyph, Icon};
use crate::context::load::load;
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::format::words::Tone;
use crate::routes;

/// Where words go; for who looks after language models, a link to them. Nothing until it is known.
#[component]
pub fn DraftingBadge() -> impl IntoView {
    let session = use_session();
    let held = load(move || drafter(session.api));
    dynamic(move || {
        let drafter = held.data.get()?;
        let (tone, glyph, text) = if drafter.leaves {
            (Tone::Warn, Glyph::Leave, "Words leave the LAN")
        } else {
            (Tone::Good, Glyph::Lock, "Nothing leaves the LAN")
        };
        let spent = drafter.spent.map(|spent| format!("; {spent}"));
        let title = format!("Drafting: {}{}", drafter.says, spent.unwrap_or_default());
        Some(view! {
            <a
                class=format!("badge drafting-badge {}", tone.class())
                href=session.may(Permission::ManageModels).then_some(routes::MODELS)
                title=title
                data-testid="drafting-badge"
            >
                <Icon glyph=glyph />
                {text}
            </a>
        })
    })
}
