//! What came of asking, until there is a proposal: questions to answer, a refusal, or what was found.

use argus_types::drafting::{Diagnosis, Finding, Severity};
use argus_types::proposal::{Choice, Question};
use leptos::prelude::*;

use crate::api::propose::Asked;
use crate::components::notice::Notice;
use crate::format::words::Tone;

/// Everything that is not a proposal.
#[component]
pub fn Answer(
    /// What came.
    asked: Asked,
    /// Posts another request.
    answer: Callback<String>,
    /// While an answer is awaited.
    pending: RwSignal<bool>,
) -> impl IntoView {
    let by = asked.drafted_by.map(|by| by.label());
    let says = by.clone().unwrap_or_default();
    view! {
        {asked
            .reason
            .map(|reason| {
                view! {
                    <div data-testid="refused">
                        <Notice tone=Tone::Warn title="Nothing was drafted">
                            <p>{reason}</p>
                            <p class="fine">{says}</p>
                        </Notice>
                    </div>
                }
            })}
        {asked.diagnosis.map(|diagnosis| found(diagnosis, answer, pending))}
        {(!asked.questions.is_empty())
            .then(|| {
                view! {
                    <Questions questions=asked.questions answer=answer pending=pending />
                    {by.map(|by| view! { <p class="fine">"Asked by " {by}</p> })}
                }
            })}
    }
}

fn found(diagnosis: Diagnosis, answer: Callback<String>, pending: RwSignal<bool>) -> AnyView {
    let quiet = diagnosis.findings.is_empty();
    let looked = sentence("Looked at: ", &diagnosis.looked_at);
    let unknown = sentence("Not known: ", &diagnosis.not_known);
    view! {
        <section class="questions" aria-label="What was found" role="status" data-testid="findings">
            <p>
                <strong>{diagnosis.subject}</strong>
                {quiet.then_some(": nothing stands out.")}
            </p>
            {diagnosis
                .findings
                .into_iter()
                .map(|finding| one(finding, answer, pending))
                .collect_view()}
            <p class="fine">{looked} {unknown}</p>
        </section>
    }
    .into_any()
}

fn sentence(before: &str, parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| format!("{before}{}. ", parts.join(", ")))
}

fn one(finding: Finding, answer: Callback<String>, pending: RwSignal<bool>) -> AnyView {
    let tone = match finding.severity {
        Severity::Critical => Tone::Bad,
        Severity::Warning => Tone::Warn,
        Severity::Note => Tone::Info,
    };
    let remedy = finding
        .remedy
        .map(|choice| choices(vec![choice], answer, pending));
    view! {
        <Notice tone=tone title=finding.text>
            <ul>
                {finding
                    .evidence
                    .into_iter()
                    .map(|seen| {
                        let limit = seen.limit.map(|limit| format!(" (held against {limit})"));
                        view! {
                            <li>
                                {seen.what} ": " <code>{seen.value}</code> {limit}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {remedy}
        </Notice>
    }
    .into_any()
}

fn choices(choices: Vec<Choice>, answer: Callback<String>, pending: RwSignal<bool>) -> AnyView {
    view! {
        <div class="choices">
            {choices
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
    }
    .into_any()
}

/// Questions with their answers as buttons. An answer is a request of its own, posted instead.
#[component]
fn Questions(
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
                            {choices(question.choices, answer, pending)}
                        </div>
                    }
                })
                .collect_view()}
        </section>
    }
}
