//! Ask for a change.

use leptos::prelude::*;

use crate::components::ask::AskPanel;
use crate::context::title::set_title;

/// The page.
#[component]
pub fn Ask() -> impl IntoView {
    set_title(|| "Ask for a change".to_owned());
    view! {
        <div class="narrow">
            <h1>"Ask for a change"</h1>
            <section class="panel">
                <AskPanel />
            </section>
        </div>
    }
}
