//! Whether an execution can be taken back, and what takes it back or was taken back by it.

use argus_types::execution::Execution;
use argus_types::person::Permission;
use leptos::prelude::*;

use crate::context::session::use_session;
use crate::erased::{dynamic, memo};
use crate::routes;

/// The way to an undo, or why there is none.
#[component]
pub fn UndoLine(
    /// The execution.
    #[prop(into)]
    execution: Signal<Option<Execution>>,
) -> impl IntoView {
    let session = use_session();
    let held = memo(move || {
        execution.with(|held| {
            let held = held.as_ref()?;
            let over = held.state.is_final().then(|| held.undo.clone());
            Some((held.id, held.undoes, over))
        })
    });
    dynamic(move || {
        held.get().map(|(id, undoes, over)| {
            view! {
                {undoes.map(|before| link(routes::execution(before), "This undoes another execution"))}
                {over
                    .map(|offer| {
                        let way = match offer.why_not {
                            None if session.may(Permission::Propose) => {
                                view! {
                                    <p>
                                        <a class="button" href=routes::undo(id)>
                                            "Undo…"
                                        </a>
                                    </p>
                                }
                                    .into_any()
                            }
                            None => ().into_any(),
                            Some(why) => {
                                view! {
                                    <p class="button-row">
                                        <button type="button" class="button" disabled=true>
                                            "Undo…"
                                        </button>
                                        <span class="fine">{why}</span>
                                    </p>
                                }
                                    .into_any()
                            }
                        };
                        let undo = offer
                            .proposal
                            .map(|proposal| link(routes::change(proposal), "The change that undoes it"));
                        view! {
                            {way}
                            {undo}
                        }
                    })}
            }
        })
    })
}

fn link(href: String, text: &'static str) -> AnyView {
    view! {
        <p>
            <a href=href>{text}</a>
        </p>
    }
    .into_any()
}
