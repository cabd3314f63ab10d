//! Who one is here, and for how long.

use argus_types::account::Account;
use leptos::prelude::*;

use crate::components::moment::{Age, Moment};
use crate::context::load::Load;
use crate::context::session::{SessionState, use_session};
use crate::context::ways::use_ways;
use crate::erased::{dynamic, memo};
use crate::format::{way, words};

/// The panel.
#[component]
pub fn Who(
    /// What one has to get in with.
    account: Load<Account>,
) -> impl IntoView {
    let session = use_session();
    let ways = use_ways();
    let held = memo(move || match session.state.get() {
        SessionState::SignedIn(held) => Some((held.person, held.expires_at)),
        _ => None,
    });
    let identities = memo(move || {
        account.data.with(|account| {
            account
                .as_ref()
                .map(|account| account.identities.clone())
                .unwrap_or_default()
        })
    });
    dynamic(move || {
        held.get().map(|(person, expires_at)| {
            view! {
                <section class="panel" aria-labelledby="who-title">
                    <h2 id="who-title">{person.name}</h2>
                    <p>"You are " {words::role(person.role)} "."</p>
                    <p class="fine">{words::role_purpose(person.role)}</p>
                    {dynamic(move || {
                        let providers = ways
                            .data
                            .with(|ways| {
                                ways.as_ref().map(|ways| ways.providers.clone()).unwrap_or_default()
                            });
                        identities
                            .get()
                            .into_iter()
                            .map(|identity| {
                                let name = way::provider(&identity.provider, &providers);
                                view! {
                                    <p class="fine">
                                        "Signed in with " {name} " " <Age at=identity.last_sign_in_at />
                                    </p>
                                }
                            })
                            .collect_view()
                    })}
                    <p class="fine">
                        "This session ends " <Moment at=expires_at /> " at the latest."
                    </p>
                </section>
            }
        })
    })
}
