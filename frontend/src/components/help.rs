//! The keys, on a screen of their own.

use leptos::prelude::*;

use super::dialog::Dialog;
use super::icon::{Glyph, Icon};
use super::keyboard::KEYS;

use crate::erased::dynamic;

/// The list of keys.
#[component]
pub fn Help(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    dynamic(move || {
        open.get().then(|| {
            view! {
                <Dialog labelled_by="help-title" class="dialog dialog-small" close=close>
                    <div class="dialog-head">
                        <h2 id="help-title">"Keys"</h2>
                        <button
                            type="button"
                            class="icon-button"
                            aria-label="Close"
                            on:click=move |_| close.run(())
                        >
                            <Icon glyph=Glyph::Cross />
                        </button>
                    </div>
                    <dl class="keys">
                        {KEYS
                            .into_iter()
                            .map(|(key, what)| {
                                view! {
                                    <dt>
                                        <kbd>{key}</kbd>
                                    </dt>
                                    <dd>{what}</dd>
                                }
                            })
                            .collect_view()}
                    </dl>
                    <p class="fine dialog-note">
                        "No key confirms, withdraws or stops anything: those are always a button."
                    </p>
                </Dialog>
            }
        })
    })
}
