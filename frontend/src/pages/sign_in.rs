//! Sign in, and go on to where one came from.

use argus_types::sign_in::SignInWays;
use leptos::prelude::*;

use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::shell::ThemeToggle;
use crate::components::sign_in::{DemoDoor, FirstAdmin, PasskeyDoor, ProviderDoor, go_on};
use crate::components::skeleton::Skeleton;
use crate::context::location::use_location;
use crate::context::title::set_title;
use crate::context::ways::use_ways;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;
use crate::passkey::obstacle;
use crate::routes::{self, back};

/// The page. Somebody who is signed in is sent on, whether they came so or have just signed in.
#[component]
pub fn SignIn() -> impl IntoView {
    set_title(|| "Sign in".to_owned());
    let location = use_location();
    let ways = use_ways();
    go_on(Signal::stored(true), move || {
        untrack(|| location.query(back::BACK))
    });
    let ended = memo(move || location.query(back::ENDED).is_some());
    view! {
        <div class="door-theme">
            <ThemeToggle />
        </div>
        <main id="main" class="door" tabindex="-1">
            <h1>
                <Icon glyph=Glyph::Circle />
                "Argus"
            </h1>
            <p class="door-line">"Nothing changes before somebody has read it, and confirmed it."</p>
            {dynamic(move || {
                ended
                    .get()
                    .then(|| {
                        view! {
                            <Notice tone=Tone::Info title="Your session has ended">
                                <p>"Sign in again to go on where you were."</p>
                            </Notice>
                        }
                    })
            })}
            <Failure error=ways.error retry=Callback::new(move |()| ways.reload()) />
            {dynamic(move || ways.is_first().then(|| view! { <Skeleton lines=3 label="Asking how to sign in" /> }))}
            {dynamic(move || ways.data.get().map(doors))}
        </main>
    }
}

fn doors(ways: SignInWays) -> AnyView {
    let demo = !ways.demo_people.is_empty();
    let first = ways.providers.is_empty() && !demo;
    let shut = first && (!ways.passkey || obstacle().is_some());
    view! {
        {demo.then(|| view! { <DemoDoor people=ways.demo_people /> })}
        {shut
            .then(|| {
                view! {
                    <Notice tone=Tone::Warn title="There is no way in from here">
                        <p>"No sign-in provider is configured, and passkeys cannot be used here."</p>
                    </Notice>
                }
            })}
        <section class="ways" aria-label="Ways to sign in">
            {ways
                .providers
                .into_iter()
                .map(|provider| view! { <ProviderDoor provider=provider /> })
                .collect_view()}
            <PasskeyDoor offered=ways.passkey first=first />
            <p class="door-links">
                <a href=routes::SIGN_IN_RECOVERY>"Use a recovery code"</a>
            </p>
        </section>
        {(!demo).then(|| view! { <FirstAdmin open=shut /> })}
    }
    .into_any()
}
