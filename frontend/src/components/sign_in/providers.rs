//! Single sign-on: away to the provider.

use argus_types::sign_in::{OidcRedirect, ProviderButton};
use leptos::prelude::*;

use crate::api::oidc::begin;
use crate::components::failure::Failure;
use crate::components::notice::Notice;
use crate::context::location::use_location;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::context::way_back;
use crate::erased::dynamic;
use crate::format::words::Tone;
use crate::routes::back;

/// A button that leads to one provider.
#[component]
pub fn ProviderDoor(
    /// Which.
    provider: ProviderButton,
    /// Whether it was tried before.
    #[prop(optional)]
    again: bool,
) -> impl IntoView {
    let api = use_api();
    let location = use_location();
    let sending = Submission::new();
    let leaving = RwSignal::new(false);
    let strange = RwSignal::new(false);
    let id = provider.id;
    let go = move |_| {
        let id = id.clone();
        sending.run(
            id.clone(),
            move |key| begin(api, id, key),
            move |to: OidcRedirect| {
                if let Some(back) = untrack(|| location.query(back::BACK)) {
                    way_back::keep(&back);
                }
                // A provider's page is a page, never a script.
                let is_page = to.url.starts_with("https://") || to.url.starts_with("http://");
                let gone = is_page && window().location().assign(&to.url).is_ok();
                leaving.set(gone);
                strange.set(!gone);
            },
        );
    };
    let name = provider.name.clone();
    view! {
        <button
            type="button"
            class="button primary door-button"
            disabled=move || sending.pending.get() || leaving.get()
            on:click=go
        >
            {dynamic(move || match (leaving.get(), again) {
                (true, _) => format!("Going to {name}…"),
                (false, true) => format!("Try again with {name}"),
                (false, false) => format!("Sign in with {name}"),
            })}
        </button>
        <Failure error=sending.error />
        {dynamic(move || {
            strange
                .get()
                .then(|| {
                    view! {
                        <Notice tone=Tone::Bad title="The provider's address is no web page">
                            <p>"Whoever runs Argus has to look at the provider's configuration."</p>
                        </Notice>
                    }
                })
        })}
    }
}
