//! How far a role reaches: clusters, pools, tags.

use serde::{Deserialize, Serialize};

use crate::id::ClusterId;

/// Most entries of one list of a [`Scope`].
pub const MAX_SCOPE_ENTRIES: usize = 100;

/// Where a role or a token counts. Empty lists limit nothing.
///
/// A guest is within the scope when its cluster is (or no cluster is named) and, where pools or tags are named,
/// when it is in one of the pools or has one of the tags. What is not about one guest (nodes' logs, the whole
/// ledger, people) is within no scope but the one that limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Scope {
    /// Argus' ids of clusters.
    #[cfg_attr(feature = "schema", schemars(length(max = 100)))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<ClusterId>,
    /// Proxmox pools.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 100), inner(length(min = 1, max = 200)))
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<String>,
    /// Proxmox tags, compared without ASCII case.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 100), inner(length(min = 1, max = 200)))
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Where a guest is, as far as a scope asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Its pool.
    pub pool: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

impl Scope {
    /// Whether it limits nothing.
    pub fn is_everything(&self) -> bool {
        self.clusters.is_empty() && self.is_every_guest()
    }

    /// Whether it reaches into `cluster`, perhaps not to every guest there.
    pub fn reaches(&self, cluster: &ClusterId) -> bool {
        self.clusters.is_empty() || self.clusters.contains(cluster)
    }

    /// Whether it covers all of `cluster`, which it must for what is not about one guest.
    pub fn covers_cluster(&self, cluster: &ClusterId) -> bool {
        self.reaches(cluster) && self.is_every_guest()
    }

    /// Whether a guest of `cluster` in `pool` with `tags` is within.
    pub fn covers(&self, cluster: &ClusterId, pool: Option<&str>, tags: &[String]) -> bool {
        self.reaches(cluster)
            && (self.is_every_guest()
                || pool.is_some_and(|pool| self.pools.iter().any(|own| own == pool))
                || tags
                    .iter()
                    .any(|tag| self.tags.iter().any(|own| own.eq_ignore_ascii_case(tag))))
    }

    /// Whether every one of these guests of `cluster` is within.
    pub fn covers_all(&self, cluster: &ClusterId, guests: &[Placement]) -> bool {
        self.reaches(cluster)
            && guests
                .iter()
                .all(|guest| self.covers(cluster, guest.pool.as_deref(), &guest.tags))
    }

    /// What either of the two covers, or a little more: lists are joined one by one, and a list that limits
    /// nothing stays so.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.is_everything() || other.is_everything() {
            return Self::default();
        }
        let every_guest = self.is_every_guest() || other.is_every_guest();
        let joined = |a: &[String], b: &[String]| {
            if every_guest { Vec::new() } else { join(a, b) }
        };
        Self {
            clusters: if self.clusters.is_empty() || other.clusters.is_empty() {
                Vec::new()
            } else {
                join(&self.clusters, &other.clusters)
            },
            pools: joined(&self.pools, &other.pools),
            tags: joined(&self.tags, &other.tags),
        }
    }

    fn is_every_guest(&self) -> bool {
        self.pools.is_empty() && self.tags.is_empty()
    }
}

fn join<T: Clone + Ord>(a: &[T], b: &[T]) -> Vec<T> {
    let mut all: Vec<T> = a.iter().chain(b).cloned().collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_everything() {
            return f.write_str("everything");
        }
        let mut parts = Vec::new();
        let clusters: Vec<&str> = self.clusters.iter().map(ClusterId::as_str).collect();
        if !clusters.is_empty() {
            parts.push(format!("cluster {}", clusters.join(", ")));
        }
        if !self.pools.is_empty() {
            parts.push(format!("pool {}", self.pools.join(", ")));
        }
        if !self.tags.is_empty() {
            parts.push(format!("tag {}", self.tags.join(", ")));
        }
        f.write_str(&parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(id: &str) -> ClusterId {
        id.parse().unwrap()
    }

    fn scope(clusters: &[&str], pools: &[&str], tags: &[&str]) -> Scope {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Scope {
            clusters: clusters.iter().map(|id| cluster(id)).collect(),
            pools: texts(pools),
            tags: texts(tags),
        }
    }

    #[test]
    fn an_empty_scope_covers_every_guest() {
        assert!(Scope::default().covers(&cluster("main"), None, &[]));
        assert!(Scope::default().is_everything());
    }

    #[test]
    fn a_guest_is_within_by_its_pool_or_by_a_tag_and_by_its_cluster_always() {
        let scope = scope(&["main"], &["web"], &["Dev"]);
        let main = cluster("main");
        assert!(scope.covers(&main, Some("web"), &[]));
        assert!(scope.covers(&main, None, &["dev".to_owned()]));
        assert!(!scope.covers(&main, Some("db"), &["prod".to_owned()]));
        assert!(!scope.covers(&main, None, &[]));
        assert!(!scope.covers(&cluster("other"), Some("web"), &[]));
        assert!(!scope.covers_cluster(&main), "only some guests of it");
    }

    #[test]
    fn a_union_covers_what_its_parts_cover() {
        let (web, dev) = (scope(&["a"], &["web"], &[]), scope(&["b"], &[], &["dev"]));
        let both = web.union(&dev);
        assert!(both.covers(&cluster("a"), Some("web"), &[]));
        assert!(both.covers(&cluster("b"), None, &["dev".to_owned()]));
        assert!(!both.covers(&cluster("c"), Some("web"), &[]));
        assert!(web.union(&Scope::default()).is_everything());
    }
}
