//! Sign in, and go on to where one came from.

use argus_types::person::Person;
use argus_types::sign_in::SignInWays;
use leptos::prelude::*;

use crate::api::sign_in;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::shell::ThemeToggle;
use crate::components::skeleton::Skeleton;
use crate::context::location::use_location;
use crate::context::session::{SessionState, use_session};
use crate::context::submission::Submission;
use crate::context::title::set_title;
use crate::context::ways::use_ways;
use crate::format::words::{self, Tone};
use crate::routes::back;

/// The page. Somebody who is signed in is sent on, whether they came so or have just signed in.
#[component]
pub fn SignIn() -> impl IntoView {
    set_title(|| "Sign in".to_owned());
    let session = use_session();
    let location = use_location();
    let ways = use_ways();
    let inside = Memo::new(move |_| {
        session
            .state
            .with(|state| matches!(state, SessionState::SignedIn(_)))
    });
    Effect::new(move |_| {
        if inside.get() {
            let asked = untrack(|| location.query(back::BACK));
            location.replace(back::after_sign_in(asked.as_deref()));
        }
    });
    let ended = Memo::new(move |_| location.query(back::ENDED).is_some());
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
            {move || {
                ended
                    .get()
                    .then(|| {
                        view! {
                            <Notice tone=Tone::Info title="Your session has ended">
                                <p>"Sign in again to go on where you were."</p>
                            </Notice>
                        }
                    })
            }}
            <Failure error=ways.error retry=Callback::new(move |()| ways.reload()) />
            {move || ways.is_first().then(|| view! { <Skeleton lines=3 label="Asking how to sign in" /> })}
            {move || ways.data.get().map(doors)}
        </main>
    }
}

fn doors(ways: SignInWays) -> AnyView {
    let demo = !ways.demo_people.is_empty();
    view! {
        {demo.then(|| view! { <DemoDoor people=ways.demo_people /> })}
        {(!demo).then(|| view! { <LinkHint /> })}
    }
    .into_any()
}

#[component]
fn DemoDoor(people: Vec<Person>) -> impl IntoView {
    let session = use_session();
    let entering = Submission::new();
    view! {
        <section aria-labelledby="demo-title">
            <h2 id="demo-title">"Sign in to the demo as"</h2>
            <ul class="people">
                {people
                    .into_iter()
                    .map(|person| {
                        let id = person.id;
                        let enter = move |_| {
                            entering
                                .run(
                                    id.to_string(),
                                    move |key| sign_in::demo(session.api, id, key),
                                    move |()| session.ask(),
                                );
                        };
                        view! {
                            <li>
                                <button
                                    type="button"
                                    class="person"
                                    disabled=move || entering.pending.get()
                                    on:click=enter
                                >
                                    <span class="person-name">
                                        <Icon glyph=Glyph::Person />
                                        {person.name}
                                    </span>
                                    <span class="role">{person.role.as_str()}</span>
                                    <span class="fine">{words::role_purpose(person.role)}</span>
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <Failure error=entering.error />
            <p class="fine">"These three people exist in the demo only."</p>
        </section>
    }
}

#[component]
fn LinkHint() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="link-title">
            <h2 id="link-title">"By a one-time link"</h2>
            <p>"Who has the server's shell gets a link with"</p>
            <pre tabindex="0">"argus-api bootstrap"</pre>
            <p>"It opens one session and is used up by it. Open it in this browser."</p>
        </section>
    }
}
