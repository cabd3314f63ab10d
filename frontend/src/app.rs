//! Puts the page together: contexts, the frame around every screen, and which path shows which screen.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::components::emergency::EmergencyBanner;
use crate::components::failure::Failure;
use crate::components::help::Help;
use crate::components::icon::{Glyph, Icon};
use crate::components::keyboard;
use crate::components::review::ProposalReviewModal;
use crate::components::shell::{BottomBar, Rail, ThemeToggle, TopBar};
use crate::components::skeleton::Skeleton;
use crate::context::clock::Clock;
use crate::context::emergency::provide_emergency;
use crate::context::inventory::Inventory;
use crate::context::live::Live;
use crate::context::preferences::Preferences;
use crate::context::review::ReviewContext;
use crate::context::session::{SessionContext, SessionState, use_session};
use crate::context::ways::{provide_ways, use_ways};
use crate::pages::ask::Ask;
use crate::pages::change::Change;
use crate::pages::changes::Changes;
use crate::pages::execution::Execution;
use crate::pages::ledger::Ledger;
use crate::pages::logs::Logs;
use crate::pages::not_found::NotFound;
use crate::pages::overview::Overview;
use crate::pages::sign_in::SignIn;
use crate::pages::sign_in_link::SignInLink;
use crate::routes;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Preferences::start());
    provide_context(Clock::start());
    provide_context(SessionContext::start());
    provide_ways();
    view! {
        <Router>
            <a class="skip" href="#main" on:click=|event: ev::MouseEvent| {
                event.prevent_default();
                focus_content();
            }>
                "Skip to the content"
            </a>
            <LabBanner />
            <Gate />
        </Router>
    }
}

/// The router takes a click on `#main` for its own and moves no focus; this does.
fn focus_content() {
    if let Some(main) = document()
        .get_element_by_id("main")
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        // An element that cannot take the focus leaves it where it is.
        let _ = main.focus();
    }
}

/// Who gets to see what: a one-time link, the door, or the console.
#[component]
fn Gate() -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let by_link = Memo::new(move |_| location.pathname.get() == routes::SIGN_IN_LINK);
    // A session that is read again must not build the console anew.
    let who = Memo::new(move |_| match session.state.get() {
        SessionState::Asking => Who::Asking,
        SessionState::SignedOut { ended } => Who::Nobody { ended },
        SessionState::SignedIn(_) => Who::Somebody,
        SessionState::Unknown(_) => Who::Unknown,
    });
    move || {
        if by_link.get() {
            return view! { <SignInLink /> }.into_any();
        }
        match who.get() {
            Who::Asking => view! {
                <main id="main" class="door" tabindex="-1">
                    <Skeleton label="Asking who is signed in" />
                </main>
            }
            .into_any(),
            Who::Nobody { ended } => view! {
                <main id="main" tabindex="-1">
                    <div class="door-theme">
                        <ThemeToggle />
                    </div>
                    <SignIn ended=ended />
                </main>
            }
            .into_any(),
            Who::Somebody => view! { <Console /> }.into_any(),
            Who::Unknown => view! { <Unreachable /> }.into_any(),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Who {
    Asking,
    Nobody { ended: bool },
    Somebody,
    Unknown,
}

/// Everything that needs a session.
#[component]
fn Console() -> impl IntoView {
    let session = use_session();
    let inventory = Inventory::new(session.api);
    provide_context(inventory);
    provide_context(Live::start(session, inventory));
    provide_context(ReviewContext::new());
    provide_emergency();
    let help = RwSignal::new(false);
    keyboard::listen(help);
    view! {
        <TopBar help=help />
        <EmergencyBanner />
        <div class="frame">
            <Rail />
            <main id="main" tabindex="-1">
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Overview />
                    <Route path=path!("/ask") view=Ask />
                    <Route path=path!("/changes") view=Changes />
                    <Route path=path!("/changes/:id") view=Change />
                    <Route path=path!("/executions/:id") view=Execution />
                    <Route path=path!("/ledger") view=Ledger />
                    <Route path=path!("/logs") view=Logs />
                </Routes>
            </main>
        </div>
        <BottomBar />
        <ProposalReviewModal />
        <Help open=help />
    }
}

/// Argus could not be asked who is signed in.
#[component]
fn Unreachable() -> impl IntoView {
    let session = use_session();
    let error = Signal::derive(move || match session.state.get() {
        SessionState::Unknown(error) => Some(error),
        _ => None,
    });
    view! {
        <main id="main" class="door" tabindex="-1">
            <h1>"Argus"</h1>
            <Failure error=error retry=Callback::new(move |()| session.ask()) />
        </main>
    }
}

/// On every screen while Proxmox's certificate is not verified.
#[component]
fn LabBanner() -> impl IntoView {
    let ways = use_ways();
    move || {
        ways.data
            .with(|ways| ways.as_ref().is_some_and(|ways| ways.insecure_tls))
            .then(|| {
                view! {
                    <p class="banner banner-lab" role="note">
                        <Icon glyph=Glyph::Warn />
                        "Lab: Proxmox's certificate is not verified. Whoever is on the network can read and change everything."
                    </p>
                }
            })
    }
}
