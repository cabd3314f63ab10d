//! What came of it.

use leptos::prelude::*;

use crate::components::notice::Notice;
use crate::format::words::Tone;
use crate::routes;

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It gets a token of this name.
    Allowed(String),
    /// It gets none.
    Refused,
}

/// Says so.
#[component]
pub fn Outcome(
    /// What was decided.
    verdict: Verdict,
    /// Begins with another code.
    again: Callback<()>,
) -> impl IntoView {
    let (tone, title, rest) = match verdict {
        Verdict::Allowed(name) => (
            Tone::Good,
            "Allowed".to_owned(),
            format!(
                "The program fetches its token within seconds. You find it as “{name}” under your account, and revoke it there."
            ),
        ),
        Verdict::Refused => (
            Tone::Info,
            "Refused".to_owned(),
            "The program gets nothing, and is told so.".to_owned(),
        ),
    };
    view! {
        <div role="status">
            <Notice tone=tone title=title>
                <p>{rest} " " <a href=routes::ACCOUNT>"Your account"</a></p>
            </Notice>
        </div>
        <button type="button" class="button" on:click=move |_| again.run(())>
            "Another code"
        </button>
    }
}
