//! Asks once more before everything stops, and says what that means.

use argus_types::emergency::{DrillInput, EmergencyStopInput};
use argus_types::text::PlainText;
use leptos::prelude::*;

use crate::api::emergency_stop::{begin_drill, engage};
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::emergency::use_emergency;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// Reads an optional reason out of a field; the text of why it cannot be taken otherwise.
pub fn reason(text: &str) -> Result<Option<PlainText<500>>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    PlainText::new(text)
        .map(Some)
        .map_err(|error| format!("The {error}."))
}

/// How long a drill lasts.
const DRILL_S: u32 = 60;

/// The second of the two steps.
#[component]
pub fn EmergencyPanel(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let api = use_api();
    let emergency = use_emergency();
    let why = RwSignal::new(String::new());
    let wrong = RwSignal::new(String::new());
    let stopping = Submission::new();
    let close = Callback::new(move |()| open.set(false));
    let stop = move |_| match reason(&why.get_untracked()) {
        Ok(reason) => {
            wrong.set(String::new());
            stopping.run(
                why.get_untracked(),
                move |key| engage(api, EmergencyStopInput { reason }, key),
                move |()| {
                    emergency.reload();
                    open.set(false);
                },
            );
        }
        Err(text) => wrong.set(text),
    };
    let drill = move |_| match reason(&why.get_untracked()) {
        Ok(reason) => {
            let lasts_s = DRILL_S;
            stopping.run(
                format!("drill {}", why.get_untracked()),
                move |key| begin_drill(api, DrillInput { lasts_s, reason }, key),
                move |()| {
                    emergency.reload();
                    open.set(false);
                },
            );
        }
        Err(text) => wrong.set(text),
    };
    view! {
        <Dialog labelled_by="stop-title" class="dialog dialog-small" close=close>
            <div class="dialog-head">
                <h2 id="stop-title">"Stop everything?"</h2>
            </div>
            <div class="dialog-body">
                <p>
                    "No further step of any execution starts, on any replica, until two people release it, one of them an admin. "
                    "What already runs inside Proxmox is followed to its end and reported as it is."
                </p>
                <label class="field">
                    <span>"Reason (kept in the ledger)"</span>
                    <textarea rows="2" maxlength="500" bind:value=why></textarea>
                </label>
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                <Failure error=stopping.error before="Not recorded." />
                <p class="fine">
                    "A drill holds every step back for a minute and then lets everything go on: it shows that the stop works, and stops nothing."
                </p>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Do not stop"
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="drill"
                    disabled=move || stopping.pending.get()
                    on:click=drill
                >
                    "Drill for a minute"
                </button>
                <button
                    type="button"
                    class="button danger"
                    disabled=move || stopping.pending.get()
                    on:click=stop
                >
                    <Icon glyph=Glyph::Octagon />
                    {dynamic(move || {
                        if stopping.pending.get() { "Stopping…" } else { "Stop every execution" }
                    })}
                </button>
            </div>
        </Dialog>
    }
}
