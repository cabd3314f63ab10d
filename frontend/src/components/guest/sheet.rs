//! One guest, beside the list: what it is, how busy it was, what can be asked of it.

use argus_types::cluster::Guest;
use argus_types::id::GuestKey;
use argus_types::metrics::{MetricSeries, Timeframe};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::QuickActions;
use super::row::marks;
use crate::api::metrics::{Subject, metrics};
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::pill::Pill;
use crate::components::segment::Segment;
use crate::components::skeleton::Skeleton;
use crate::components::sparkline::Sparkline;
use crate::context::inventory::use_inventory;
use crate::context::load::load;
use crate::context::session::use_api;
use crate::erased::{dynamic, effect, memo};
use crate::format::bytes::whole_bytes;
use crate::format::duration::uptime;
use crate::format::words;
use crate::routes;

/// The sheet.
#[component]
pub fn GuestSheet(
    /// Which guest.
    guest: GuestKey,
    /// Closes the sheet.
    close: Callback<()>,
) -> impl IntoView {
    let key = guest;
    let inventory = use_inventory();
    let guest = memo(move || inventory.guest(key));
    let heading = NodeRef::<html::H2>::new();
    effect(move || {
        if let Some(heading) = heading.get() {
            // The sheet opened because somebody asked: reading goes on in it.
            let _ = heading.focus();
        }
    });
    let escape = window_event_listener(ev::keydown, move |event| {
        let dialog = matches!(document().query_selector("dialog[open]"), Ok(Some(_)));
        if event.key() == "Escape" && !dialog {
            close.run(());
        }
    });
    on_cleanup(move || {
        escape.remove();
        request_animation_frame(move || focus_row(key));
    });
    view! {
        <aside class="sheet" aria-labelledby="sheet-title" data-testid="guest-sheet">
            <header class="sheet-head">
                <h2 id="sheet-title" tabindex="-1" node_ref=heading>
                    {dynamic(move || {
                        guest
                            .with(|guest| {
                                guest.as_ref().map_or_else(|| key.to_string(), |guest| guest.name.clone())
                            })
                    })}
                </h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close"
                    on:click=move |_| close.run(())
                >
                    <Icon glyph=Glyph::Cross />
                </button>
            </header>
            {dynamic(move || match guest.get() {
                Some(guest) => facts(&guest).into_any(),
                None if inventory.snapshot.with(Option::is_some) => {
                    view! { <p>"There is no guest " {key.to_string()} " (any more)."</p> }.into_any()
                }
                None => view! { <Skeleton label="Reading the guest" /> }.into_any(),
            })}
            <QuickActions guest=guest />
            <Charts guest=key />
        </aside>
    }
}

/// Reading goes on at the guest's row, if it is in the page.
fn focus_row(key: GuestKey) {
    let selector = format!("[data-row-link][href=\"{}\"]", routes::guest(key));
    if let Ok(Some(link)) = document().query_selector(&selector)
        && let Ok(link) = link.dyn_into::<HtmlElement>()
    {
        // An element that cannot take the focus leaves it where it is.
        let _ = link.focus();
    }
}

fn facts(guest: &Guest) -> impl IntoView + use<> {
    let mut rows = vec![
        ("Guest", format!("{} {}", guest.kind.label(), guest.vmid)),
        ("Node", guest.node.to_string()),
    ];
    if let Some(cores) = guest.cpu_count {
        rows.push(("Processors", cores.to_string()));
    }
    if let Some(total) = guest.memory_total {
        rows.push(("Memory", whole_bytes(total)));
    }
    if let Some(seconds) = guest.uptime_s.filter(|seconds| *seconds > 0) {
        rows.push(("Up for", uptime(seconds)));
    }
    if let Some(pool) = guest.pool.clone() {
        rows.push(("Pool", pool));
    }
    if !guest.tags.is_empty() {
        rows.push(("Tags", guest.tags.join(", ")));
    }
    view! {
        <p class="sheet-state">
            <Pill word=words::guest_status(guest.status) />
            {marks(guest)}
        </p>
        <dl class="facts-list">
            {rows
                .into_iter()
                .map(|(label, value)| {
                    view! {
                        <dt>{label}</dt>
                        <dd>{value}</dd>
                    }
                })
                .collect_view()}
        </dl>
    }
}

#[component]
fn Charts(guest: GuestKey) -> impl IntoView {
    let api = use_api();
    let timeframe = RwSignal::new(Timeframe::Hour);
    let series = load(move || metrics(api, Subject::Guest(guest), timeframe.get()));
    view! {
        <section class="charts" aria-labelledby="charts-title">
            <div class="charts-head">
                <h3 id="charts-title">"Load"</h3>
                <span class="segments">
                    <Segment chosen=timeframe value=Timeframe::Hour label="Hour" />
                    <Segment chosen=timeframe value=Timeframe::Day label="Day" />
                    <Segment chosen=timeframe value=Timeframe::Week label="Week" />
                </span>
            </div>
            <Failure error=series.error retry=Callback::new(move |()| series.reload()) />
            {dynamic(move || {
                series.is_first().then(|| view! { <Skeleton lines=2 label="Reading measurements" /> })
            })}
            {dynamic(move || series.data.with(|series| series.as_ref().map(lines)))}
        </section>
    }
}

fn lines(series: &MetricSeries) -> impl IntoView + use<> {
    let cpu = series.points.iter().map(|point| point.cpu).collect();
    let memory = series
        .points
        .iter()
        .map(|point| match (point.memory, point.memory_total) {
            (Some(used), Some(total)) if total > 0.0 => Some(used / total),
            _ => None,
        })
        .collect();
    view! {
        <Sparkline label="CPU" points=cpu />
        <Sparkline label="Memory" points=memory />
    }
}
