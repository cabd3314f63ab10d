//! The code that the program shows.

use argus_types::account::DeviceRequest;
use leptos::ev;
use leptos::prelude::*;

use crate::api::devices::look;
use crate::components::failure::Failure;
use crate::components::text_field::TextField;
use crate::context::faults::{Faults, fault};
use crate::context::session::use_api;
use crate::context::submission::Submission;

/// The form; it looks at once where the address brought a code along.
#[component]
pub fn CodeForm(
    /// What is typed.
    code: RwSignal<String>,
    /// Takes what the code asks for.
    found: Callback<DeviceRequest>,
) -> impl IntoView {
    let api = use_api();
    let sending = Submission::new();
    let faults = Faults::of(sending);
    let ask = Callback::new(move |()| {
        let typed = code.get_untracked().trim().to_owned();
        let made = if typed.is_empty() {
            Err(vec![fault(
                "/user_code",
                "Type the code that the program shows.",
            )])
        } else {
            Ok(typed)
        };
        if let Some(typed) = faults.take(made) {
            sending.run(
                typed.clone(),
                move |key| look(api, typed, key),
                move |request| found.run(request),
            );
        }
    });
    if !code.with_untracked(String::is_empty) {
        ask.run(());
    }
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask.run(());
    };
    view! {
        <form class="panel" novalidate on:submit=send>
            <TextField
                id="device-code"
                label="Code"
                value=code
                fault=faults.at("/user_code")
                max=40
                mono=true
                hint="Such as WDJB-MJHT; hyphens and capitals do not matter."
            />
            <div class="actions">
                <button
                    type="submit"
                    class="button primary"
                    disabled=move || sending.pending.get()
                >
                    "Look what it asks for"
                </button>
            </div>
            <Failure error=sending.error />
        </form>
    }
}
