//! In by a recovery code, for the day when the passkeys are gone.

use leptos::ev;
use leptos::prelude::*;

use crate::api::sign_in;
use crate::components::failure::Failure;
use crate::components::sign_in::after_makeshift;
use crate::components::text_field::TextField;
use crate::context::faults::{Faults, fault};
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::context::title::set_title;
use crate::routes;

/// The page.
#[component]
pub fn SignInRecovery() -> impl IntoView {
    set_title(|| "Recovery code".to_owned());
    let session = use_session();
    let code = RwSignal::new(String::new());
    let entered = RwSignal::new(false);
    let sending = Submission::new();
    let faults = Faults::of(sending);
    after_makeshift(entered);
    let enter = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = code.get_untracked().trim().to_owned();
        let made = if typed.is_empty() {
            Err(vec![fault("/code", "Type one of your codes.")])
        } else {
            Ok(typed)
        };
        if let Some(code) = faults.take(made) {
            sending.run(
                code.clone(),
                move |key| sign_in::recovery(session.api, code, key),
                move |()| {
                    entered.set(true);
                    session.ask();
                },
            );
        }
    };
    view! {
        <main class="door" id="main" tabindex="-1">
            <h1>"Recovery code"</h1>
            <p>
                "Each code signs you in once, so that you can make a new passkey. Using one tells whoever runs Argus."
            </p>
            <form class="ways" novalidate on:submit=enter>
                <TextField
                    id="recovery-code"
                    label="One of your codes"
                    value=code
                    fault=faults.at("/code")
                    max=100
                    autocomplete="one-time-code"
                    mono=true
                    hint="As it was shown; spaces, hyphens and capitals do not matter."
                />
                <button
                    type="submit"
                    class="button primary door-button"
                    disabled=move || sending.pending.get()
                >
                    "Sign in"
                </button>
                <Failure error=sending.error />
            </form>
            <p class="door-links">
                <a href=routes::SIGN_IN>"Other ways to sign in"</a>
            </p>
        </main>
    }
}
