//! Cluster, connection, where words go, emergency stop, person.

use argus_types::cluster::NodeStatus;
use leptos::prelude::*;

use super::{ConnectionBadge, DraftingBadge, ThemeToggle, UserMenu};
use crate::components::emergency::StopButton;
use crate::components::icon::{Glyph, Icon};
use crate::components::pill::Mark;
use crate::context::inventory::use_inventory;
use crate::erased::{dynamic, memo};
use crate::format::words::{Tone, Word};
use crate::routes;

/// The bar at the top of every screen.
#[component]
pub fn TopBar(
    /// Opens the list of keys.
    help: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <header class="top-bar">
            <a href=routes::OVERVIEW class="brand">
                <Icon glyph=Glyph::Circle />
                "Argus"
            </a>
            <ClusterHealth />
            <ConnectionBadge />
            <DraftingBadge />
            <span class="spacer"></span>
            <span class="top-stop">
                <StopButton />
            </span>
            <button
                type="button"
                class="icon-button keys-button"
                aria-label="Keys"
                title="Keys (?)"
                on:click=move |_| help.set(true)
            >
                <Icon glyph=Glyph::Keys />
            </button>
            <ThemeToggle />
            <UserMenu />
        </header>
    }
}

/// The cluster's name and whether it is well.
#[component]
fn ClusterHealth() -> impl IntoView {
    let inventory = use_inventory();
    let health = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map(|held| {
                let cluster = &held.cluster;
                let name = cluster
                    .name
                    .clone()
                    .unwrap_or_else(|| cluster.id.to_string());
                let away = cluster
                    .nodes
                    .iter()
                    .filter(|node| node.status != NodeStatus::Online)
                    .count();
                let word = match (cluster.quorate, away) {
                    (Some(false), _) => Word {
                        text: "no quorum",
                        tone: Tone::Bad,
                        glyph: Glyph::Cross,
                    },
                    (_, 1..) => Word {
                        text: "node away",
                        tone: Tone::Warn,
                        glyph: Glyph::Warn,
                    },
                    (Some(true), 0) => Word {
                        text: "healthy",
                        tone: Tone::Good,
                        glyph: Glyph::Check,
                    },
                    (None, 0) => Word {
                        text: "quorum unknown",
                        tone: Tone::Quiet,
                        glyph: Glyph::Question,
                    },
                };
                (name, word)
            })
        })
    });
    dynamic(move || {
        health.get().map(|(name, word)| {
            view! {
                <span class="cluster">
                    <span class="cluster-name">{name}</span>
                    <Mark word=word />
                </span>
            }
        })
    })
}
