//! What the plan would meet if it started now, and until when.

use argus_types::Timestamp;
use argus_types::id::{PlanDigest, ProposalId};
use leptos::prelude::*;

use crate::api::collisions::{Met, MetItem, MetThing, collisions};
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::components::skeleton::Skeleton;
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_api;
use crate::erased::dynamic;
use crate::routes;

/// The list, looked at again whenever a proposal changes and when somebody asks.
#[component]
pub fn Collisions(
    /// The proposal, in review.
    proposal: ProposalId,
    /// The plan that is shown.
    digest: PlanDigest,
) -> impl IntoView {
    let api = use_api();
    let live = use_live();
    let held = load(move || {
        live.changes.track();
        collisions(api, proposal)
    });
    let again = move |_| held.reload();
    view! {
        <section class="panel" aria-labelledby="collisions-title" data-testid="collisions">
            <h3 id="collisions-title">"Collisions"</h3>
            <Failure error=held.error retry=Callback::new(move |()| held.reload()) />
            {dynamic(move || held.is_first().then(|| view! { <Skeleton lines=2 label="Looking what else goes on" /> }))}
            <div role="status">
                {dynamic(move || {
                    held.data
                        .get()
                        .filter(|found| found.digest == digest)
                        .map(shown)
                })}
            </div>
            <button type="button" class="button" on:click=again disabled=move || held.loading.get()>
                "Look again"
            </button>
        </section>
    }
}

fn shown(found: Met) -> AnyView {
    let checked_at = found.checked_at;
    view! {
        {found
            .items
            .is_empty()
            .then(|| view! { <p data-testid="no-collisions">"Nothing else is at work on what this plan changes."</p> })}
        <ul>{found.items.into_iter().map(|item| row(item, checked_at)).collect_view()}</ul>
        <p class="fine">
            "Looked at " <Moment at=checked_at /> ". Started then, the plan is over by " <Moment at=found.ends_by />
            " at the latest."
        </p>
        {found
            .unseen
            .into_iter()
            .map(|gap| view! { <p class="fine">"Not seen. " {gap}</p> })
            .collect_view()}
    }
    .into_any()
}

fn row(item: MetItem, checked_at: Timestamp) -> AnyView {
    let (tone, glyph) = if item.blocks {
        ("mark tone-bad", Glyph::Warn)
    } else {
        ("mark tone-warn", Glyph::Warn)
    };
    let link = link(&item.with);
    view! {
        <li data-blocks=item.blocks.to_string()>
            <span class=tone>
                <Icon glyph=glyph />
                {weight(item.blocks)}
            </span>
            " "
            {item.text}
            {link.map(|(href, label)| view! { " " <a href=href>{label}</a> })}
            <span class="fine">
                " " {steps(&item.steps)}
                {item.from.map(|from| view! { " " {since(from, checked_at)} " " <Moment at=from /> "." })}
                {match item.until {
                    Some(until) => view! { " Over by " <Moment at=until /> " at the latest." }.into_any(),
                    None => view! { " Until when is not known." }.into_any(),
                }}
            </span>
        </li>
    }
    .into_any()
}

/// What it means for the plan.
fn weight(blocks: bool) -> &'static str {
    if blocks {
        "In the way: it cannot be confirmed."
    } else {
        "Take note."
    }
}

fn steps(steps: &[u16]) -> String {
    let numbers: Vec<String> = steps.iter().map(u16::to_string).collect();
    match numbers.as_slice() {
        [one] => format!("Step {one}."),
        [first, .., last] if steps.len() > 5 => {
            format!("{} steps, {first} to {last}.", steps.len())
        }
        many => format!("Steps {}.", many.join(", ")),
    }
}

fn since(from: Timestamp, checked_at: Timestamp) -> &'static str {
    if from > checked_at { "Begins" } else { "Since" }
}

/// Where one reads more about it.
fn link(with: &MetThing) -> Option<(String, &'static str)> {
    if let Some(execution) = with.execution {
        return Some((routes::execution(execution), "See how it goes"));
    }
    if let Some(proposal) = with.proposal {
        return Some((routes::change(proposal), "See the proposal"));
    }
    let guest = with.guest?;
    Some((routes::guest(guest), "See the guest"))
}

#[cfg(test)]
mod tests {
    use argus_types::id::ExecutionId;

    use super::*;

    #[test]
    fn many_steps_are_told_in_few_words() {
        assert_eq!(steps(&[3]), "Step 3.");
        assert_eq!(steps(&[1, 4]), "Steps 1, 4.");
        assert_eq!(steps(&[1, 2, 3, 4, 5, 9]), "6 steps, 1 to 9.");
    }

    #[test]
    fn what_is_to_come_begins_and_what_is_there_is_there_since() {
        let at = |s: i64| Timestamp::from_unix(1_795_000_000 + s).unwrap();
        assert_eq!(since(at(1), at(0)), "Begins");
        assert_eq!(since(at(0), at(0)), "Since");
    }

    #[test]
    fn another_proposal_is_linked_to_where_it_is_now() {
        let id = "00000000-0000-0000-0000-000000000002";
        let with = |execution: Option<ExecutionId>| MetThing {
            proposal: id.parse().ok(),
            execution,
            guest: None,
        };
        assert_eq!(link(&with(None)).unwrap().0, format!("/changes/{id}"));
        let execution = id.parse().unwrap();
        assert_eq!(
            link(&with(Some(execution))).unwrap().0,
            format!("/executions/{id}")
        );
        assert_eq!(link(&MetThing::default()), None);
    }
}
