//! Where a provider sends the browser back to. What it put into the address is good for one sign-in; it leaves
//! the address bar before anything else happens.

use argus_types::sign_in::{OidcFinish, ProviderButton};
use leptos::prelude::*;

use crate::api::ApiError;
use crate::api::oidc::finish;
use crate::components::failure::Failure;
use crate::components::notice::Notice;
use crate::components::sign_in::{ProviderDoor, go_on};
use crate::components::skeleton::Skeleton;
use crate::context::location::{Location, use_location};
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::context::title::set_title;
use crate::context::way_back;
use crate::context::ways::use_ways;
use crate::erased::dynamic;
use crate::format::way;
use crate::format::words::Tone;
use crate::routes;

/// The page.
#[component]
pub fn SignInCallback(
    /// The provider's id.
    provider: String,
) -> impl IntoView {
    set_title(|| "Sign in".to_owned());
    let session = use_session();
    let ways = use_ways();
    let answer = take_answer(use_location(), &provider);
    let came_back = answer.is_some();
    // Who was signed in before waits for the answer, too: it may be somebody else's.
    let entered = RwSignal::new(!came_back);
    let sending = Submission::new();
    let send = Callback::new(move |()| {
        let Some(answer) = answer.clone() else {
            return;
        };
        sending.run(
            answer.state.clone(),
            move |key| finish(session.api, answer, key),
            move |()| {
                entered.set(true);
                session.ask();
            },
        );
    });
    send.run(());
    go_on(entered.into(), way_back::take);
    let id = StoredValue::new(provider);
    let button = move || {
        id.with_value(|id| ProviderButton {
            id: id.clone(),
            name: ways
                .data
                .with(|ways| way::provider(id, ways.as_ref().map_or(&[], |ways| &ways.providers))),
        })
    };
    view! {
        <main class="door" id="main" tabindex="-1">
            <h1>"Signing in"</h1>
            <Failure error=sending.error before="You are not signed in." />
            {dynamic(move || {
                if !came_back {
                    view! { <Nothing /> }.into_any()
                } else if sending.error.with(Option::is_none) {
                    view! { <Skeleton lines=2 label="Checking what the provider says" /> }.into_any()
                } else if sending.error.with(|error| error.as_ref().is_some_and(was_not_heard)) {
                    view! {
                        <button
                            type="button"
                            class="button primary door-button"
                            on:click=move |_| send.run(())
                        >
                            "Try again"
                        </button>
                    }
                        .into_any()
                } else {
                    view! { <ProviderDoor provider=button() again=true /> }.into_any()
                }
            })}
            <p class="door-links">
                <a href=routes::SIGN_IN>"Other ways to sign in"</a>
            </p>
        </main>
    }
}

/// Whether the very same answer can be sent again. Once Argus has looked at it, it is used up.
fn was_not_heard(error: &ApiError) -> bool {
    matches!(error, ApiError::NoAnswer | ApiError::TooMany { .. })
}

/// Somebody came here by hand, or loaded the page again.
#[component]
fn Nothing() -> impl IntoView {
    view! {
        <Notice tone=Tone::Info title="There is nothing to sign in with here">
            <p>"This address is the way back from a sign-in provider, and works once."</p>
        </Notice>
    }
}

fn take_answer(location: Location, provider: &str) -> Option<OidcFinish> {
    let value = |name| untrack(|| location.query(name));
    let answer = value("state").map(|state| OidcFinish {
        provider: provider.to_owned(),
        code: value("code"),
        state,
        iss: value("iss"),
        error: value("error"),
        error_description: value("error_description"),
    });
    location.replace(&routes::sign_in_callback(provider));
    answer
}
