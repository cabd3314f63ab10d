//! One answer to the question about a snapshot.

use leptos::prelude::*;

use super::decision::SnapshotChoice;

/// A radio button.
#[component]
pub fn ChoiceRadio(
    /// What is chosen.
    choice: RwSignal<SnapshotChoice>,
    /// What this one chooses.
    value: SnapshotChoice,
    /// What it says.
    label: &'static str,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="radio"
                name="snapshot-choice"
                prop:checked=move || choice.get() == value
                on:change=move |_| choice.set(value)
            />
            <span>{label}</span>
        </label>
    }
}
