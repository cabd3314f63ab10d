//! Said before an act that takes a passkey, to whoever has none.

use leptos::prelude::*;

use super::notice::Notice;
use crate::context::session::use_session;
use crate::context::step_up::has_passkey;
use crate::format::words::Tone;
use crate::passkey::Failure;
use crate::routes;

/// The notice, with the way to one; nothing for whoever has one.
#[component]
pub fn PasskeyMissing() -> impl IntoView {
    let failure = Failure::NoPasskey;
    untrack(|| !has_passkey(use_session())).then(|| {
        view! {
            <Notice tone=Tone::Warn title=failure.title()>
                <p>
                    {failure.advice()} " " <a href=routes::ACCOUNT>"Add one under your account."</a>
                </p>
            </Notice>
        }
    })
}
