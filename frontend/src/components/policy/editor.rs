//! Writing another policy: the document, why it should change, what it would change, and then the proposal.

use argus_types::policy::PolicyInput;
use argus_types::policy_check::{PolicyCheck, PolicyDocument, PolicyMistake};
use leptos::html;
use leptos::prelude::*;

use super::comparison::Comparison;
use crate::api::policy::{check, propose};
use crate::components::failure::Failure;
use crate::components::notice::Notice;
use crate::context::location::use_location;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};
use crate::format::count::count;
use crate::format::plain::plain;
use crate::format::words::Tone;
use crate::routes;

/// The document as it is being written, and what was said of it.
#[derive(Clone, Copy)]
struct Draft {
    text: RwSignal<String>,
    /// The text that was checked, with the answer.
    checked: RwSignal<Option<(String, PolicyCheck)>>,
}

impl Draft {
    /// What was said of exactly this text; tracked. What was said of another one says nothing of it.
    fn answer(self) -> Option<PolicyCheck> {
        self.checked.with(|checked| {
            let (of, answer) = checked.as_ref()?;
            let is_of_this = self.text.with(|text| text == of);
            is_of_this.then(|| answer.clone())
        })
    }
}

/// The editor, which begins with the policy in force.
#[component]
pub fn Editor(
    /// The document in force.
    text: String,
) -> impl IntoView {
    let draft = Draft {
        text: RwSignal::new(text),
        checked: RwSignal::new(None),
    };
    let field = NodeRef::<html::Textarea>::new();
    let answer = memo(move || draft.answer());
    let show = Callback::new(move |mistake: PolicyMistake| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let (from, to) = draft
            .text
            .with_untracked(|text| place(text, mistake.line, mistake.column));
        // Browsers scroll to the selection of a field when it takes the focus, which it must have lost before.
        let _ = field.blur();
        let _ = field.set_selection_range(from, to);
        let _ = field.focus();
    });
    view! {
        <Writing draft=draft field=field />
        <div class="policy-checked" role="status" data-testid="checked">
            {dynamic(move || answer.get().map(|answer| told(answer, show)))}
        </div>
        <Proposing draft=draft answer=answer />
    }
}

/// The document, and the button that has it checked.
#[component]
fn Writing(draft: Draft, field: NodeRef<html::Textarea>) -> impl IntoView {
    let session = use_session();
    let checking = Submission::new();
    let Draft { text, checked } = draft;
    let look = move |_| {
        let document = text.get_untracked();
        let of = document.clone();
        checking.run(
            document.clone(),
            move |key| check(session.api, PolicyDocument { text: document }, key),
            move |answer| checked.set(Some((of, answer))),
        );
    };
    view! {
        <section class="panel" aria-labelledby="editor-title">
            <h2 id="editor-title">"The whole document"</h2>
            <label class="field">
                <span class="visually-hidden">"The document, as TOML"</span>
                <textarea
                    class="editor"
                    node_ref=field
                    rows="16"
                    maxlength="65536"
                    spellcheck="false"
                    autocapitalize="none"
                    autocomplete="off"
                    wrap="off"
                    bind:value=text
                ></textarea>
            </label>
            <div class="actions">
                <button
                    type="button"
                    class="button"
                    disabled=move || checking.pending.get()
                    on:click=look
                >
                    {dynamic(move || if checking.pending.get() { "Checking…" } else { "Check what it would change" })}
                </button>
                <span class="fine">"Nothing is kept by it."</span>
            </div>
            <Failure error=checking.error before="Not checked." />
        </section>
    }
}

