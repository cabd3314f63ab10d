//! A list of names: chips, and a field that adds to them.

use leptos::ev;
use leptos::prelude::*;

use super::draft::EntryDraft;
use crate::components::icon::{Glyph, Icon};
use crate::erased::dynamic;

/// The list, with names to choose from.
#[component]
pub fn Entries(
    /// Its id, once in the page.
    id: &'static str,
    /// What it lists.
    label: &'static str,
    /// The list.
    draft: EntryDraft,
    /// Names that are known.
    known: Memo<Vec<String>>,
    /// What is wrong with it.
    fault: Signal<String>,
) -> impl IntoView {
    let offers = format!("{id}-known");
    let note = format!("{id}-note");
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            // Adds to the list; the form is not sent by it.
            event.prevent_default();
            draft.take_typed();
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <ul class="entries" aria-label=format!("{label}, chosen")>
                {dynamic(move || {
                    draft
                        .chosen
                        .get()
                        .iter()
                        .map(|entry| chip(draft, label, entry))
                        .collect_view()
                })}
            </ul>
            <div class="entry-add">
                <input
                    id=id
                    type="text"
                    list=offers.clone()
                    maxlength="200"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=note.clone()
                    aria-invalid=move || fault.with(|fault| !fault.is_empty()).then_some("true")
                    bind:value=draft.typed
                    on:keydown=key
                />
                <button
                    type="button"
                    class="button"
                    aria-label=format!("Add to {}", label.to_lowercase())
                    on:click=move |_| draft.take_typed()
                >
                    "Add"
                </button>
            </div>
            <datalist id=offers>
                {dynamic(move || {
                    known.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()
                })}
            </datalist>
            <p id=note class="field-error" role="alert">
                {fault}
            </p>
        </div>
    }
}

fn chip(draft: EntryDraft, label: &'static str, entry: &str) -> AnyView {
    let own = entry.to_owned();
    let remove = move |_| {
        draft
            .chosen
            .update(|chosen| chosen.retain(|other| *other != own));
    };
    view! {
        <li class="entry">
            <span>{entry.to_owned()}</span>
            <button
                type="button"
                class="icon-button"
                aria-label=format!("Remove {entry} from {}", label.to_lowercase())
                on:click=remove
            >
                <Icon glyph=Glyph::Cross />
            </button>
        </li>
    }
    .into_any()
}
