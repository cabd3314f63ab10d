//! Asks once more before something ends that cannot be taken back.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::dialog::Dialog;
use super::failure::Failure;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// The question, while it is open.
#[component]
pub fn Certain(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: String,
    /// What follows from a yes.
    #[prop(into)]
    meaning: String,
    /// What the button says: the act, in full.
    act: &'static str,
    /// The decision on its way.
    sending: Submission,
    /// Sends it.
    decide: Callback<()>,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    let pending = sending.pending;
    dynamic(move || {
        let (title, meaning) = (title.clone(), meaning.clone());
        open.get().then(|| {
            view! {
                <Dialog labelled_by="certain-title" class="dialog dialog-small" close=close>
                    <div class="dialog-head">
                        <h2 id="certain-title">{title}</h2>
                    </div>
                    <div class="dialog-body">
                        <p>{meaning}</p>
                        <Failure error=sending.error before="Not done." />
                    </div>
                    <div class="dialog-foot">
                        <button type="button" class="button" on:click=move |_| close.run(())>
                            "Cancel"
                        </button>
                        <button
                            type="button"
                            class="button danger"
                            disabled=move || pending.get()
                            on:click=move |_| decide.run(())
                        >
                            {act}
                        </button>
                    </div>
                </Dialog>
            }
        })
    })
}

/// Moves the focus to the element with this id in the next frame: where reading goes on when what had it is gone.
pub fn focus_soon(id: &'static str) {
    request_animation_frame(move || {
        let element = document()
            .get_element_by_id(id)
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            // An element that cannot take the focus leaves it where it is.
            let _ = element.focus();
        }
    });
}
