//! Signing in with a passkey. Nobody says who they are: the passkey does.

use argus_types::sign_in::CeremonyAnswer;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, passkey_sign_in};
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::passkey_failure::PasskeyFailure;
use crate::context::attempt::Attempt;
use crate::context::session::use_session;
use crate::context::submission::new_key;
use crate::erased::dynamic;
use crate::format::words::Tone;
use crate::passkey::{self, Failure, obstacle};

/// The door; why it is shut, where passkeys cannot be used.
#[component]
pub fn PasskeyDoor(
    /// Whether Argus takes passkeys at the address that it is configured for.
    offered: bool,
    /// Whether it is the first way in.
    first: bool,
) -> impl IntoView {
    match obstacle() {
        Some(obstacle) => view! {
            <Notice tone=Tone::Info title=obstacle.title().to_owned()>
                <p>{obstacle.advice()}</p>
            </Notice>
        }
        .into_any(),
        None if !offered => view! {
            <Notice tone=Tone::Info title="This console takes no passkeys.">
                <p>
                    "They need a name and https, and the address that Argus is configured for has not both. Whoever runs Argus sets public_origin."
                </p>
            </Notice>
        }
        .into_any(),
        None => view! { <Door first=first /> }.into_any(),
    }
}

#[component]
fn Door(first: bool) -> impl IntoView {
    let session = use_session();
    let attempt = Attempt::new();
    let elsewhere = RwSignal::new(false);
    spawn_local(async move {
        let here = passkey::has_own_authenticator().await;
        elsewhere.try_set(!here);
    });
    let class = if first {
        "button primary door-button"
    } else {
        "button door-button"
    };
    view! {
        <button
            type="button"
            class=class
            disabled=move || attempt.pending.get()
            on:click=move |_| attempt.run(enter(session.api), move |()| session.ask())
        >
            <Icon glyph=Glyph::Key />
            {dynamic(move || if attempt.pending.get() { "Waiting for your device…" } else { "Use a passkey" })}
        </button>
        {dynamic(move || {
            elsewhere
                .get()
                .then(|| {
                    view! {
                        <p class="fine">
                            "This device keeps no passkeys itself: use a phone or a security key."
                        </p>
                    }
                })
        })}
        <PasskeyFailure attempt=attempt />
    }
}

async fn enter(api: Api) -> Result<(), Failure> {
    let ceremony = passkey_sign_in::begin(api).await?;
    let answer = CeremonyAnswer {
        id: ceremony.id,
        credential: passkey::get(&ceremony.options).await?,
        name: None,
    };
    Ok(passkey_sign_in::finish(api, answer, new_key()?).await?)
}
