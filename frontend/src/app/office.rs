//! The office bundle: how one comes in, whose account has which rights, and what was written down.

use leptos::prelude::*;

use super::frame::Frame;
use super::gate::gate;
use super::start::Start;
use crate::context::location::use_location;
use crate::erased::{dynamic, memo};
use crate::pages::account::Account;
use crate::pages::attention::Attention;
use crate::pages::device::Device;
use crate::pages::drafting::Drafting;
use crate::pages::ledger::Ledger;
use crate::pages::logs::Logs;
use crate::pages::models::Models;
use crate::pages::not_found::NotFound;
use crate::pages::people::People;
use crate::pages::policy::Policy;
use crate::pages::policy_draft::PolicyDraft;
use crate::pages::policy_version::PolicyVersion;
use crate::pages::sign_in::SignIn;
use crate::pages::sign_in_callback::SignInCallback;
use crate::pages::sign_in_link::SignInLink;
use crate::pages::sign_in_recovery::SignInRecovery;
use crate::pages::undo::Undo;
use crate::routes::Bundle;
use crate::routes::office::Screen;

/// The whole bundle.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Start bundle=Bundle::Office>
            <Shown />
        </Start>
    }
}

/// How one comes in, or the frame. That one stays while screens within it change.
#[component]
fn Shown() -> impl IntoView {
    let location = use_location();
    let screen = memo(move || Screen::of(&location.path()));
    let framed = memo(move || screen.with(Screen::is_framed));
    dynamic(move || {
        if framed.get() {
            gate(move || view! { <Framed screen=screen /> }.into_any()).into_any()
        } else {
            view! { <Unframed screen=screen /> }.into_any()
        }
    })
}

#[component]
fn Unframed(screen: Memo<Screen>) -> impl IntoView {
    dynamic(move || match screen.get() {
        Screen::SignIn => view! { <SignIn /> }.into_any(),
        Screen::SignInCallback(provider) => {
            view! { <SignInCallback provider=provider /> }.into_any()
        }
        Screen::SignInLink => view! { <SignInLink /> }.into_any(),
        Screen::SignInRecovery => view! { <SignInRecovery /> }.into_any(),
        Screen::Invitation => view! { <SignInLink invitation=true /> }.into_any(),
        _ => view! {
            <main id="main" class="door" tabindex="-1">
                <NotFound />
            </main>
        }
        .into_any(),
    })
}

#[component]
fn Framed(screen: Memo<Screen>) -> impl IntoView {
    view! {
        <Frame>
            {dynamic(move || match screen.get() {
                Screen::Account => view! { <Account /> }.into_any(),
                Screen::Device => view! { <Device /> }.into_any(),
                Screen::People => view! { <People /> }.into_any(),
                Screen::Policy => view! { <Policy /> }.into_any(),
                Screen::PolicyDraft => view! { <PolicyDraft /> }.into_any(),
                Screen::PolicyVersion(number) => {
                    view! { <PolicyVersion number=number /> }.into_any()
                }
                Screen::Attention(execution) => {
                    view! { <Attention execution=execution /> }.into_any()
                }
                Screen::Undo(execution) => view! { <Undo execution=execution /> }.into_any(),
                Screen::Drafting(proposal) => view! { <Drafting proposal=proposal /> }.into_any(),
                Screen::Models => view! { <Models /> }.into_any(),
                Screen::Ledger => view! { <Ledger /> }.into_any(),
                Screen::Logs => view! { <Logs /> }.into_any(),
                _ => view! { <NotFound /> }.into_any(),
            })}
        </Frame>
    }
}
