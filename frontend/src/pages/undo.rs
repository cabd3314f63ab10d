//! Taking an execution back: what that means, and the proposal that comes of it.

use argus_types::execution::Execution;
use argus_types::id::ExecutionId;
use argus_types::person::Permission;
use argus_types::problem::ProblemCode;
use argus_types::undo::UndoInput;
use leptos::prelude::*;

use crate::api::ApiError;
use crate::api::execution::execution as read_execution;
use crate::api::undo::undo;
use crate::components::failure::Failure;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::load::load;
use crate::context::location::use_location;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::plain::typed;
use crate::routes;

/// What somebody is about to propose.
#[derive(Clone, Copy)]
struct Proposing {
    reason: RwSignal<String>,
    wrong: RwSignal<String>,
    sending: Submission,
}

/// The page.
#[component]
pub fn Undo(
    /// Which execution.
    execution: ExecutionId,
) -> impl IntoView {
    let id = execution;
    set_title(move || "Undo".to_owned());
    let session = use_session();
    let held = load(move || read_execution(session.api, id));
    let proposing = Proposing {
        reason: RwSignal::new(String::new()),
        wrong: RwSignal::new(String::new()),
        sending: Submission::new(),
    };
    let missing = memo(move || {
        let code = |error: &Option<ApiError>| error.as_ref().and_then(ApiError::code);
        held.error.with(code) == Some(ProblemCode::NotFound)
    });
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=routes::execution(id)>"The execution"</a>
        </nav>
        <h1>"Undo"</h1>
        {dynamic(move || {
            if missing.get() {
                view! {
                    <Empty title="There is no such execution.">
                        <p>"The link may be mistyped."</p>
                    </Empty>
                }
                    .into_any()
            } else {
                view! { <Failure error=held.error retry=Callback::new(move |()| held.reload()) /> }
                    .into_any()
            }
        })}
        {dynamic(move || held.is_first().then(|| view! { <Skeleton lines=4 label="Reading the execution" /> }))}
        {dynamic(move || held.data.get().map(|execution| body(execution, proposing)))}
    }
}

fn body(execution: Execution, proposing: Proposing) -> AnyView {
    let session = use_session();
    let offer = execution.undo;
    let blocked = offer.why_not.is_some();
    let id = execution.id;
    view! {
        <section class="panel" aria-labelledby="undo-title" data-testid="undo">
            <h2 id="undo-title">{execution.title}</h2>
            <p>
                "Argus proposes to take back what was carried out, from the last step to the first, on what is there \
                 now. It is a change as every other: read it, have it approved, confirm it."
            </p>
            {offer.why_not.map(|why| view! { <p class="quiet-line">{why}</p> })}
            {offer
                .proposal
                .map(|proposal| {
                    view! {
                        <p>
                            <a href=routes::change(proposal)>"The change that undoes it"</a>
                        </p>
                    }
                })}
            {(!offer.left_out.is_empty())
                .then(|| {
                    view! {
                        <h3>"What stays as it is"</h3>
                        <ul>{offer.left_out.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
                    }
                })}
            {dynamic(move || {
                (!blocked && session.may(Permission::Propose)).then(|| form(id, proposing))
            })}
        </section>
    }
    .into_any()
}

fn form(id: ExecutionId, proposing: Proposing) -> AnyView {
    let session = use_session();
    let location = use_location();
    let Proposing {
        reason,
        wrong,
        sending,
    } = proposing;
    let send = move |_| {
        let reason = match reason.with_untracked(|text| typed(text)) {
            Ok(reason) => reason,
            Err(why) => return wrong.set(why),
        };
        wrong.set(String::new());
        let what = format!("{reason:?}");
        sending.run(
            what,
            move |key| undo(session.api, id, UndoInput { reason }, key),
            move |made| location.go(&routes::change(made.proposal.id)),
        );
    };
    view! {
        <label class="field">
            <span>"Why (whoever decides reads it; kept in the ledger)"</span>
            <textarea rows="2" maxlength="500" bind:value=reason></textarea>
        </label>
        <p class="field-error" role="alert">
            {wrong}
        </p>
        <Failure error=sending.error before="Not proposed." />
        <div class="button-row">
            <button
                type="button"
                class="button primary"
                disabled=move || sending.pending.get()
                on:click=send
            >
                {dynamic(move || if sending.pending.get() { "Planning…" } else { "Propose the undo" })}
            </button>
        </div>
    }
    .into_any()
}
