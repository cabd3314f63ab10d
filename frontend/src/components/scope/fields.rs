//! The fields that say how far something reaches.

use std::collections::BTreeSet;

use argus_types::cluster::Cluster;
use leptos::prelude::*;

use super::draft::ScopeDraft;
use super::entries::Entries;
use crate::components::choice::Choice;
use crate::context::faults::Faults;
use crate::context::inventory::use_inventory;
use crate::erased::{dynamic, memo};

/// Everything, or clusters, pools and tags by name.
#[component]
pub fn ScopeFields(
    /// What is written down.
    draft: ScopeDraft,
    /// What is wrong with it.
    faults: Faults,
    /// Where the body has it.
    pointer: &'static str,
) -> impl IntoView {
    let at = move |list: &str| faults.at(format!("{pointer}/{list}"));
    let whole = faults.exactly_at(pointer);
    view! {
        <fieldset class="choices-set">
            <legend>"Where"</legend>
            <Choice name="scope" chosen=draft.everything value=true label="Everything" />
            <Choice
                name="scope"
                chosen=draft.everything
                value=false
                label="Only what is named here"
                hint="Guests of these clusters that are in one of the pools or have one of the tags."
            />
            {dynamic(move || {
                (!draft.everything.get())
                    .then(|| {
                        view! {
                            <div class="choice-detail">
                                <Entries
                                    id="scope-clusters"
                                    label="Clusters"
                                    draft=draft.clusters
                                    known=known(|cluster| vec![cluster.id.to_string()])
                                    fault=at("clusters")
                                />
                                <Entries
                                    id="scope-pools"
                                    label="Pools"
                                    draft=draft.pools
                                    known=known(pools)
                                    fault=at("pools")
                                />
                                <Entries
                                    id="scope-tags"
                                    label="Tags"
                                    draft=draft.tags
                                    known=known(tags)
                                    fault=at("tags")
                                />
                                <p class="field-error" role="alert">
                                    {whole}
                                </p>
                            </div>
                        }
                    })
            })}
        </fieldset>
    }
}

/// Names out of the inventory. One that is not there can still be typed: it may come tomorrow.
fn known(of: fn(&Cluster) -> Vec<String>) -> Memo<Vec<String>> {
    let inventory = use_inventory();
    memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot
                .as_ref()
                .map_or_else(Vec::new, |held| of(&held.cluster))
        })
    })
}

fn pools(cluster: &Cluster) -> Vec<String> {
    let pools: BTreeSet<_> = cluster
        .guests
        .iter()
        .filter_map(|guest| guest.pool.clone())
        .collect();
    pools.into_iter().collect()
}

fn tags(cluster: &Cluster) -> Vec<String> {
    let tags: BTreeSet<_> = cluster
        .guests
        .iter()
        .flat_map(|guest| &guest.tags)
        .collect();
    tags.into_iter().cloned().collect()
}
