//! One's passkeys: made, named, removed.

use argus_types::account::Account;
use leptos::prelude::*;

use super::add_passkey::AddPasskey;
use super::passkey_row::PasskeyRow;
use crate::components::notice::Notice;
use crate::context::load::Load;
use crate::context::session::use_session;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;

/// The heading, for reading to go on at.
pub const HEADING: &str = "passkeys-title";

/// The panel.
#[component]
pub fn Passkeys(
    /// What one has to get in with.
    account: Load<Account>,
    /// What the browser is called, for a new passkey's name.
    device: Memo<Option<String>>,
) -> impl IntoView {
    let session = use_session();
    let said = RwSignal::new("");
    let changed = Callback::new(move |what| {
        said.set(what);
        account.reload();
        // Whether one has a passkey stands in the session.
        session.ask();
    });
    let passkeys = move || {
        account.data.with(|account| {
            account
                .as_ref()
                .map(|account| account.passkeys.clone())
                .unwrap_or_default()
        })
    };
    let none = memo(move || {
        account.data.with(|account| {
            account
                .as_ref()
                .is_some_and(|account| account.passkeys.is_empty())
        })
    });
    view! {
        <section class="panel" aria-labelledby=HEADING data-testid="passkeys">
            <h2 id=HEADING tabindex="-1">
                "Passkeys"
            </h2>
            <p class="fine">
                "A passkey stays in your device or security key and shows that it is you, without a password."
            </p>
            {dynamic(move || {
                none.get()
                    .then(|| {
                        view! {
                            <Notice tone=Tone::Warn title="You have no passkey">
                                <p>
                                    "Approving a plan, managing people and releasing the emergency stop take one each time. Without it you cannot."
                                </p>
                            </Notice>
                        }
                    })
            })}
            <ul class="holdings">
                <For each=passkeys key=|passkey| (passkey.id, passkey.name.clone(), passkey.last_used_at, passkey.cloned_at) let:passkey>
                    <PasskeyRow passkey=passkey changed=changed />
                </For>
            </ul>
            <AddPasskey device=device said=said changed=changed />
            <p class="said" role="status">
                {said}
            </p>
        </section>
    }
}
