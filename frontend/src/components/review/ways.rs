//! The ways to what the proposal is for, side by side, doing nothing among them, and choosing one.

use argus_types::alternative::{Alternatives, Chosen, Selection, Way};
use argus_types::cluster::GuestStatus;
use argus_types::id::{PlanDigest, ProposalId};
use argus_types::impact::AsItIs;
use leptos::prelude::*;

use crate::api::alternatives::{alternatives, choose};
use crate::components::failure::Failure;
use crate::components::skeleton::Skeleton;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::dynamic;
use crate::format::count::count;
use crate::format::plain::typed;
use crate::format::words;

/// The comparison. Its radio buttons are there for whoever may choose.
#[component]
pub fn Ways(
    /// Which proposal.
    proposal: ProposalId,
    /// The plan under review.
    digest: PlanDigest,
    /// Whether the person may choose: their role allows it, and it is in review.
    chooses: bool,
    /// Runs after something was chosen.
    decided: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let held = load(move || alternatives(session.api, proposal));
    let picked = RwSignal::new(None::<Chosen>);
    view! {
        <section class="panel" aria-labelledby="ways-title" data-testid="ways">
            <h3 id="ways-title">"Ways to choose from"</h3>
            <Failure error=held.error retry=Callback::new(move |()| held.reload()) />
            {dynamic(move || held.is_first().then(|| view! { <Skeleton lines=2 label="Reading the alternatives" /> }))}
            {dynamic(move || held.data.get().map(|found| table(found, chooses, picked)))}
            {chooses.then(|| view! { <Choice proposal=proposal digest=digest picked=picked decided=decided /> })}
        </section>
    }
}

fn table(found: Alternatives, chooses: bool, picked: RwSignal<Option<Chosen>>) -> AnyView {
    let chosen = found.chosen;
    let nothing = Chosen::Nothing {};
    view! {
        <fieldset class="choices-set">
            <legend class="visually-hidden">"What is to be done"</legend>
            {found
                .ways
                .into_iter()
                .map(|way| {
                    let value = Chosen::Way { number: way.number };
                    let current = way.number == chosen;
                    let label = if current { format!("{} (under review)", way.label) } else { way.label.clone() };
                    row(label, lines(&way), (chooses && !current).then_some(value), picked)
                })
                .collect_view()}
            {row("Do nothing".to_owned(), left(&found.nothing), chooses.then_some(nothing), picked)}
        </fieldset>
    }
    .into_any()
}

/// One way; with a radio button where it can be chosen.
fn row(
    label: String,
    lines: Vec<String>,
    value: Option<Chosen>,
    picked: RwSignal<Option<Chosen>>,
) -> AnyView {
    let details = view! { <ul class="fine">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> };
    match value {
        Some(value) => view! {
            <label class="check">
                <input
                    type="radio"
                    name="way"
                    prop:checked=move || picked.get() == Some(value)
                    on:change=move |_| picked.set(Some(value))
                />
                <strong>{label}</strong>
            </label>
            {details}
        }
        .into_any(),
        None => view! { <p><strong>{label}</strong></p> {details} }.into_any(),
    }
}

/// Takes what was picked.
#[component]
fn Choice(
    proposal: ProposalId,
    digest: PlanDigest,
    picked: RwSignal<Option<Chosen>>,
    decided: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let sending = Submission::new();
    let why = RwSignal::new(String::new());
    let wrong = RwSignal::new(String::new());
    let send = move |_| {
        let Some(chosen) = picked.get_untracked() else {
            return;
        };
        let reason = match typed(&why.get_untracked()) {
            Ok(reason) => reason,
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        let selection = Selection {
            digest,
            choose: chosen,
            reason,
        };
        sending.run(
            format!("{selection:?}"),
            move |key| choose(session.api, proposal, selection, key),
            move |()| decided.run(()),
        );
    };
    dynamic(move || {
        picked.get().map(|chosen| {
            view! {
                <div class="choice-detail">
                    <p class="fine">{consequence(chosen)}</p>
                    <label class="field">
                        <span>"Why (kept in the ledger)"</span>
                        <textarea rows="2" maxlength="500" bind:value=why></textarea>
                    </label>
                    <p class="field-error" role="alert">
                        {wrong}
                    </p>
                    <button
                        type="button"
                        class="button"
                        data-testid="choose-way"
                        disabled=move || sending.pending.get()
                        on:click=send
                    >
                        {button(chosen)}
                    </button>
                    <Failure error=sending.error before="Not chosen." />
                </div>
            }
        })
    })
}

fn button(chosen: Chosen) -> &'static str {
    match chosen {
        Chosen::Way { .. } => "Review this way instead",
        Chosen::Nothing {} => "Do nothing",
    }
}

