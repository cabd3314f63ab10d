//! Makes a passkey.

use argus_types::sign_in::CeremonyAnswer;
use argus_types::text::PlainText;
use leptos::ev;
use leptos::prelude::*;

use crate::api::{Api, passkeys};
use crate::components::notice::Notice;
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::text_field::TextField;
use crate::context::attempt::Attempt;
use crate::context::faults::Faults;
use crate::context::session::use_api;
use crate::context::submission::{Submission, new_key};
use crate::erased::{dynamic, effect};
use crate::format::plain::plain;
use crate::format::words::Tone;
use crate::passkey::{self, Failure, obstacle};

/// The form; why there is none, where passkeys cannot be used.
#[component]
pub fn AddPasskey(
    /// What the browser is called: the name that is suggested.
    device: Memo<Option<String>>,
    /// What was said last.
    said: RwSignal<&'static str>,
    /// Runs when there is one more.
    changed: Callback<&'static str>,
) -> impl IntoView {
    match obstacle() {
        Some(obstacle) => view! {
            <Notice tone=Tone::Warn title=obstacle.title().to_owned()>
                <p>{obstacle.advice()}</p>
            </Notice>
        }
        .into_any(),
        None => view! { <Form device=device said=said changed=changed /> }.into_any(),
    }
}

#[component]
fn Form(
    device: Memo<Option<String>>,
    said: RwSignal<&'static str>,
    changed: Callback<&'static str>,
) -> impl IntoView {
    let api = use_api();
    let name = RwSignal::new(String::new());
    // Until somebody types, the suggestion stands there.
    effect(move || {
        if let Some(device) = device.get()
            && name.with_untracked(String::is_empty)
        {
            name.set(device);
        }
    });
    let attempt = Attempt::new();
    let faults = Faults::of(Submission::new());
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        said.set("");
        let made = plain("/name", &name.get_untracked()).map_err(|fault| vec![fault]);
        if let Some(name) = faults.take(made) {
            attempt.run(enrol(api, name), move |()| changed.run("Added."));
        }
    };
    view! {
        <form class="inline-form" novalidate on:submit=add>
            <TextField
                id="passkey-name"
                label="Name of a new passkey"
                value=name
                fault=faults.at("/name")
                max=60
            />
            <div class="actions">
                <button
                    type="submit"
                    class="button primary"
                    disabled=move || attempt.pending.get()
                >
                    {dynamic(move || if attempt.pending.get() { "Waiting for your device…" } else { "Add a passkey" })}
                </button>
            </div>
        </form>
        <PasskeyFailure attempt=attempt before="Not added." />
    }
}

async fn enrol(api: Api, name: PlainText<60>) -> Result<(), Failure> {
    let ceremony = passkeys::begin(api).await?;
    let answer = CeremonyAnswer {
        id: ceremony.id,
        credential: passkey::create(&ceremony.options).await?,
        name: Some(name),
    };
    Ok(passkeys::finish(api, answer, new_key()?).await?)
}
