//! Makes an API token: the form, and then the secret in its place.

use argus_types::account::ApiTokenMade;
use argus_types::person::TokenMay;
use leptos::ev;
use leptos::prelude::*;

use super::draft::TokenDraft;
use super::fields::TokenFields;
use super::made::Made;
use crate::api::api_tokens::make;
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::faults::Faults;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// The dialog.
#[component]
pub fn MakeToken(
    /// Closes it.
    close: Callback<()>,
    /// Runs when a token was made.
    changed: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let sending = Submission::new();
    let faults = Faults::of(sending);
    let draft = TokenDraft::new("", TokenMay::Read);
    let made = RwSignal::new(None::<ApiTokenMade>);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = faults.take(draft.input("")) {
            let what = format!("{input:?}");
            sending.run(
                what,
                move |key| make(api, input, key),
                move |answer| {
                    made.set(Some(answer));
                    changed.run(());
                },
            );
        }
    };
    view! {
        <Dialog labelled_by="token-title" class="dialog" close=close>
            <div class="dialog-head">
                <h2 id="token-title">"New API token"</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close"
                    on:click=move |_| close.run(())
                >
                    <Icon glyph=Glyph::Cross />
                </button>
            </div>
            {dynamic(move || match made.get() {
                Some(made) => {
                    view! {
                        <div class="dialog-body">
                            <Made made=made />
                        </div>
                        <div class="dialog-foot">
                            <span class="spacer"></span>
                            <button
                                type="button"
                                class="button primary"
                                on:click=move |_| close.run(())
                            >
                                "I have it"
                            </button>
                        </div>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <form class="dialog-form" novalidate on:submit=send>
                            <div class="dialog-body">
                                <TokenFields draft=draft faults=faults pointer="" scope_pointer="/scope" first=true />
                                <Failure error=sending.error before="Not made." />
                            </div>
                            <div class="dialog-foot">
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| close.run(())
                                >
                                    "Cancel"
                                </button>
                                <button
                                    type="submit"
                                    class="button primary"
                                    disabled=move || sending.pending.get()
                                >
                                    "Make the token"
                                </button>
                            </div>
                        </form>
                    }
                        .into_any()
                }
            })}
        </Dialog>
    }
}
