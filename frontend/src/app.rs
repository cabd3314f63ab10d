//! Puts the page together: contexts, the frame around every screen, and which path shows which screen.

use leptos::ev;
use leptos::prelude::*;

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
use crate::context::location::{Location, focus_content, use_location};
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
use crate::routes::Screen;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Preferences::start());
    provide_context(Clock::start());
    provide_context(Location::start());
    provide_context(SessionContext::start());
    provide_ways();
    view! {
        <a
            class="skip"
            href="#main"
            on:click=|event: ev::MouseEvent| {
                event.prevent_default();
                focus_content();
            }
        >
            "Skip to the content"
        </a>
        <LabBanner />
        <Gate />
    }
}

/// Who gets to see what: a one-time link, the door, or the console.
#[component]
fn Gate() -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let by_link = Memo::new(move |_| Screen::of(&location.path()) == Screen::SignInLink);
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
                <Shown />
            </main>
        </div>
        <BottomBar />
        <ProposalReviewModal />
        <Help open=help />
    }
}

/// The screen that the address names. It is built anew when that is another one, and only then.
#[component]
fn Shown() -> impl IntoView {
    let location = use_location();
    let screen = Memo::new(move |_| Screen::of(&location.path()));
    move || match screen.get() {
        Screen::Overview => view! { <Overview /> }.into_any(),
        Screen::Ask => view! { <Ask /> }.into_any(),
        Screen::Changes => view! { <Changes /> }.into_any(),
        Screen::Change(id) => view! { <Change proposal=id /> }.into_any(),
        Screen::Execution(id) => view! { <Execution execution=id /> }.into_any(),
        Screen::Ledger => view! { <Ledger /> }.into_any(),
        Screen::Logs => view! { <Logs /> }.into_any(),
        Screen::SignInLink | Screen::Nowhere => view! { <NotFound /> }.into_any(),
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
