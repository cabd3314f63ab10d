//! The console bundle: guests, asking, changes. All of it needs a session.

use leptos::prelude::*;

use super::frame::Frame;
use super::gate::gate;
use super::start::Start;
use crate::components::review::ProposalReviewModal;
use crate::context::location::use_location;
use crate::context::review::ReviewContext;
use crate::erased::{dynamic, memo};
use crate::pages::ask::Ask;
use crate::pages::change::Change;
use crate::pages::changes::Changes;
use crate::pages::execution::Execution;
use crate::pages::not_found::NotFound;
use crate::pages::overview::Overview;
use crate::routes::Bundle;
use crate::routes::console::Screen;

/// The whole bundle.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Start bundle=Bundle::Console>
            {gate(|| view! { <Console /> }.into_any())}
        </Start>
    }
}

#[component]
fn Console() -> impl IntoView {
    provide_context(ReviewContext::new());
    view! {
        <Frame over=|| view! { <ProposalReviewModal /> }>
            <Shown />
        </Frame>
    }
}

/// The screen that the address names. It is built anew when that is another one, and only then.
#[component]
fn Shown() -> impl IntoView {
    let location = use_location();
    let screen = memo(move || Screen::of(&location.path()));
    dynamic(move || match screen.get() {
        Screen::Overview => view! { <Overview /> }.into_any(),
        Screen::Ask => view! { <Ask /> }.into_any(),
        Screen::Changes => view! { <Changes /> }.into_any(),
        Screen::Change(id) => view! { <Change proposal=id /> }.into_any(),
        Screen::Execution(id) => view! { <Execution execution=id /> }.into_any(),
        Screen::Nowhere => view! { <NotFound /> }.into_any(),
    })
}
