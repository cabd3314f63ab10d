//! One of a few choices that stand side by side.

use leptos::prelude::*;

use crate::erased::memo;

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
    let pressed = memo(move || chosen.with(|chosen| *chosen == own));
    let choose = Callback::new(move |()| chosen.set(value.clone()));
    button(pressed, choose, label)
}

// Without type parameters, so that it is in the page once.
fn button(pressed: Memo<bool>, choose: Callback<()>, label: &'static str) -> AnyView {
    view! {
        <button
            type="button"
            class="segment"
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
            on:click=move |_| choose.run(())
        >
            {label}
        </button>
    }
    .into_any()
}
