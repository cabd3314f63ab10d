//! Why a change is wanted: a field beside each way of asking. The policy may ask for it, and says so when it does.

use argus_types::problem::ProblemCode;
use argus_types::text::PlainText;
use leptos::html;
use leptos::prelude::*;

use crate::api::ApiError;
use crate::context::submission::Submission;
use crate::erased::{dynamic, effect, memo};
use crate::format::plain::typed;

/// What stands in the field, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Why {
    text: RwSignal<String>,
    wrong: RwSignal<String>,
}

impl Why {
    /// Begins with a reason that was given before, where there is one.
    pub fn new(before: Option<String>) -> Self {
        Self {
            text: RwSignal::new(before.unwrap_or_default()),
            wrong: RwSignal::new(String::new()),
        }
    }

    /// The reason as the API takes it: the inner `None` is none, the outer one was told at the field.
    pub fn given(self) -> Option<Option<PlainText<500>>> {
        match typed(&self.text.get_untracked()) {
            Ok(reason) => {
                self.wrong.set(String::new());
                Some(reason)
            }
            Err(text) => {
                self.wrong.set(text);
                None
            }
        }
    }

    /// Forgets it: the change was asked for.
    pub fn clear(self) {
        self.text.set(String::new());
    }
}

/// Why asking failed, apart from a missing reason, which its field tells.
pub fn failure_beside(asking: Submission) -> Signal<Option<ApiError>> {
    Signal::derive(move || {
        let error = asking.error.get();
        error.filter(|error| !wants_reason(error))
    })
}

fn wants_reason(error: &ApiError) -> bool {
    error.code() == Some(ProblemCode::ReasonMissing)
}

/// The field. It takes the focus when Argus answers that the policy asks for a reason.
#[component]
pub fn WhyField(
    /// What stands in it.
    why: Why,
    /// The asking that it goes with.
    asking: Submission,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let wanted = memo(move || {
        asking
            .error
            .with(|error| error.as_ref().is_some_and(wants_reason))
    });
    effect(move || {
        if let (true, Some(field)) = (wanted.get(), field.get_untracked()) {
            // A field that cannot take the focus leaves it where it is; the alert says the same.
            let _ = field.focus();
        }
    });
    let fault = move || {
        let wrong = why.wrong.get();
        if wrong.is_empty() && wanted.get() {
            "The policy asks for a reason for this change.".to_owned()
        } else {
            wrong
        }
    };
    view! {
        <label class="field" data-testid="why">
            <span>{dynamic(move || if wanted.get() { "Why" } else { "Why (if you like)" })} "; whoever decides reads it"</span>
            <input
                type="text"
                node_ref=field
                maxlength="500"
                autocomplete="off"
                aria-invalid=move || (wanted.get() || why.wrong.with(|wrong| !wrong.is_empty())).then_some("true")
                bind:value=why.text
            />
        </label>
        <p class="field-error" role="alert">
            {fault}
        </p>
    }
}
