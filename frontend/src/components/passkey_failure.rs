//! Why a passkey ceremony brought nothing, with a way on.

use leptos::prelude::*;

use super::failure::Failure as ApiFailure;
use super::notice::Notice;
use crate::context::attempt::Attempt;
use crate::erased::dynamic;
use crate::format::words::Tone;
use crate::passkey::Failure;
use crate::routes;

/// Shows why `attempt` brought nothing, and says it aloud.
#[component]
pub fn PasskeyFailure(
    /// The ceremony.
    attempt: Attempt,
    /// Stands before the title of an error of Argus, such as `Not recorded.`
    #[prop(optional)]
    before: &'static str,
) -> impl IntoView {
    let of_api = Signal::derive(move || match attempt.failure.get() {
        Some(Failure::Api(error)) => Some(error),
        _ => None,
    });
    view! {
        <ApiFailure error=of_api before=before />
        <div role="alert" class="failure">
            {dynamic(move || match attempt.failure.get() {
                None | Some(Failure::Api(_)) => ().into_any(),
                Some(failure) => own(&failure),
            })}
        </div>
    }
}

fn own(failure: &Failure) -> AnyView {
    // Breaking off is nobody's mistake.
    let tone = match failure {
        Failure::Cancelled => Tone::Info,
        _ => Tone::Warn,
    };
    let (advice, wants_passkey) = (failure.advice(), failure.wants_passkey());
    view! {
        <Notice tone=tone title=failure.title()>
            <p>
                {advice}
                {wants_passkey.then(|| view! { " " <a href=routes::ACCOUNT>"Add one under your account."</a> })}
            </p>
        </Notice>
    }
    .into_any()
}
