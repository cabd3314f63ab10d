//! One's own account: who one is here, what one gets in with, what is open, what one may.

use leptos::prelude::*;

use crate::api::account::account;
use crate::api::account_sessions::sessions;
use crate::components::account::{Passkeys, Recovery, Rights, Sessions, Tokens, Who};
use crate::components::failure::Failure;
use crate::context::load::load;
use crate::context::session::use_api;
use crate::context::title::set_title;
use crate::erased::memo;

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    set_title(|| "Your account".to_owned());
    let api = use_api();
    let account = load(move || account(api));
    let sessions = load(move || sessions(api));
    let device = memo(move || {
        sessions.data.with(|sessions| {
            let own = sessions.as_ref()?.iter().find(|session| session.current)?;
            Some(own.device.clone())
        })
    });
    view! {
        <h1>"Your account"</h1>
        <Failure error=account.error retry=Callback::new(move |()| account.reload()) />
        <div class="account">
            <div class="account-main">
                <Passkeys account=account device=device />
                <Recovery account=account />
                <Sessions sessions=sessions />
                <Tokens />
            </div>
            <div class="account-side">
                <Who account=account />
                <Rights />
            </div>
        </div>
    }
}
