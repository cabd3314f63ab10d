//! How one gets in where nobody can yet.

use leptos::prelude::*;

/// The hint.
#[component]
pub fn FirstAdmin(
    /// Whether it is the only way that is left.
    open: bool,
) -> impl IntoView {
    view! {
        <details class="panel door-hint" open=open>
            <summary>"Nobody can sign in yet, or you lost everything"</summary>
            <p>"Who has the server's shell gets a link for the first admin with"</p>
            <pre tabindex="0">"argus-api bootstrap"</pre>
            <p class="fine">
                "It opens one session and is used up by it. Open it in this browser and make a passkey then. Everybody else is invited by an admin, under People."
            </p>
        </details>
    }
}
