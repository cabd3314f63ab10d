//! What came of asking: questions to answer, until there is a proposal.

use argus_types::proposal::Question;
use leptos::prelude::*;

/// Questions with their answers as buttons. An answer is a request of its own, posted instead.
#[component]
pub fn Questions(
    /// What to answer.
    questions: Vec<Question>,
    /// Posts the chosen request.
    answer: Callback<String>,
    /// While an answer is awaited.
    pending: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <section class="questions" aria-label="Questions" role="status" data-testid="questions">
            {questions
                .into_iter()
                .map(|question| {
                    let open = question.choices.is_empty();
                    view! {
                        <div class="question">
                            <p>{question.text}</p>
                            {open
                                .then(|| {
                                    view! { <p class="fine">"Write it differently and ask again."</p> }
                                })}
                            <div class="choices">
                                {question
                                    .choices
                                    .into_iter()
                                    .map(|choice| {
                                        let request = choice.request;
                                        view! {
                                            <button
                                                type="button"
                                                class="button"
                                                disabled=move || pending.get()
                                                on:click=move |_| answer.run(request.clone())
                                            >
                                                {choice.label}
                                            </button>
                                        }
                                    })
                                    .collect_view()}
                            </div>
                        </div>
                    }
                })
                .collect_view()}
        </section>
    }
}
