//! The two ways to stop, each with what it will do.

use argus_types::execution::{Execution, ExecutionState};
use argus_types::person::Permission;
use argus_types::proposal::Cancellation;
use leptos::prelude::*;

use crate::api::cancel::cancel;
use crate::components::emergency::StopButton;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::emergency::use_emergency;
use crate::context::load::Load;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};
use crate::format::words;

/// The panel; only while the execution runs.
#[component]
pub fn StopPanel(
    /// The execution.
    execution: Load<Execution>,
) -> impl IntoView {
    let session = use_session();
    let emergency = use_emergency();
    let stopping = Submission::new();
    let engaged = memo(move || {
        emergency
            .data
            .with(|stop| stop.as_ref().is_some_and(|stop| stop.engaged))
    });
    let running = memo(move || {
        execution.data.with(|held| {
            held.as_ref()
                .filter(|held| held.state == ExecutionState::Running)
                .map(|held| held.proposal)
        })
    });
    dynamic(move || {
        let proposal = running.get()?;
        let role = session.role()?;
        if !session.may(Permission::Cancel) {
            return Some(
                view! { <p class="fine">{words::refusal(Permission::Cancel, role)}</p> }.into_any(),
            );
        }
        let stop = move |_| {
            stopping.run(
                "stop".to_owned(),
                move |key| cancel(session.api, proposal, Cancellation::default(), key),
                move |()| execution.reload(),
            );
        };
        Some(
            view! {
                <section class="stop-panel" aria-label="Stopping">
                    <div>
                        <button
                            type="button"
                            class="button"
                            data-testid="stop-execution"
                            disabled=move || stopping.pending.get()
                            on:click=stop
                        >
                            <Icon glyph=Glyph::Square />
                            "Stop after this step"
                        </button>
                        <p class="fine">
                            "The step that runs is followed to its end; no later step of this execution starts."
                        </p>
                    </div>
                    <div>
                        <StopButton />
                        <p class="fine">
                            {dynamic(move || {
                                if engaged.get() {
                                    "The emergency stop is set: no step of any execution starts."
                                } else {
                                    "The same for every execution, until two people release it."
                                }
                            })}
                        </p>
                    </div>
                    <Failure error=stopping.error before="Not recorded." />
                </section>
            }
            .into_any(),
        )
    })
}
