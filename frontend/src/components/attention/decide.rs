//! What a person says became of it: one of two, with what follows from it, and a note.

use argus_types::account::StepUpAct;
use argus_types::id::ExecutionId;
use argus_types::person::Permission;
use argus_types::resolution::{ExecutionEvidence, Found, Outcome, ResolutionInput, TaskNow};
use argus_types::text::PlainText;
use leptos::prelude::*;

use crate::api::resolution::resolve;
use crate::components::choice::Choice;
use crate::components::failure::Failure;
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::passkey_missing::PasskeyMissing;
use crate::context::session::use_session;
use crate::context::step_up::SteppedUp;
use crate::erased::dynamic;
use crate::format::count::count;

/// What is under way. It outlives each new read of the evidence, so that nothing that was typed is lost.
#[derive(Clone, Copy)]
pub struct Deciding {
    execution: ExecutionId,
    verdict: RwSignal<Option<Outcome>>,
    note: RwSignal<String>,
    wrong: RwSignal<String>,
    sending: SteppedUp,
    decided: Callback<()>,
}

impl Deciding {
    /// Nothing said yet about this execution; `decided` runs after something was.
    pub fn new(execution: ExecutionId, decided: Callback<()>) -> Self {
        Self {
            execution,
            verdict: RwSignal::new(None),
            note: RwSignal::new(String::new()),
            wrong: RwSignal::new(String::new()),
            sending: SteppedUp::new(),
            decided,
        }
    }

    /// What would be sent, or what is missing.
    fn input(self, evidence: &ExecutionEvidence) -> Result<ResolutionInput, String> {
        let Some(verdict) = self.verdict.get_untracked() else {
            return Err("Say first whether it happened.".to_owned());
        };
        let text = self.note.with_untracked(|note| note.trim().to_owned());
        if text.is_empty() {
            return Err("Say what you saw.".to_owned());
        }
        Ok(ResolutionInput {
            step: evidence.found.step.as_ref().map(|step| step.number),
            verdict,
            note: PlainText::new(text).map_err(|error| format!("The {error}."))?,
            evidence: evidence.digest,
            step_up: None,
        })
    }
}

/// The form, or who it waits for.
#[component]
pub fn Decide(
    /// What they look at.
    evidence: ExecutionEvidence,
    /// What is under way.
    deciding: Deciding,
) -> impl IntoView {
    let session = use_session();
    let destructive = evidence.found.destructive;
    let why_not = why_not(&evidence.found);
    let consequences = consequences(&evidence.found);
    let needed = if destructive {
        Permission::ResolveDestructive
    } else {
        Permission::Resolve
    };
    dynamic(move || {
        if let Some(why) = &why_not {
            return view! { <p class="quiet-line">{why.clone()}</p> }.into_any();
        }
        if !session.may(needed) {
            let who = if destructive {
                "An admin"
            } else {
                "An operator"
            };
            return view! { <p class="quiet-line">{who} " has to look and say what became of it."</p> }.into_any();
        }
        form(evidence.clone(), deciding, consequences.clone())
    })
}

fn form(evidence: ExecutionEvidence, deciding: Deciding, consequences: String) -> AnyView {
    let session = use_session();
    let destructive = evidence.found.destructive;
    let sending = deciding.sending;
    let send = move |_| {
        let input = match deciding.input(&evidence) {
            Ok(input) => input,
            Err(wrong) => return deciding.wrong.set(wrong),
        };
        deciding.wrong.set(String::new());
        let (id, decided) = (deciding.execution, deciding.decided);
        let what = format!("{:?}", (input.verdict, &input.note, input.evidence));
        if destructive {
            let act = (StepUpAct::Resolve, input.evidence.to_string());
            let with = move |proof, key| {
                let step_up = Some(proof);
                resolve(session.api, id, ResolutionInput { step_up, ..input }, key)
            };
            sending.run(session, act, what, with, move |()| decided.run(()));
        } else {
            let with = move |key| resolve(session.api, id, input, key);
            sending.sending.run(what, with, move |()| decided.run(()));
        }
    };
    let button = if destructive {
        "Record it with your passkey"
    } else {
        "Record it"
    };
    view! {
        <section class="panel" aria-labelledby="decide-title" data-testid="resolve">
            <h2 id="decide-title">"What became of it?"</h2>
            <p>"Look in Proxmox first. This is said once, for everybody, and stays."</p>
            <fieldset class="choices-set">
                <legend>"After looking I know:"</legend>
                <Choice
                    name="verdict"
                    chosen=deciding.verdict
                    value=Some(Outcome::ItHappened)
                    label="It happened: Proxmox did what the step asked for."
                    hint=consequences.clone()
                />
                <Choice
                    name="verdict"
                    chosen=deciding.verdict
                    value=Some(Outcome::ItDidNot)
                    label="It did not happen, and will not any more."
                    hint=consequences
                />
            </fieldset>
            <label class="field">
                <span>"What you saw (everybody reads it; kept in the ledger)"</span>
                <textarea rows="3" maxlength="1000" bind:value=deciding.note></textarea>
            </label>
            <p class="field-error" role="alert">
                {deciding.wrong}
            </p>
            {destructive.then(|| view! { <PasskeyMissing /> })}
            <PasskeyFailure attempt=sending.ceremony before="Not recorded." />
            <Failure error=sending.sending.error before="Not recorded." />
            <div class="button-row">
                <button
                    type="button"
                    class="button primary"
                    disabled=move || sending.is_pending()
                    on:click=send
                >
                    {dynamic(move || if sending.is_pending() { "Recording…" } else { button })}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// A task that still runs may yet do it.
fn why_not(found: &Found) -> Option<String> {
    let mut tasks = found.step.iter().flat_map(|step| &step.tasks);
    tasks.any(|task| task.state == TaskNow::Running).then(|| {
        "A task that is or could be this step's still runs inside Proxmox. Wait for its end, or stop it there; then \
         read the evidence again."
            .to_owned()
    })
}

/// What follows from either.
fn consequences(found: &Found) -> String {
    let back = if found.held.is_empty() {
        "Nothing is kept from others any more.".to_owned()
    } else {
        format!(
            "{} is given back to other changes at once.",
            found.held.join(", ")
        )
    };
    match found.not_started {
        0 => back,
        more => format!(
            "{back} {} after it {} not start: ask for them anew.",
            count(usize::from(more), "step", "steps"),
            if more == 1 { "does" } else { "do" }
        ),
    }
}
