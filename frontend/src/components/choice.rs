//! One of several answers, as a radio button.

use leptos::prelude::*;

use crate::erased::memo;

/// Chooses `value`; filled while it is the chosen one.
#[component]
pub fn Choice<T: Clone + PartialEq + Send + Sync + 'static>(
    /// Joins the answers to one question.
    name: &'static str,
    /// What is chosen.
    chosen: RwSignal<T>,
    /// What this one chooses.
    value: T,
    /// What it says.
    #[prop(into)]
    label: String,
    /// What it means; empty where the label says it all.
    #[prop(optional, into)]
    hint: String,
    /// Why it cannot be chosen.
    #[prop(optional_no_strip)]
    why_not: Option<String>,
) -> impl IntoView {
    let own = value.clone();
    let checked = memo(move || chosen.with(|chosen| *chosen == own));
    let choose = Callback::new(move |()| chosen.set(value.clone()));
    radio(name, checked, choose, label, hint, why_not)
}

// Without type parameters, so that it is in the page once.
fn radio(
    name: &'static str,
    checked: Memo<bool>,
    choose: Callback<()>,
    label: String,
    hint: String,
    why_not: Option<String>,
) -> AnyView {
    let disabled = why_not.is_some();
    let below = why_not.unwrap_or(hint);
    view! {
        <label class="check choice">
            <input
                type="radio"
                name=name
                disabled=disabled
                prop:checked=checked
                on:change=move |_| choose.run(())
            />
            <span>
                {label}
                {(!below.is_empty()).then(|| view! { <span class="fine choice-hint">{below}</span> })}
            </span>
        </label>
    }
    .into_any()
}
