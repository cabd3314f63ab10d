//! Why something could not be read or was not taken, with a way on.

use leptos::prelude::*;

use super::notice::Notice;
use crate::api::ApiError;
use crate::erased::dynamic;
use crate::format::words::Tone;

/// Shows `error` while there is one; says it aloud when it comes up.
#[component]
pub fn Failure(
    /// What went wrong.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
    /// Stands before the error's own title, such as `Not recorded.`
    #[prop(optional)]
    before: &'static str,
) -> impl IntoView {
    view! {
        <div role="alert" class="failure">
            {dynamic(move || error.get().map(|error| body(&error, retry, before)))}
        </div>
    }
}

fn body(error: &ApiError, retry: Option<Callback<()>>, before: &str) -> AnyView {
    let title = format!("{before} {}", error.title()).trim().to_owned();
    let advice = error.advice();
    let (fields, request) = error
        .problem()
        .map(|problem| (problem.errors.clone(), problem.request_id.clone()))
        .unwrap_or_default();
    view! {
        <Notice tone=Tone::Bad title=title>
            <p>{advice}</p>
            {(!fields.is_empty())
                .then(|| {
                    view! {
                        <ul class="field-errors">
                            {fields
                                .into_iter()
                                .map(|field| {
                                    let place = if field.pointer.is_empty() {
                                        "whole request".to_owned()
                                    } else {
                                        field.pointer
                                    };
                                    view! {
                                        <li>
                                            <code>{place}</code>
                                            " "
                                            {field.message}
                                        </li>
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
            {(!request.is_empty())
                .then(|| view! { <p class="fine">"Request " <code>{request}</code></p> })}
            {retry
                .map(|retry| {
                    view! {
                        <button type="button" class="button small" on:click=move |_| retry.run(())>
                            "Try again"
                        </button>
                    }
                })}
        </Notice>
    }
    .into_any()
}
