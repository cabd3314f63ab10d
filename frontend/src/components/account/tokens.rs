//! One's API tokens.

use leptos::prelude::*;

use crate::api::api_tokens::api_tokens;
use crate::components::failure::Failure;
use crate::components::skeleton::Skeleton;
use crate::components::token::{MakeToken, TokenRow};
use crate::context::load::load;
use crate::context::session::use_api;
use crate::erased::dynamic;
use crate::routes;

const HEADING: &str = "tokens-title";

/// The panel.
#[component]
pub fn Tokens() -> impl IntoView {
    let api = use_api();
    let tokens = load(move || api_tokens(api));
    let changed = Callback::new(move |()| tokens.reload());
    let making = RwSignal::new(false);
    let close = Callback::new(move |()| making.set(false));
    let none = move || {
        tokens
            .data
            .with(|tokens| tokens.as_ref().is_some_and(Vec::is_empty))
    };
    view! {
        <section class="panel" aria-labelledby=HEADING data-testid="tokens">
            <div class="panel-head">
                <h2 id=HEADING tabindex="-1">
                    "API tokens"
                </h2>
                <button type="button" class="button small" on:click=move |_| making.set(true)>
                    "New token"
                </button>
            </div>
            <p class="fine">
                "For scripts and programs: they read, or read and ask for changes. "
                <a href=routes::DEVICE>"Allow a program that shows a code."</a>
            </p>
            <Failure error=tokens.error retry=changed />
            {dynamic(move || tokens.is_first().then(|| view! { <Skeleton lines=2 label="Reading your tokens" /> }))}
            {dynamic(move || none().then(|| view! { <p>"You have none."</p> }))}
            <ul class="holdings">
                <For
                    each=move || tokens.data.get().unwrap_or_default()
                    key=|token| (token.id, token.last_used_at, token.revoked_at)
                    let:token
                >
                    <TokenRow token=token heading=HEADING changed=changed />
                </For>
            </ul>
            {dynamic(move || making.get().then(|| view! { <MakeToken close=close changed=changed /> }))}
        </section>
    }
}
