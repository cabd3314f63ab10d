//! Recovery codes: for the day when the passkeys are gone.

use argus_types::account::{Account, RecoveryCodes};
use leptos::prelude::*;

use crate::api::recovery_codes::make;
use crate::components::certain::{Certain, focus_soon};
use crate::components::failure::Failure;
use crate::components::shown_once::ShownOnce;
use crate::context::load::Load;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};
use crate::format::count::count;

const HEADING: &str = "recovery-title";

/// The panel.
#[component]
pub fn Recovery(
    /// What one has to get in with.
    account: Load<Account>,
) -> impl IntoView {
    let api = use_api();
    let open = RwSignal::new(false);
    let codes = RwSignal::new(None::<RecoveryCodes>);
    let sending = Submission::new();
    let left = memo(move || {
        account
            .data
            .with(|account| account.as_ref().map(|account| account.recovery_codes))
    });
    let send = Callback::new(move |()| {
        sending.run(
            "codes".to_owned(),
            move |_| make(api),
            move |made| {
                open.set(false);
                codes.set(Some(made));
                focus_soon(HEADING);
                account.reload();
            },
        );
    });
    // Codes that work are lost by it, so that is asked; the first ones cost nothing.
    let begin = move |_| {
        if left.get_untracked() == Some(0) {
            send.run(());
        } else {
            open.set(true);
        }
    };
    view! {
        <section class="panel" aria-labelledby=HEADING data-testid="recovery">
            <h2 id=HEADING tabindex="-1">
                "Recovery codes"
            </h2>
            <p class="fine">
                "Each signs you in once when your passkeys are gone, so that you can make a new one. Keep them where your devices are not."
            </p>
            {dynamic(move || {
                left.get()
                    .map(|left| match left {
                        0 => view! { <p>"You have none."</p> }.into_any(),
                        left => {
                            let left = count(left as usize, "code", "codes");
                            view! { <p>{left} " left."</p> }.into_any()
                        }
                    })
            })}
            {dynamic(move || match codes.get() {
                Some(made) => {
                    view! {
                        <ShownOnce
                            title="Your recovery codes"
                            advice="Print them or write them down. Those made before open nothing any more."
                            secret=made.codes.join("\n")
                            file="argus-recovery-codes.txt"
                        />
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| {
                                codes.set(None);
                                focus_soon(HEADING);
                            }
                        >
                            "I have stored them"
                        </button>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <button
                            type="button"
                            class="button"
                            disabled=move || sending.pending.get() || left.get().is_none()
                            on:click=begin
                        >
                            "Make recovery codes"
                        </button>
                    }
                        .into_any()
                }
            })}
            {dynamic(move || (!open.get()).then(|| view! { <Failure error=sending.error before="Not made." /> }))}
            <Certain
                open=open
                title="Make new recovery codes?"
                meaning="The codes you have now open nothing any more."
                act="Make new codes"
                sending=sending
                decide=send
            />
        </section>
    }
}
