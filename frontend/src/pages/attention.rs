//! An execution that needs a person: what there is to look at, and the place to say what became of it.

use argus_types::id::ExecutionId;
use argus_types::problem::ProblemCode;
use argus_types::resolution::{Outcome, Resolution};
use leptos::prelude::*;

use crate::api::ApiError;
use crate::api::execution::execution as read_execution;
use crate::api::resolution::evidence;
use crate::components::attention::{Decide, Deciding, Evidence};
use crate::components::failure::Failure;
use crate::components::moment::Moment;
use crate::components::notice::Notice;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;
use crate::routes;

/// The page.
#[component]
pub fn Attention(
    /// Which execution.
    execution: ExecutionId,
) -> impl IntoView {
    let id = execution;
    let session = use_session();
    let live = use_live();
    let held = load(move || {
        live.changes.track();
        read_execution(session.api, id)
    });
    // Not with every change: what somebody looks at stays until they ask for it anew.
    let found = load(move || evidence(session.api, id));
    let again = Callback::new(move |()| {
        held.reload();
        found.reload();
    });
    let deciding = Deciding::new(id, again);
    let title = memo(move || {
        held.data.with(|held| {
            held.as_ref().map_or_else(
                || "A person must look".to_owned(),
                |held| held.title.clone(),
            )
        })
    });
    set_title(move || title.get());
    let resolution = memo(move || held.data.with(|held| held.as_ref()?.resolution.clone()));
    let refused = memo(move || {
        let code = |error: &Option<ApiError>| error.as_ref().and_then(ApiError::code);
        held.error.with(code).or_else(|| found.error.with(code))
    });
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=routes::execution(id)>"The execution"</a>
        </nav>
        <h1>{title}</h1>
        {dynamic(move || match refused.get() {
            Some(ProblemCode::NotFound) => {
                view! {
                    <Empty title="There is no such execution.">
                        <p>"The link may be mistyped."</p>
                    </Empty>
                }
                    .into_any()
            }
            Some(ProblemCode::WrongState) => {
                view! {
                    <Empty title="Nobody has to look.">
                        <p>"Argus knows what became of each step, or is still at work."</p>
                    </Empty>
                }
                    .into_any()
            }
            _ => {
                view! {
                    <Failure error=held.error retry=again />
                    <Failure error=found.error retry=again />
                }
                    .into_any()
            }
        })}
        <div role="status">
            {dynamic(move || resolution.get().map(said))}
        </div>
        {dynamic(move || {
            found.is_first().then(|| view! { <Skeleton lines=8 label="Looking at Proxmox" /> })
        })}
        {dynamic(move || {
            found
                .data
                .get()
                .map(|evidence| {
                    let over = resolution.get().is_some();
                    view! {
                        <Evidence evidence=evidence.clone() over=over />
                        {(!over)
                            .then(|| {
                                view! {
                                    <div class="button-row">
                                        <button
                                            type="button"
                                            class="button"
                                            disabled=move || found.loading.get()
                                            on:click=move |_| again.run(())
                                        >
                                            "Look again"
                                        </button>
                                    </div>
                                    <Decide evidence=evidence deciding=deciding />
                                }
                            })}
                    }
                })
        })}
    }
}

fn said(resolution: Resolution) -> AnyView {
    let title = match resolution.verdict {
        Outcome::ItHappened => "Looked at: it happened",
        Outcome::ItDidNot => "Looked at: it did not happen",
    };
    view! {
        <Notice tone=Tone::Info title=title>
            <p>
                {resolution.by.name} ", " <Moment at=resolution.at /> ": " {resolution.note}
            </p>
            <p>"What it kept from other changes was given back."</p>
        </Notice>
    }
    .into_any()
}
