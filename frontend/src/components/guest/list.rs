//! The guests as a table that sorts, cards on phones, a moving window over it when it is long.

use argus_types::id::GuestKey;
use leptos::html;
use leptos::prelude::*;

use super::filter::{Column, Filter};
use super::row::GuestRow;
use crate::components::icon::{Glyph, Icon};
use crate::components::skeleton::{Empty, Skeleton};
use crate::components::window_rows::window_rows;
use crate::context::inventory::use_inventory;
use crate::erased::{dynamic, memo};
use crate::format::count::count;

const COLUMNS: [(Column, &str); 6] = [
    (Column::Status, "Status"),
    (Column::Vmid, "Number"),
    (Column::Name, "Name"),
    (Column::Node, "Node"),
    (Column::Cpu, "CPU"),
    (Column::Memory, "Memory"),
];

/// The list.
#[component]
pub fn GuestList(
    /// What is asked for.
    filter: RwSignal<Filter>,
    /// Opens a guest's sheet.
    open: Callback<GuestKey>,
) -> impl IntoView {
    let inventory = use_inventory();
    let keys = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot
                .as_ref()
                .map(|held| filter.with(|filter| filter.apply(&held.cluster.guests)))
        })
    });
    let total = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot
                .as_ref()
                .map_or(0, |held| held.cluster.guests.len())
        })
    });
    let shown = Signal::derive(move || keys.with(|keys| keys.as_ref().map_or(0, Vec::len)));
    let body = NodeRef::<html::Tbody>::new();
    let window = window_rows(body, shown);
    let rows = move || {
        let window = window.get();
        keys.with(|keys| {
            keys.as_ref()
                .and_then(|keys| keys.get(window.start..window.end.min(keys.len())))
                .map(<[GuestKey]>::to_vec)
                .unwrap_or_default()
        })
    };
    let known = memo(move || keys.with(Option::is_some));
    view! {
        <p class="list-count fine" role="status">
            {dynamic(move || {
                let (shown, total) = (shown.get(), total.get());
                if filter.with(Filter::is_open) {
                    count(total, "guest", "guests")
                } else {
                    format!("{shown} of {}", count(total, "guest", "guests"))
                }
            })}
        </p>
        {dynamic(move || {
            (!known.get() && inventory.error.with(Option::is_none))
                .then(|| view! { <Skeleton lines=8 label="Reading the guests" /> })
        })}
        <div class="guests" class:hidden=move || shown.get() == 0>
            <table class="guest-table" aria-rowcount=move || shown.get().to_string()>
                <caption class="visually-hidden">"Guests"</caption>
                <thead>
                    <tr>
                        {COLUMNS
                            .into_iter()
                            .map(|(column, label)| {
                                view! { <SortHead filter=filter column=column label=label /> }
                            })
                            .collect_view()} <th scope="col">"Tags, pool"</th>
                    </tr>
                </thead>
                <tbody node_ref=body>
                    <tr class="space" aria-hidden="true">
                        <td style:height=move || format!("{}px", window.get().above)></td>
                    </tr>
                    <For each=rows key=|key| *key let:key>
                        <GuestRow guest=key open=open />
                    </For>
                    <tr class="space" aria-hidden="true">
                        <td style:height=move || format!("{}px", window.get().below)></td>
                    </tr>
                </tbody>
            </table>
        </div>
        {dynamic(move || {
            (known.get() && shown.get() == 0)
                .then(|| {
                    if total.get() == 0 {
                        view! {
                            <Empty title="No guests.">
                                <p>"Proxmox shows this token none, or there are none yet."</p>
                            </Empty>
                        }
                            .into_any()
                    } else {
                        view! {
                            <Empty title="No guest passes the filter.">
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| filter.set(Filter::default())
                                >
                                    "Show all guests"
                                </button>
                            </Empty>
                        }
                            .into_any()
                    }
                })
        })}
    }
}

#[component]
fn SortHead(filter: RwSignal<Filter>, column: Column, label: &'static str) -> impl IntoView {
    let order =
        memo(move || filter.with(|filter| (filter.column == column).then_some(filter.reversed)));
    let sort = move |_| {
        filter.update(|filter| {
            filter.reversed = filter.column == column && !filter.reversed;
            filter.column = column;
        });
    };
    view! {
        <th
            scope="col"
            aria-sort=move || match order.get() {
                Some(false) => "ascending",
                Some(true) => "descending",
                None => "none",
            }
        >
            <button type="button" class="sort" on:click=sort>
                {label}
                {dynamic(move || {
                    order
                        .get()
                        .map(|reversed| {
                            let glyph = if reversed { Glyph::Up } else { Glyph::Down };
                            view! { <Icon glyph=glyph /> }
                        })
                })}
            </button>
        </th>
    }
}
