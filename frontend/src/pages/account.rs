//! One's own account: who one is here, and for how long.

use leptos::prelude::*;

use crate::components::moment::Moment;
use crate::context::session::{SessionState, use_session};
use crate::context::title::set_title;
use crate::format::words;

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    set_title(|| "Your account".to_owned());
    let session = use_session();
    let held = Memo::new(move |_| match session.state.get() {
        SessionState::SignedIn(held) => Some(held),
        _ => None,
    });
    view! {
        <h1>"Your account"</h1>
        {move || {
            held.get()
                .map(|held| {
                    view! {
                        <section class="panel" aria-labelledby="who-title">
                            <h2 id="who-title">{held.person.name}</h2>
                            <p>"You are " {words::role(held.person.role)} "."</p>
                            <p class="fine">{words::role_purpose(held.person.role)}</p>
                            <p class="fine">
                                "This session ends " <Moment at=held.expires_at /> " at the latest."
                            </p>
                        </section>
                    }
                })
        }}
    }
}
