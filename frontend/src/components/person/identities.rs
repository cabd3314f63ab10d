//! Accounts at sign-in providers: what the mapping made of the last sign-in, beside what the provider said.

use argus_types::account::IdentityDetail;
use leptos::prelude::*;

use crate::components::moment::Moment;
use crate::context::ways::use_ways;
use crate::erased::dynamic;
use crate::format::way;

/// The accounts; nothing where there are none.
#[component]
pub fn Identities(
    /// The accounts.
    identities: Vec<IdentityDetail>,
) -> impl IntoView {
    (!identities.is_empty()).then(|| {
        view! {
            <section aria-labelledby="identities-title">
                <h3 id="identities-title">"At sign-in providers"</h3>
                <ul class="holdings">
                    {identities
                        .into_iter()
                        .map(|detail| view! { <Identity detail=detail /> })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}

#[component]
fn Identity(detail: IdentityDetail) -> impl IntoView {
    let ways = use_ways();
    let identity = detail.identity;
    let provider = identity.provider;
    let claims = serde_json::to_string_pretty(&detail.claims)
        .unwrap_or_else(|error| format!("the claims have no JSON form: {error}"));
    view! {
        <li class="holding">
            <div class="holding-text">
                <p class="holding-name">
                    <strong>
                        {dynamic(move || {
                            ways.data
                                .with(|ways| {
                                    way::provider(
                                        &provider,
                                        ways.as_ref().map_or(&[], |ways| &ways.providers),
                                    )
                                })
                        })}
                    </strong>
                </p>
                <p>{detail.mapping}</p>
                <p class="fine">
                    "Subject " <code>{identity.subject}</code> " · last signed in "
                    <Moment at=identity.last_sign_in_at />
                </p>
                <details>
                    <summary>"What the provider said then"</summary>
                    <pre tabindex="0" data-testid="claims">{claims}</pre>
                </details>
            </div>
        </li>
    }
}
