//! Which guests are shown, and in which order. Pure.

use std::cmp::Ordering;

use argus_types::cluster::{Guest, GuestStatus};
use argus_types::id::GuestKey;

use crate::context::inventory::key;
use crate::format::bytes::share;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Name, then number.
    Name,
    /// Number.
    Vmid,
    /// Node, then name.
    Node,
    /// Running first.
    Status,
    /// Busiest first.
    Cpu,
    /// Fullest first.
    Memory,
}

/// What the person asked to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Each word must occur in the name, number, node, pool, a tag, the status or the lock.
    pub words: String,
    /// Only this node's.
    pub node: Option<String>,
    /// Only these.
    pub status: Option<GuestStatus>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Sorted by.
    pub column: Column,
    /// The other way round.
    pub reversed: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            words: String::new(),
            node: None,
            status: None,
            tag: None,
            column: Column::Vmid,
            reversed: false,
        }
    }
}

impl Filter {
    /// Whether it hides nothing.
    pub fn is_open(&self) -> bool {
        self.words.trim().is_empty()
            && self.node.is_none()
            && self.status.is_none()
            && self.tag.is_none()
    }

    /// The guests that pass, in order.
    pub fn apply(&self, guests: &[Guest]) -> Vec<GuestKey> {
        let words: Vec<String> = self
            .words
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let mut kept: Vec<&Guest> = guests
            .iter()
            .filter(|guest| self.passes(guest, &words))
            .collect();
        kept.sort_by(|a, b| {
            let order = self.compare(a, b).then_with(|| a.vmid.cmp(&b.vmid));
            if self.reversed {
                order.reverse()
            } else {
                order
            }
        });
        kept.into_iter().map(key).collect()
    }

    fn passes(&self, guest: &Guest, words: &[String]) -> bool {
        self.node
            .as_ref()
            .is_none_or(|node| node == guest.node.as_str())
            && self.status.is_none_or(|status| status == guest.status)
            && self.tag.as_ref().is_none_or(|tag| guest.tags.contains(tag))
            && words.iter().all(|word| mentions(guest, word))
    }

    fn compare(&self, a: &Guest, b: &Guest) -> Ordering {
        match self.column {
            Column::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
            Column::Vmid => Ordering::Equal,
            Column::Node => a.node.cmp(&b.node).then_with(|| a.name.cmp(&b.name)),
            Column::Status => rank(a.status).cmp(&rank(b.status)),
            Column::Cpu => descending(a.cpu, b.cpu),
            Column::Memory => descending(
                share(a.memory, a.memory_total),
                share(b.memory, b.memory_total),
            ),
        }
    }
}

/// Whether `word` (in lower case) occurs in what is shown of the guest.
fn mentions(guest: &Guest, word: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(word);
    has(&guest.name)
        || guest.vmid.to_string().starts_with(word)
        || has(guest.node.as_str())
        || has(guest.status.as_str())
        || guest.pool.as_deref().is_some_and(has)
        || guest.lock.as_deref().is_some_and(has)
        || guest.tags.iter().any(|tag| has(tag))
}

fn rank(status: GuestStatus) -> u8 {
    match status {
        GuestStatus::Unknown => 0,
        GuestStatus::Paused => 1,
        GuestStatus::Running => 2,
        GuestStatus::Stopped => 3,
    }
}

fn descending(a: Option<f64>, b: Option<f64>) -> Ordering {
    b.unwrap_or(-1.0).total_cmp(&a.unwrap_or(-1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guests() -> Vec<Guest> {
        serde_json::from_value(serde_json::json!([
            guest(101, "web-01", "pve1", "running", &["web"]),
            guest(102, "Web-02", "pve2", "stopped", &["web", "old"]),
            guest(200, "db", "pve1", "running", &[]),
        ]))
        .unwrap()
    }

    fn guest(vmid: u32, name: &str, node: &str, status: &str, tags: &[&str]) -> serde_json::Value {
        serde_json::json!({
            "kind": "qemu", "vmid": vmid, "name": name, "node": node, "status": status,
            "template": false, "lock": null, "pool": null, "tags": tags, "ha_state": null,
            "cpu": 0.001 * f64::from(vmid), "cpu_count": 2.0, "memory": 1, "memory_total": 2,
            "uptime_s": 5
        })
    }

    fn shown(filter: &Filter) -> Vec<u32> {
        filter
            .apply(&guests())
            .into_iter()
            .map(|key| key.vmid.get())
            .collect()
    }

    #[test]
    fn every_word_must_occur_somewhere() {
        let filter = |words: &str| Filter {
            words: words.to_owned(),
            ..Filter::default()
        };
        assert_eq!(shown(&filter("WEB")), [101, 102]);
        assert_eq!(shown(&filter("web stopped")), [102]);
        assert_eq!(shown(&filter("20")), [200]);
        assert_eq!(shown(&filter("nothing")), [0_u32; 0]);
    }

    #[test]
    fn node_status_and_tag_are_all_asked_for() {
        let filter = Filter {
            node: Some("pve1".to_owned()),
            status: Some(GuestStatus::Running),
            tag: Some("web".to_owned()),
            ..Filter::default()
        };
        assert_eq!(shown(&filter), [101]);
        assert!(!filter.is_open());
    }

    #[test]
    fn an_order_can_be_turned_round() {
        let mut filter = Filter {
            column: Column::Cpu,
            ..Filter::default()
        };
        assert_eq!(shown(&filter), [200, 102, 101]);
        filter.reversed = true;
        assert_eq!(shown(&filter), [101, 102, 200]);
    }
}
