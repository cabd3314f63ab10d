//! Whether words that somebody writes here can leave our own network.

use argus_types::person::Permission;
use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::context::drafting::who_drafts;
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::format::words::Tone;
use crate::routes;

/// Where words go; for who looks after language models, a link to them. Nothing until it is known.
#[component]
pub fn DraftingBadge() -> impl IntoView {
    let session = use_session();
    let held = who_drafts(session.api);
    dynamic(move || {
        let drafter = held.data.get()?;
        let (tone, glyph, text) = if drafter.leaves {
            (Tone::Warn, Glyph::Leave, "Words leave the LAN")
        } else {
            (Tone::Good, Glyph::Lock, "Nothing leaves the LAN")
        };
        Some(view! {
            <a
                class=format!("badge drafting-badge {}", tone.class())
                href=session.may(Permission::ManageModels).then_some(routes::MODELS)
                title=drafter.says
                data-testid="drafting-badge"
            >
                <Icon glyph=glyph />
                {text}
            </a>
        })
    })
}
