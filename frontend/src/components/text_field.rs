//! A labelled field for a line of text, with what is wrong with it beside it.

use leptos::prelude::*;

/// A field.
#[component]
pub fn TextField(
    /// Its id, once in the page.
    id: &'static str,
    /// What it is for.
    label: &'static str,
    /// What is in it.
    value: RwSignal<String>,
    /// What is wrong with it; empty where nothing is.
    #[prop(optional, into)]
    fault: Option<Signal<String>>,
    /// `text` or another kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// How to fill it in.
    #[prop(optional)]
    hint: &'static str,
    /// The longest text.
    #[prop(default = 200)]
    max: u32,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether a dialog that opens with it begins here.
    #[prop(optional)]
    first: bool,
    /// For codes and numbers: one width for all letters.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let fault = fault.unwrap_or_else(|| Signal::stored(String::new()));
    let note = format!("{id}-note");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type=kind
                class:mono=mono
                maxlength=max.to_string()
                autocomplete=autocomplete
                autofocus=first
                autocapitalize="none"
                spellcheck="false"
                inputmode=(kind == "number").then_some("numeric")
                aria-describedby=note.clone()
                aria-invalid=move || fault.with(|fault| !fault.is_empty()).then_some("true")
                bind:value=value
            />
            <div id=note class="field-note">
                {(!hint.is_empty()).then(|| view! { <p class="fine">{hint}</p> })}
                <p class="field-error" role="alert">
                    {fault}
                </p>
            </div>
        </div>
    }
}
