//! Requests to start from, made of guests that are really there.

use argus_types::cluster::{Cluster, Guest, GuestStatus, NodeStatus};
use leptos::prelude::*;

use crate::context::inventory::use_inventory;
use crate::erased::{dynamic, memo};

/// Up to four requests that would make sense now.
pub fn examples(cluster: &Cluster) -> Vec<String> {
    let free = |guest: &&Guest| {
        !guest.template && guest.lock.is_none() && !guest.name.contains(char::is_whitespace)
    };
    let running = cluster
        .guests
        .iter()
        .filter(free)
        .find(|guest| guest.status == GuestStatus::Running);
    let stopped = cluster
        .guests
        .iter()
        .filter(free)
        .find(|guest| guest.status == GuestStatus::Stopped);
    let mut examples = Vec::new();
    if let Some(guest) = running {
        examples.push(format!("reboot {}", guest.name));
        let elsewhere = cluster
            .nodes
            .iter()
            .find(|node| node.status == NodeStatus::Online && node.name != guest.node);
        if let Some(node) = elsewhere {
            examples.push(format!(
                "snapshot {}, then move it to {}",
                guest.name, node.name
            ));
        }
    }
    if let Some(guest) = stopped {
        examples.push(format!("start {}", guest.name));
    }
    let tag = cluster
        .guests
        .iter()
        .filter(|guest| guest.status == GuestStatus::Running)
        .flat_map(|guest| &guest.tags)
        .next();
    if let Some(tag) = tag {
        examples.push(format!("shut down all guests with tag {tag}"));
    }
    examples
}

/// The requests as buttons that fill the field in; they do not send it.
#[component]
pub fn Examples(
    /// Takes the chosen one.
    choose: Callback<String>,
) -> impl IntoView {
    let inventory = use_inventory();
    let offered = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot
                .as_ref()
                .map_or_else(Vec::new, |held| examples(&held.cluster))
        })
    });
    dynamic(move || {
        let offered = offered.get();
        (!offered.is_empty()).then(|| {
            view! {
                <div class="examples">
                    <span class="fine">"For example"</span>
                    {offered
                        .into_iter()
                        .map(|example| {
                            let text = example.clone();
                            view! {
                                <button
                                    type="button"
                                    class="example"
                                    on:click=move |_| choose.run(text.clone())
                                >
                                    {example}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            }
        })
    })
}
