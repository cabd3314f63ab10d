//! What the plan brings about beside what its steps say.

use argus_types::impact::{Impact as Consequences, RestorePoint};
use leptos::prelude::*;

use crate::format::count::count;

/// Quorum, room, what could be restored, and from where on nothing is taken back. Nothing where there is nothing.
#[component]
pub fn Impact(
    /// The consequences.
    impact: Consequences,
) -> impl IntoView {
    let lines = lines(impact);
    (!lines.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="impact-title" data-testid="impact">
                <h3 id="impact-title">"Consequences"</h3>
                <ul>{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </section>
        }
    })
}

fn lines(impact: Consequences) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if let Some(step) = impact.point_of_no_return {
        lines.push(format!(
            "From step {step} on, not everything can be taken back."
        ));
    }
    lines.extend(impact.quorum.into_iter().map(|after| {
        format!(
            "After step {}: {} of {} votes, {} more may fail.",
            after.step,
            after.votes,
            after.of,
            count(usize::from(after.spare), "node", "nodes")
        )
    }));
    lines.extend(impact.storages.iter().map(|room| {
        let after = room
            .after_gib
            .map_or_else(|| "less".to_owned(), |gib| format!("{gib} GiB"));
        format!(
            "{} on {}: {} GiB free now, {after} afterwards.",
            room.storage, room.node, room.before_gib
        )
    }));
    lines.extend(impact.restore_points.iter().map(restorable));
    lines
}

fn restorable(point: &RestorePoint) -> String {
    let name = &point.target.name;
    match &point.backup {
        Some(backup) => {
            let when = backup
                .taken
                .map_or_else(|| "this plan".to_owned(), |taken| taken.to_string());
            let verified = match backup.verified {
                Some(true) => ", verified",
                Some(false) => ", which failed its verification",
                None => ", never verified",
            };
            format!("{name} can be restored from the backup of {when}{verified}.")
        }
        None => format!("There is no backup of {name}."),
    }
}
