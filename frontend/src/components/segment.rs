//! One of a few choices that stand side by side.

use leptos::prelude::*;

/// Chooses `value`; pressed while it is the chosen one.
#[component]
pub fn Segment<T: Clone + PartialEq + Send + Sync + 'static>(
    /// What is chosen.
    chosen: RwSignal<T>,
    /// What this one chooses.
    value: T,
    /// What it says.
    label: &'static str,
) -> impl IntoView {
    let own = value.clone();
    let pressed = Memo::new(move |_| chosen.with(|chosen| *chosen == own));
    view! {
        <button
            type="button"
            class="segment"
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
            on:click=move |_| chosen.set(value.clone())
        >
            {label}
        </button>
    }
}