/// Why it should change, and the button that proposes it.
#[component]
fn Proposing(draft: Draft, answer: Memo<Option<PolicyCheck>>) -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let reason = RwSignal::new(String::new());
    let wrong = RwSignal::new(String::new());
    let proposing = Submission::new();
    let can_propose =
        memo(move || answer.with(|answer| matches!(answer, Some(PolicyCheck::Other { .. }))));
    let send = move |_| {
        let reason = match plain("/reason", &reason.get_untracked()) {
            Ok(reason) => reason,
            Err(_) if reason.with_untracked(|reason| reason.trim().is_empty()) => {
                return wrong.set("Say why; everybody who decides reads it.".to_owned());
            }
            Err(error) => return wrong.set(error.message),
        };
        wrong.set(String::new());
        let input = PolicyInput {
            text: draft.text.get_untracked(),
            reason,
        };
        proposing.run(
            format!("{input:?}"),
            move |key| propose(session.api, input, key),
            move |made| location.go(&routes::policy_version(made.version.number)),
        );
    };
    view! {
        <section class="panel" aria-labelledby="propose-title">
            <h2 id="propose-title">"Propose it"</h2>
            <label class="field">
                <span>"Why the policy should change (everybody who decides reads it)"</span>
                <textarea rows="2" maxlength="500" bind:value=reason></textarea>
            </label>
            <p class="field-error" role="alert">
                {wrong}
            </p>
            <Failure error=proposing.error before="Not proposed." />
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    aria-describedby="propose-obstacle"
                    disabled=move || !can_propose.get() || proposing.pending.get()
                    on:click=send
                >
                    {dynamic(move || if proposing.pending.get() { "Proposing…" } else { "Propose this version" })}
                </button>
                <span class="fine" id="propose-obstacle">
                    {dynamic(move || {
                        if can_propose.get() {
                            "It is in force only once two other admins approved it and one more person said so."
                        } else {
                            "Check it first, as it stands above."
                        }
                    })}
                </span>
            </div>
        </section>
    }
}

fn told(answer: PolicyCheck, show: Callback<PolicyMistake>) -> AnyView {
    match answer {
        PolicyCheck::Same {} => view! {
            <Notice tone=Tone::Info title="It says what the policy in force says">
                <p>"Nothing would change, so there is nothing to propose."</p>
            </Notice>
        }
        .into_any(),
        PolicyCheck::Wrong { mistakes } => {
            let title = format!(
                "It cannot be proposed: {}",
                count(mistakes.len(), "mistake", "mistakes")
            );
            view! {
                <Notice tone=Tone::Bad title=title>
                    <ul class="mistakes">{mistakes.into_iter().map(|one| mistake(one, show)).collect_view()}</ul>
                </Notice>
            }
            .into_any()
        }
        PolicyCheck::Other {
            edits,
            weaknesses,
            replay,
            ..
        } => view! { <Comparison edits=edits weaknesses=weaknesses replay=Some(replay) /> }
            .into_any(),
    }
}

fn mistake(mistake: PolicyMistake, show: Callback<PolicyMistake>) -> AnyView {
    let place = format!("Line {}, column {}", mistake.line, mistake.column);
    let message = mistake.message.clone();
    view! {
        <li>
            <button type="button" class="link-button" on:click=move |_| show.run(mistake.clone())>
                {place}
            </button>
            ": "
            {message}
        </li>
    }
    .into_any()
}

/// Where a field's selection begins and ends to show what stands at this line and column, to the line's end; counted as
/// browsers do, in UTF-16.
fn place(text: &str, line: u32, column: u32) -> (u32, u32) {
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let mut before = 0;
    for (number, content) in (1..).zip(text.split('\n')) {
        if number == line {
            let skipped: String = content
                .chars()
                .take(column.saturating_sub(1) as usize)
                .collect();
            return (before + units(&skipped), before + units(content));
        }
        before += units(content) + 1;
    }
    let end = units(text);
    (end, end)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_mistake_is_shown_from_its_column_to_the_end_of_its_line() {
        let text = "format = 1\nname = \"\u{1f600}ä\" x\n";
        assert_eq!(place(text, 1, 1), (0, 10));
        assert_eq!(place(text, 2, 8), (18, 25));
        // After the emoji, which is two units.
        assert_eq!(place(text, 2, 10), (21, 25));
        assert_eq!(place(text, 9, 1), (26, 26));
    }
}
