//! The button for the next part of a list.

use leptos::prelude::*;

use super::failure::Failure;
use super::skeleton::Skeleton;
use crate::context::paged::Paged;

/// Stands above a list: why it could not be read, or that it is being read.
#[component]
pub fn Reading<T: Clone + Send + Sync + 'static>(
    /// The list.
    list: Paged<T>,
    /// What is being read, for screen readers.
    label: &'static str,
) -> impl IntoView {
    view! {
        <Failure error=list.first.error retry=Callback::new(move |()| list.first.reload()) />
        {move || list.first.is_first().then(|| view! { <Skeleton lines=8 label=label /> })}
    }
}

/// Stands below a list: reads on, while there is more.
#[component]
pub fn More<T: Clone + Send + Sync + 'static>(
    /// The list.
    list: Paged<T>,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    let pending = list.further.pending;
    view! {
        <Failure error=list.further.error />
        {move || {
            list.has_more()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button more"
                            disabled=move || pending.get()
                            on:click=move |_| list.more()
                        >
                            {label}
                        </button>
                    }
                })
        }}
    }
}