fn consequence(chosen: Chosen) -> &'static str {
    match chosen {
        Chosen::Way { .. } => {
            "It is planned anew, under a digest of its own. Approvals of the present plan do not count for it, and you cannot approve what you chose."
        }
        Chosen::Nothing {} => {
            "The proposal is over. That this was decided, and how things are left, is kept in the ledger."
        }
    }
}

/// What tells one way from another, in few lines.
fn lines(way: &Way) -> Vec<String> {
    let mut lines: Vec<String> = way.reason.iter().cloned().collect();
    lines.push(way.title.clone());
    let destructive = if way.destructive { ", destructive" } else { "" };
    lines.push(format!(
        "{}{destructive}; {}, {}, {}.",
        words::risk(way.risk).text,
        count(way.steps.len(), "step", "steps"),
        count(way.impact.guests as usize, "guest", "guests"),
        count(way.impact.nodes as usize, "node", "nodes"),
    ));
    if let Some(step) = way.impact.point_of_no_return {
        lines.push(format!("Nothing takes it back from step {step} on."));
    }
    lines.push(match way.approvals_required {
        0 => "Needs no approval.".to_owned(),
        needed => format!("Needs {}.", count(needed.into(), "approval", "approvals")),
    });
    lines
}

/// What doing nothing leaves.
fn left(as_it_is: &AsItIs) -> Vec<String> {
    let mut lines = Vec::new();
    if as_it_is.of > 1 {
        lines.push(format!(
            "{} of {} votes, {} more may fail.",
            as_it_is.votes,
            as_it_is.of,
            count(as_it_is.spare.into(), "node", "nodes")
        ));
    }
    for node in &as_it_is.away {
        lines.push(format!("{node} stays away."));
    }
    let running = as_it_is.guests.iter();
    let running = running.filter(|guest| guest.status == GuestStatus::Running);
    let all = as_it_is.guests.len();
    if all > 0 {
        lines.push(format!(
            "{} stay as they are, {} of them running.",
            count(all, "guest", "guests"),
            running.count()
        ));
    }
    let bare = as_it_is.guests.iter();
    for guest in bare.filter(|guest| guest.backed_up == Some(false)).take(5) {
        lines.push(format!("There is no backup of {}.", guest.target.name));
    }
    lines
}

#[cfg(test)]
mod tests {
    use argus_types::impact::Impact;
    use argus_types::proposal::RiskLevel;

    use super::*;

    #[test]
    fn a_way_is_told_by_its_risk_its_reach_and_its_approvals() {
        let way = Way {
            number: 1,
            label: "shut down".to_owned(),
            reason: Some("no room elsewhere".to_owned()),
            title: "Shut down web-01".to_owned(),
            steps: vec!["Shut down web-01".to_owned()],
            digest: "ab".repeat(32).parse().unwrap(),
            risk: RiskLevel::Medium,
            destructive: true,
            impact: Impact {
                guests: 1,
                point_of_no_return: Some(1),
                ..Impact::default()
            },
            approvals_required: 2,
            planned_at: argus_types::Timestamp::from_unix(1_795_000_000).unwrap(),
        };
        let told = lines(&way);
        assert_eq!(told[0], "no room elsewhere");
        assert!(
            told[2].contains(", destructive; 1 step, 1 guest, 0 nodes."),
            "{told:?}"
        );
        assert_eq!(told[3], "Nothing takes it back from step 1 on.");
        assert_eq!(told[4], "Needs 2 approvals.");
    }

    #[test]
    fn doing_nothing_is_told_by_what_it_leaves() {
        let left_so = left(&AsItIs {
            votes: 2,
            of: 3,
            spare: 0,
            away: vec!["pve3".parse().unwrap()],
            guests: Vec::new(),
        });
        assert_eq!(
            left_so,
            ["2 of 3 votes, 0 nodes more may fail.", "pve3 stays away."]
        );
        assert_eq!(left(&AsItIs::default()), [""; 0]);
    }
}
