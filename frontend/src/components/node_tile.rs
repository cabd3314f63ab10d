//! One node: whether it answers, how busy it is, how many guests it has.

use argus_types::cluster::Node;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::meter::Meter;
use super::pill::Mark;
use crate::erased::dynamic;
use crate::format::bytes::{share, whole_bytes};
use crate::format::count::count;
use crate::format::duration::uptime;
use crate::format::words;

/// The tile. It follows its node from snapshot to snapshot.
#[component]
pub fn NodeTile(
    /// The node as it is now.
    node: Memo<Option<Node>>,
    /// Shows only this node's guests, or all again.
    pick: Callback<String>,
    /// Whether only this node's guests are shown.
    #[prop(into)]
    picked: Signal<bool>,
) -> impl IntoView {
    let field = move |read: fn(&Node) -> Option<f64>| {
        Signal::derive(move || node.with(|node| node.as_ref().and_then(read)))
    };
    let text = move |read: fn(&Node) -> String| {
        Signal::derive(move || node.with(|node| node.as_ref().map(read).unwrap_or_default()))
    };
    let name = text(|node| node.name.to_string());
    view! {
        <li class="node-tile" class:picked=picked data-testid="node">
            <div class="node-head">
                <Icon glyph=Glyph::Rack />
                <h3>{name}</h3>
                {dynamic(move || {
                    node.with(|node| node.as_ref().map(|node| words::node_status(node.status)))
                        .map(|word| view! { <Mark word=word /> })
                })}
            </div>
            <Meter
                label="CPU"
                share=field(|node| node.cpu)
                detail=text(|node| {
                    node.cpu_count.map(|cores| format!("of {}", count(cores as usize, "core", "cores"))).unwrap_or_default()
                })
            />
            <Meter
                label="Memory"
                share=field(|node| share(node.memory, node.memory_total))
                detail=text(|node| {
                    node.memory_total.map(|total| format!("of {}", whole_bytes(total))).unwrap_or_default()
                })
            />
            <p class="node-foot fine">
                <button
                    type="button"
                    class="link-button"
                    aria-pressed=move || if picked.get() { "true" } else { "false" }
                    on:click=move |_| pick.run(name.get_untracked())
                >
                    {text(|node| {
                        format!("{} of {} running", node.running_guests, count(node.guests as usize, "guest", "guests"))
                    })}
                </button>
                <span>
                    {text(|node| node.uptime_s.map(|seconds| format!("up {}", uptime(seconds))).unwrap_or_default())}
                </span>
            </p>
        </li>
    }
}
