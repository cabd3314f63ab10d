//! How far a draft has come, and stopping it.

use argus_types::drafting::DraftingStage;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::drafting::stop;
use crate::components::failure::Failure;
use crate::context::session::use_api;
use crate::context::submission::{Submission, new_key};
use crate::erased::dynamic;

/// The present stage and a button that stops, while an answer is awaited. Whoever leaves stops it as well.
#[component]
pub fn Progress(
    /// Where it is.
    stage: RwSignal<Option<DraftingStage>>,
    /// While an answer is awaited.
    pending: RwSignal<bool>,
) -> impl IntoView {
    let api = use_api();
    let stopping = Submission::new();
    on_cleanup(move || {
        if let (Some(true), Ok(key)) = (pending.try_get_untracked(), new_key()) {
            spawn_local(async move {
                // Nobody is there any more who could be told that it did not work; the draft ends by itself.
                let _ = stop(api, key).await;
            });
        }
    });
    let end = move |_| {
        stopping.run("stop".to_owned(), move |key| stop(api, key), |()| ());
    };
    view! {
        <div role="status" data-testid="drafting">
            {dynamic(move || {
                let label = pending.get().then(|| stage.get())??.label();
                Some(
                    view! {
                        <p class="ask-foot">
                            <span>{format!("Argus is {label} …")}</span>
                            <button
                                type="button"
                                class="button small"
                                disabled=move || stopping.pending.get()
                                on:click=end
                            >
                                "Stop"
                            </button>
                        </p>
                    },
                )
            })}
        </div>
        <Failure error=stopping.error />
    }
}
