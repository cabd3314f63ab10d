//! The fields that choose which guests are shown.

use std::collections::BTreeSet;

use argus_types::cluster::GuestStatus;
use leptos::html::Input;
use leptos::prelude::*;

use super::filter::Filter;
use crate::components::keyboard::FILTER_ID;
use crate::context::inventory::use_inventory;
use crate::context::location::use_location;
use crate::erased::{dynamic, effect, memo};

const STATUSES: [GuestStatus; 4] = [
    GuestStatus::Running,
    GuestStatus::Stopped,
    GuestStatus::Paused,
    GuestStatus::Unknown,
];

/// Words, node, status and tag.
#[component]
pub fn FilterBar(
    /// What is asked for.
    filter: RwSignal<Filter>,
) -> impl IntoView {
    let inventory = use_inventory();
    let location = use_location();
    let words = NodeRef::<Input>::new();
    effect(move || {
        if let Some(field) = words.get()
            && location.take_fragment(FILTER_ID)
        {
            // A field that cannot take the focus leaves it where it is.
            let _ = field.focus();
        }
    });
    let nodes = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map_or_else(Vec::new, |held| {
                held.cluster
                    .nodes
                    .iter()
                    .map(|node| node.name.to_string())
                    .collect()
            })
        })
    });
    let tags = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map_or_else(Vec::new, |held| {
                let guests = &held.cluster.guests;
                let tags: BTreeSet<&String> = guests.iter().flat_map(|guest| &guest.tags).collect();
                tags.into_iter().cloned().collect()
            })
        })
    });
    let statuses = memo(|| STATUSES.map(|status| status.as_str().to_owned()).to_vec());
    view! {
        <search class="filter-bar">
            <label class="field field-grow">
                <span class="visually-hidden">"Filter guests"</span>
                <input
                    id=FILTER_ID
                    node_ref=words
                    type="search"
                    placeholder="Filter by name, number, tag, pool…  ( / )"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || filter.with(|filter| filter.words.clone())
                    on:input:target=move |event| {
                        let words = event.target().value();
                        filter.update(|filter| filter.words = words);
                    }
                />
            </label>
            <Picker
                label="Node"
                all="All nodes"
                options=nodes
                chosen=Signal::derive(move || filter.with(|filter| filter.node.clone()))
                choose=Callback::new(move |node| filter.update(|filter| filter.node = node))
            />
            <Picker
                label="Status"
                all="Any status"
                options=statuses
                chosen=Signal::derive(move || {
                    filter.with(|filter| filter.status.map(|status| status.as_str().to_owned()))
                })
                choose=Callback::new(move |chosen: Option<String>| {
                    let status = STATUSES
                        .into_iter()
                        .find(|status| Some(status.as_str()) == chosen.as_deref());
                    filter.update(|filter| filter.status = status);
                })
            />
            <Picker
                label="Tag"
                all="Any tag"
                options=tags
                chosen=Signal::derive(move || filter.with(|filter| filter.tag.clone()))
                choose=Callback::new(move |tag| filter.update(|filter| filter.tag = tag))
            />
        </search>
    }
}

#[component]
fn Picker(
    label: &'static str,
    all: &'static str,
    options: Memo<Vec<String>>,
    chosen: Signal<Option<String>>,
    choose: Callback<Option<String>>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="visually-hidden">{label}</span>
            <select
                on:change:target=move |event| {
                    let value = event.target().value();
                    choose.run((!value.is_empty()).then_some(value));
                }
                prop:value=move || chosen.get().unwrap_or_default()
            >
                <option value="">{all}</option>
                {dynamic(move || {
                    options
                        .get()
                        .into_iter()
                        .map(|option| {
                            let same = chosen.get_untracked().as_deref() == Some(&option);
                            view! {
                                <option value=option.clone() selected=same>
                                    {option.clone()}
                                </option>
                            }
                        })
                        .collect_view()
                })}
            </select>
        </label>
    }
}
