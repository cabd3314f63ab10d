//! What stands above and below a list that is read in parts. Without type parameters, so that it is in the page
//! once and not once a list.

use leptos::prelude::*;

use super::failure::Failure;
use super::skeleton::Skeleton;
use crate::context::paged::Parts;
use crate::erased::dynamic;

/// Stands above a list: why it could not be read, or that it is being read.
#[component]
pub fn Reading(
    /// The list.
    list: Parts,
    /// What is being read, for screen readers.
    label: &'static str,
) -> impl IntoView {
    view! {
        <Failure error=list.error retry=list.reload />
        {dynamic(move || list.is_first.get().then(|| view! { <Skeleton lines=8 label=label /> }))}
    }
}

/// Stands below a list: reads on, while there is more. The button is never disabled, which would take the focus from
/// whoever reads on by keyboard; a press while a part is on its way asks for nothing.
#[component]
pub fn More(
    /// The list.
    list: Parts,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    let pending = list.further.pending;
    view! {
        <Failure error=list.further.error />
        {dynamic(move || {
            list.has_more
                .get()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button more"
                            on:click=move |_| list.more.run(())
                        >
                            {dynamic(move || if pending.get() { "Reading…" } else { label })}
                        </button>
                    }
                })
        })}
    }
}
