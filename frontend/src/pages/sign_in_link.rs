//! Where a one-time link leads, an invitation among them. The secret stands in the fragment, which the browser sends to no server; it
//! leaves the address bar before anything else happens.

use leptos::prelude::*;

use crate::api::sign_in;
use crate::components::failure::Failure;
use crate::components::notice::Notice;
use crate::components::sign_in::after_makeshift;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::context::title::set_title;
use crate::format::words::Tone;
use crate::routes;

/// The page. Signing in takes a click: a link that somebody previews is not used up by it.
#[component]
pub fn SignInLink(
    /// Whether the link is an invitation: to somebody who was never here.
    #[prop(optional)]
    invitation: bool,
) -> impl IntoView {
    let (title, meaning, act) = if invitation {
        (
            "You are invited to Argus",
            "Argus changes a Proxmox cluster only after somebody has read and confirmed each step. This invitation opens your account in this browser, once. Then you make a passkey, to come back with.",
            "Accept and sign in",
        )
    } else {
        (
            "Sign in",
            "This link opens one session in this browser and is used up by it.",
            "Sign in",
        )
    };
    set_title(move || title.to_owned());
    let session = use_session();
    let token = StoredValue::new(take_token());
    let known = token.with_value(|token| !token.is_empty());
    let entering = Submission::new();
    let entered = RwSignal::new(false);
    after_makeshift(entered);
    let enter = move |_| {
        entering.run(
            "link".to_owned(),
            move |key| sign_in::link(session.api, token.get_value(), key),
            move |()| {
                entered.set(true);
                session.ask();
            },
        );
    };
    view! {
        <main class="door" id="main" tabindex="-1">
            <h1>{title}</h1>
            {if known {
                view! {
                    <p>{meaning}</p>
                    <button
                        type="button"
                        class="button primary door-button"
                        disabled=move || entering.pending.get()
                        on:click=enter
                    >
                        {act}
                    </button>
                }
                    .into_any()
            } else {
                view! {
                    <Notice tone=Tone::Warn title="The link has no secret in it">
                        <p>
                            "Copy the whole link, the part behind # included. "
                            <a href=routes::SIGN_IN>"Other ways to sign in"</a>
                        </p>
                    </Notice>
                }
                    .into_any()
            }}
            <Failure error=entering.error />
        </main>
    }
}

fn take_token() -> String {
    let location = window().location();
    let token = location.hash().unwrap_or_default();
    if let (Ok(history), Ok(path)) = (window().history(), location.pathname()) {
        // Without it the secret stays in sight; it is used up by the click all the same.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
    token.trim_start_matches('#').to_owned()
}
