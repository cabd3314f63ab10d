//! How far a draft has come, and stopping it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Api;
use crate::api::drafting::stop;
use crate::context::session::use_api;
use crate::context::submission::{Submission, new_key};
use crate::erased::dynamic;

/// The present stage and a button that stops, while an answer is awaited. Whoever leaves stops it as well.
#[component]
pub fn Progress(
    /// Where it is, in words.
    stage: RwSignal<Option<&'static str>>,
    /// The asking that it goes with.
    asking: Submission,
) -> impl IntoView {
    let api = use_api();
    on_cleanup(move || {
        if asking.pending.try_get_untracked() == Some(true) {
            end(api, asking);
        }
    });
    view! {
        <div role="status" data-testid="drafting">
            {dynamic(move || {
                let label = asking.pending.get().then(|| stage.get())??;
                Some(
                    view! {
                        <p class="ask-foot">
                            {format!("Argus is {label} …")}
                            <button type="button" class="button small" on:click=move |_| end(api, asking)>
                                "Stop"
                            </button>
                        </p>
                    },
                )
            })}
        </div>
    }
}

/// Stops the draft. That it did not work is said where a failure of the asking is, while somebody is there to read it.
fn end(api: Api, asking: Submission) {
    spawn_local(async move {
        let stopped = match new_key() {
            Ok(key) => stop(api, key).await,
            Err(error) => Err(error),
        };
        if let Err(error) = stopped {
            asking.error.try_set(Some(error));
        }
    });
}
