//! The proposal as the API has it, to read, copy and save.

use argus_types::id::ProposalId;
use leptos::prelude::*;

use crate::api::proposal::raw_proposal;
use crate::components::copy_button::CopyButton;
use crate::components::download::download;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::skeleton::Skeleton;
use crate::context::load::load;
use crate::context::session::use_api;
use crate::erased::dynamic;

/// JSON, read anew when it is opened.
#[component]
pub fn Raw(
    /// Which proposal.
    proposal: ProposalId,
) -> impl IntoView {
    let api = use_api();
    let held = load(move || raw_proposal(api, proposal));
    view! {
        <Failure error=held.error retry=Callback::new(move |()| held.reload()) />
        {dynamic(move || held.is_first().then(|| view! { <Skeleton label="Reading the proposal" /> }))}
        {dynamic(move || {
            // `{:#}` of a JSON value is its indented form.
            held.data
                .with(|held| held.as_ref().map(|held| format!("{held:#}")))
                .map(|text| shown(text, format!("proposal-{proposal}.json")))
        })}
    }
}

fn shown(text: String, name: String) -> AnyView {
    let saved = text.clone();
    view! {
        <div class="raw">
            <p class="raw-tools">
                <CopyButton text=text.clone() label="Copy the JSON" />
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| download(&name, "application/json", &saved)
                >
                    <Icon glyph=Glyph::Download />
                    "Download"
                </button>
                <span class="fine">
                    "The digest is SHA-256 over the canonical form (RFC 8785) of " <code>"plan"</code> "."
                </span>
            </p>
            <pre tabindex="0">{text}</pre>
        </div>
    }
    .into_any()
}
