//! What came of asking, until there is a proposal: questions to answer, a refusal, or what was found.

use argus_types::proposal::{Choice, Question};
use leptos::prelude::*;

use crate::api::part::Part;
use crate::api::propose::{Asked, choice as read_choice};
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
    let by = asked.by;
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
        {asked.diagnosis.map(|diagnosis| found(Part(&diagnosis), answer, pending))}
        {(!asked.questions.is_empty())
            .then(|| {
                view! {
                    <Questions questions=asked.questions answer=answer pending=pending />
                    {by.map(|by| view! { <p class="fine">"Asked by " {by}</p> })}
                }
            })}
    }
}

fn found(diagnosis: Part<'_>, answer: Callback<String>, pending: RwSignal<bool>) -> AnyView {
    let findings = diagnosis.all("findings");
    let quiet = findings.is_empty();
    let looked = sentence("Looked at: ", &diagnosis.texts("looked_at"));
    let unknown = sentence("Not known: ", &diagnosis.texts("not_known"));
    view! {
        <section class="questions" aria-label="What was found" role="status" data-testid="findings">
            <p>
                <strong>{diagnosis.text("subject")}</strong>
                {quiet.then_some(": nothing stands out.")}
            </p>
            {findings.into_iter().map(|finding| one(finding, answer, pending)).collect_view()}
            <p class="fine">{looked + &unknown}</p>
        </section>
    }
    .into_any()
}

fn sentence(before: &str, parts: &[String]) -> String {
    if parts.is_empty() {
        String::new()
    } else {
        format!("{before}{}. ", parts.join(", "))
    }
}

fn one(finding: Part<'_>, answer: Callback<String>, pending: RwSignal<bool>) -> AnyView {
    let evidence = finding.all("evidence").into_iter().map(evidence_line);
    let evidence: Vec<String> = evidence.collect();
    let remedy = finding
        .get("remedy")
        .map(|choice| choices(vec![read_choice(choice)], answer, pending));
    view! {
        <Notice tone=tone(&finding.text("severity")) title=finding.text("text")>
            <ul>
                {evidence.into_iter().map(|seen| view! { <li>{seen}</li> }).collect_view()}
            </ul>
            {remedy}
        </Notice>
    }
    .into_any()
}

/// How loudly a finding of this severity is told.
fn tone(severity: &str) -> Tone {
    match severity {
        "critical" => Tone::Bad,
        "warning" => Tone::Warn,
        _ => Tone::Info,
    }
}

fn evidence_line(seen: Part<'_>) -> String {
    let (what, value) = (seen.text("what"), seen.text("value"));
    match seen.maybe("limit") {
        Some(limit) => format!("{what}: {value} (held against {limit})"),
        None => format!("{what}: {value}"),
    }
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

#[cfg(test)]
mod tests {
    use argus_types::drafting::{FindingEvidence, Severity};

    use super::*;

    #[test]
    fn findings_are_read_as_the_contract_writes_them() {
        let tones = [Severity::Note, Severity::Warning, Severity::Critical].map(|severity| {
            let word = serde_json::to_value(severity).unwrap();
            tone(word.as_str().unwrap())
        });
        assert_eq!(tones, [Tone::Info, Tone::Warn, Tone::Bad]);
        let mut seen = FindingEvidence {
            what: "memory in use".to_owned(),
            value: "97 %".to_owned(),
            limit: Some("90 %".to_owned()),
        };
        let line = |seen: &FindingEvidence| {
            let value = serde_json::to_value(seen).unwrap();
            evidence_line(Part(&value))
        };
        assert_eq!(line(&seen), "memory in use: 97 % (held against 90 %)");
        seen.limit = None;
        assert_eq!(line(&seen), "memory in use: 97 %");
        assert_eq!(sentence("Not known: ", &[]), "");
    }
}
