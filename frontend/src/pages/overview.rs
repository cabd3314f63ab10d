//! Nodes and guests, what needs the person, and the field to ask for a change.

use argus_types::id::{GuestKey, NodeName};
use argus_types::person::Permission;
use leptos::prelude::*;

use crate::components::ask::AskPanel;
use crate::components::broken_glass::OpenGlass;
use crate::components::failure::Failure;
use crate::components::guest::filter::Filter;
use crate::components::guest::{FilterBar, GuestList, GuestSheet};
use crate::components::needs_me::NeedsMe;
use crate::components::node_tile::NodeTile;
use crate::components::notice::Notice;
use crate::components::skeleton::Skeleton;
use crate::context::clock::use_clock;
use crate::context::inventory::use_inventory;
use crate::context::location::use_location;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;
use crate::format::{guest_key, moment};
use crate::routes;

/// The page.
#[component]
pub fn Overview() -> impl IntoView {
    set_title(|| "Overview".to_owned());
    let session = use_session();
    let inventory = use_inventory();
    let clock = use_clock();
    let location = use_location();
    let filter = RwSignal::new(Filter::default());
    let stale = memo(move || inventory.is_stale(clock.now()));
    let chosen = memo(move || {
        location
            .query("guest")
            .and_then(|text| guest_key::parse(&text))
    });
    let open = Callback::new(move |key: GuestKey| location.go(&routes::guest(key)));
    let close = Callback::new(move |()| location.go(routes::OVERVIEW));
    view! {
        <h1 class="visually-hidden">"Overview"</h1>
        <StaleNotice stale=stale />
        <Failure error=inventory.error retry=Callback::new(move |()| inventory.read()) />
        <OpenGlass />
        <div class="overview">
        <NeedsMe />
        <section class="nodes" aria-labelledby="nodes-title" class:stale=stale>
            <h2 id="nodes-title">"Nodes"</h2>
            <Nodes filter=filter />
        </section>
        {dynamic(move || {
            session
                .may(Permission::Propose)
                .then(|| {
                    view! {
                        <section class="panel ask" aria-labelledby="ask-title">
                            <h2 id="ask-title">"Ask for a change"</h2>
                            <AskPanel />
                        </section>
                    }
                })
        })}
        <section class="all-guests" aria-labelledby="guests-title" class:stale=stale>
            <h2 id="guests-title">"Guests"</h2>
            <FilterBar filter=filter />
            <GuestList filter=filter open=open />
        </section>
        </div>
        {dynamic(move || chosen.get().map(|key| view! { <GuestSheet guest=key close=close /> }))}
    }
}

#[component]
fn StaleNotice(stale: Memo<bool>) -> impl IntoView {
    let inventory = use_inventory();
    let gaps = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot
                .as_ref()
                .map_or_else(Vec::new, |held| held.cluster.gaps.clone())
        })
    });
    view! {
        {dynamic(move || {
            stale
                .get()
                .then(|| {
                    let title = inventory
                        .observed_at
                        .get()
                        .map_or_else(
                            || "What you see may be out of date".to_owned(),
                            |at| format!("What you see is as of {}", moment::clock(at)),
                        );
                    view! {
                        <Notice tone=Tone::Warn title=title>
                            <p>"Proxmox or Argus has not answered since. Nothing can be confirmed on it."</p>
                        </Notice>
                    }
                })
        })}
        {dynamic(move || {
            let gaps = gaps.get();
            (!gaps.is_empty())
                .then(|| {
                    view! {
                        <Notice tone=Tone::Warn title="Argus cannot see everything">
                            <ul>{gaps.into_iter().map(|gap| view! { <li>{gap}</li> }).collect_view()}</ul>
                        </Notice>
                    }
                })
        })}
    }
}

#[component]
fn Nodes(filter: RwSignal<Filter>) -> impl IntoView {
    let inventory = use_inventory();
    let names = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map(|held| {
                held.cluster
                    .nodes
                    .iter()
                    .map(|node| node.name.clone())
                    .collect::<Vec<_>>()
            })
        })
    });
    let pick = Callback::new(move |name: String| {
        filter.update(|filter| {
            filter.node = (filter.node.as_ref() != Some(&name)).then_some(name);
        });
    });
    let nobody = move || names.with(Option::is_none) && inventory.error.with(Option::is_none);
    view! {
        {dynamic(move || nobody().then(|| view! { <Skeleton lines=3 label="Reading the nodes" /> }))}
        <ul class="node-tiles">
            {dynamic(move || {
                names
                    .get()
                    .unwrap_or_default()
                    .into_iter()
                    .map(|name| tile(name, filter, pick))
                    .collect_view()
            })}
        </ul>
    }
}

fn tile(name: NodeName, filter: RwSignal<Filter>, pick: Callback<String>) -> AnyView {
    let inventory = use_inventory();
    let own = name.clone();
    let node = memo(move || {
        inventory.snapshot.with(|snapshot| {
            let held = snapshot.as_ref()?;
            held.cluster
                .nodes
                .iter()
                .find(|node| node.name == own)
                .cloned()
        })
    });
    let picked =
        Signal::derive(move || filter.with(|filter| filter.node.as_deref() == Some(name.as_str())));
    view! { <NodeTile node=node pick=pick picked=picked /> }.into_any()
}
