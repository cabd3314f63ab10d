//! Words or form, whichever the person likes better.

use argus_types::person::Permission;
use leptos::prelude::*;

use super::form::DraftForm;
use super::words_form::WordsForm;
use crate::components::segment::Segment;
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::format::words;

/// The panel; for who may not ask, a sentence.
#[component]
pub fn AskPanel() -> impl IntoView {
    let session = use_session();
    let by_form = RwSignal::new(false);
    dynamic(move || {
        let role = session.role()?;
        if !session.may(Permission::Propose) {
            return Some(view! { <p>{words::refusal(Permission::Propose, role)}</p> }.into_any());
        }
        Some(
            view! {
                <div class="ask-panel">
                    <div class="segments">
                        <Segment chosen=by_form value=false label="In words" />
                        <Segment chosen=by_form value=true label="By form" />
                    </div>
                    {dynamic(move || {
                        if by_form.get() {
                            view! { <DraftForm /> }.into_any()
                        } else {
                            view! { <WordsForm /> }.into_any()
                        }
                    })}
                </div>
            }
            .into_any(),
        )
    })
}
