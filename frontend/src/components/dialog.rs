//! A modal dialog on the browser's own `<dialog>`: it keeps the focus inside, makes the rest inert and closes
//! with Escape. Closing never decides anything.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::erased::effect;

/// A modal dialog, open for as long as it is in the page.
#[component]
pub fn Dialog(
    /// Id of the heading that names it.
    labelled_by: &'static str,
    /// How wide: a class of the style sheet.
    #[prop(default = "dialog")]
    class: &'static str,
    /// Runs when it shall close.
    close: Callback<()>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    // What had the focus gets it back, if it is still there.
    let before = StoredValue::new_local(
        document()
            .active_element()
            .and_then(|element| element.dyn_into::<HtmlElement>().ok()),
    );
    effect(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            // Fails only for an element that is open or out of the page, and this one is neither.
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        let focused = before.try_get_value().flatten();
        request_animation_frame(move || {
            if let Some(element) = focused.filter(|element| element.is_connected()) {
                let _ = element.focus();
            }
        });
    });
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        close.run(());
    };
    // A click on the backdrop hits the dialog element itself, not its content.
    let backdrop = move |event: ev::MouseEvent| {
        // One that is open over this one is part of it.
        if event.target().map(JsValue::from) == event.current_target().map(JsValue::from) {
            close.run(());
        }
    };
    view! {
        <dialog
            node_ref=node
            class=class
            role="dialog"
            aria-modal="true"
            aria-labelledby=labelled_by
            on:cancel=cancel
            on:mousedown=backdrop
        >
            <div class="dialog-frame">{children()}</div>
        </dialog>
    }
}
