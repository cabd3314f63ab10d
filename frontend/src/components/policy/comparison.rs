//! What a document would change: in the text, in what it leaves open, and for the plans of late.

use argus_types::policy::{PolicyEdit, Replay, ReplayedPlan};
use leptos::prelude::*;

use super::rules::Weaknesses;
use crate::components::moment::Moment;
use crate::components::pill::Mark;
use crate::format::count::count;
use crate::format::words;
use crate::routes;

/// The three of them.
#[component]
pub fn Comparison(
    /// What differs from the version before it.
    edits: Vec<PolicyEdit>,
    /// What it leaves open.
    weaknesses: Vec<String>,
    /// What it would have said about plans of late; absent for one that is decided.
    replay: Option<Replay>,
) -> impl IntoView {
    let none = edits.is_empty();
    view! {
        <section class="panel" aria-labelledby="edits-title" data-testid="edits">
            <h2 id="edits-title">"What differs"</h2>
            {none.then(|| view! { <p>"Nothing but words that change no plan's needs."</p> })}
            <ul class="edits">{edits.into_iter().map(edit).collect_view()}</ul>
        </section>
        <Weaknesses weaknesses=weaknesses />
        {replay.map(replayed)}
    }
}

fn edit(edit: PolicyEdit) -> AnyView {
    let nothing = || "nothing".to_owned();
    view! {
        <li>
            <p>
                <strong>{edit.what}</strong>
                " "
                {edit.may_widen.then(|| view! { <Mark word=words::MAY_WIDEN /> })}
            </p>
            <dl class="edit-values">
                <div>
                    <dt>"before"</dt>
                    <dd class="value-before">{edit.before.unwrap_or_else(nothing)}</dd>
                </div>
                <div>
                    <dt>"after"</dt>
                    <dd>{edit.after.unwrap_or_else(nothing)}</dd>
                </div>
            </dl>
        </li>
    }
    .into_any()
}

fn replayed(replay: Replay) -> AnyView {
    let told = told(&replay);
    view! {
        <section class="panel" aria-labelledby="replay-title" data-testid="replay">
            <h2 id="replay-title">"What it would have changed"</h2>
            <p>{told} " Since " <Moment at=replay.since /> "."</p>
            <ul class="edits">{replay.changed.into_iter().map(plan).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// The counts in a sentence.
fn told(replay: &Replay) -> String {
    if replay.plans == 0 {
        return "There was no plan to try it on.".to_owned();
    }
    let plans = count(replay.plans as usize, "plan", "plans");
    let parts: Vec<String> = [
        (replay.denied, "would have been denied"),
        (replay.more_approvals, "would have needed more approvals"),
        (replay.fewer_approvals, "would have needed fewer approvals"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if parts.is_empty() {
        return format!("It was tried on {plans}: none would have been judged otherwise.");
    }
    format!("It was tried on {plans}: {}.", parts.join(", "))
}

fn plan(plan: ReplayedPlan) -> AnyView {
    let (before, after) = (plan.approvals_before, plan.approvals_after);
    let approvals = (before != after).then(|| {
        let most = usize::from(after);
        format!("{before} → {}", count(most, "approval", "approvals"))
    });
    view! {
        <li>
            <p>
                <a href=routes::change(plan.proposal)>{plan.title}</a>
                <span class="fine">", " <Moment at=plan.at /></span>
            </p>
            {approvals
                .map(|text| {
                    let tone = if after < before { "tone-warn" } else { "tone-quiet" };
                    view! { <p class=format!("replay-approvals {tone}")>{text}</p> }
                })}
            {plan
                .denied
                .into_iter()
                .map(|denial| {
                    view! {
                        <p class="fine">"Denied by " <strong>{denial.rule}</strong> ": " {denial.why}</p>
                    }
                        .into_any()
                })
                .collect_view()}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay(plans: u32, [denied, more_approvals, fewer_approvals]: [u32; 3]) -> Replay {
        Replay {
            since: serde_json::from_str("\"2026-08-22T10:00:00Z\"").unwrap(),
            plans,
            denied,
            more_approvals,
            fewer_approvals,
            changed: Vec::new(),
        }
    }

    #[test]
    fn a_replay_is_told_in_a_sentence() {
        for (replay, text) in [
            (replay(0, [0, 0, 0]), "There was no plan to try it on."),
            (
                replay(1, [0, 0, 0]),
                "It was tried on 1 plan: none would have been judged otherwise.",
            ),
            (
                replay(7, [2, 0, 1]),
                "It was tried on 7 plans: 2 would have been denied, 1 would have needed fewer approvals.",
            ),
        ] {
            assert_eq!(told(&replay), text);
        }
    }
}
