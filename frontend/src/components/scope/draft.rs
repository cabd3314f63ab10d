//! A scope that is being written down.

use argus_types::id::ClusterId;
use argus_types::problem::FieldError;
use argus_types::scope::{MAX_SCOPE_ENTRIES, Scope};
use leptos::prelude::*;

use crate::context::faults::fault;

/// A scope that is being written down.
#[derive(Clone, Copy)]
pub struct ScopeDraft {
    /// Whether nothing limits it.
    pub everything: RwSignal<bool>,
    /// Clusters.
    pub clusters: EntryDraft,
    /// Pools.
    pub pools: EntryDraft,
    /// Tags.
    pub tags: EntryDraft,
}

/// One list of it.
#[derive(Clone, Copy)]
pub struct EntryDraft {
    /// What is in it.
    pub chosen: RwSignal<Vec<String>>,
    /// What stands in the field and is not in the list yet.
    pub typed: RwSignal<String>,
}

impl EntryDraft {
    fn of(entries: Vec<String>) -> Self {
        Self {
            chosen: RwSignal::new(entries),
            typed: RwSignal::new(String::new()),
        }
    }

    /// Puts what was typed into the list.
    pub fn take_typed(self) {
        let typed = self.typed.get_untracked().trim().to_owned();
        self.typed.set(String::new());
        self.chosen.update(|chosen| add(chosen, typed));
    }

    /// Everything that is meant: also what was typed and not added.
    fn all(self) -> Vec<String> {
        let mut all = self.chosen.get_untracked();
        add(&mut all, self.typed.get_untracked().trim().to_owned());
        all
    }
}

impl ScopeDraft {
    /// Starts from `scope`.
    pub fn of(scope: &Scope) -> Self {
        let clusters = scope.clusters.iter().map(ToString::to_string).collect();
        Self {
            everything: RwSignal::new(scope.is_everything()),
            clusters: EntryDraft::of(clusters),
            pools: EntryDraft::of(scope.pools.clone()),
            tags: EntryDraft::of(scope.tags.clone()),
        }
    }

    /// The scope, or what is wrong with it; its body has it at `pointer`.
    pub fn scope(self, pointer: &str) -> Result<Scope, Vec<FieldError>> {
        if self.everything.get_untracked() {
            return Ok(Scope::default());
        }
        read(
            pointer,
            &self.clusters.all(),
            self.pools.all(),
            self.tags.all(),
        )
    }
}

fn add(list: &mut Vec<String>, entry: String) {
    if !entry.is_empty() && !list.contains(&entry) {
        list.push(entry);
    }
}

fn read(
    pointer: &str,
    clusters: &[String],
    pools: Vec<String>,
    tags: Vec<String>,
) -> Result<Scope, Vec<FieldError>> {
    let mut faults = Vec::new();
    let mut known = Vec::new();
    for cluster in clusters {
        match cluster.parse::<ClusterId>() {
            Ok(cluster) => known.push(cluster),
            Err(error) => faults.push(fault(
                format!("{pointer}/clusters"),
                format!("“{cluster}” is no cluster’s id: {error}."),
            )),
        }
    }
    for (name, length) in [
        ("clusters", clusters.len()),
        ("pools", pools.len()),
        ("tags", tags.len()),
    ] {
        if length > MAX_SCOPE_ENTRIES {
            let message = format!("At most {MAX_SCOPE_ENTRIES}.");
            faults.push(fault(format!("{pointer}/{name}"), message));
        }
    }
    let scope = Scope {
        clusters: known,
        pools,
        tags,
    };
    if faults.is_empty() && scope.is_everything() {
        let message = "Name a cluster, a pool or a tag, or choose everything.";
        faults.push(fault(pointer, message));
    }
    if faults.is_empty() {
        Ok(scope)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_limit_that_names_nothing_is_not_taken_for_everything() {
        let faults = read("/scope", &[], Vec::new(), Vec::new()).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].pointer, "/scope");
    }

    #[test]
    fn a_cluster_without_an_id_s_form_is_named_at_its_field() {
        let faults = read("/allow/scope", &texts(&["no id"]), Vec::new(), Vec::new()).unwrap_err();
        assert_eq!(faults[0].pointer, "/allow/scope/clusters");
        assert!(faults[0].message.contains("no id"));
    }

    #[test]
    fn clusters_pools_and_tags_are_read_as_they_are() {
        let scope = read("", &texts(&["lab"]), texts(&["web"]), texts(&["dev"])).unwrap();
        assert_eq!(scope.to_string(), "cluster lab; pool web; tag dev");
    }

    #[test]
    fn an_entry_is_added_once_and_an_empty_one_never() {
        let mut list = texts(&["web"]);
        add(&mut list, "web".to_owned());
        add(&mut list, String::new());
        add(&mut list, "db".to_owned());
        assert_eq!(list, texts(&["web", "db"]));
    }
}
