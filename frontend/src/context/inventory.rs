//! The inventory snapshot that every screen reads, kept fresh by the live stream.

use std::collections::HashMap;
use std::sync::Arc;

use argus_types::Timestamp;
use argus_types::cluster::{Cluster, Guest};
use argus_types::id::GuestKey;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, ApiError, cluster};
use crate::format::moment::now_ms;

/// Without any word for this long the data counts as stale, whatever was said last; in milliseconds.
const SILENCE_MS: i64 = 30_000;

/// A cluster with its guests by key.
#[derive(Debug)]
pub struct Snapshot {
    /// What Argus saw.
    pub cluster: Cluster,
    index: HashMap<GuestKey, usize>,
}

impl Snapshot {
    fn new(cluster: Cluster) -> Self {
        let index = cluster
            .guests
            .iter()
            .enumerate()
            .map(|(position, guest)| (key(guest), position))
            .collect();
        Self { cluster, index }
    }

    /// One guest.
    pub fn guest(&self, key: GuestKey) -> Option<&Guest> {
        self.index
            .get(&key)
            .and_then(|position| self.cluster.guests.get(*position))
    }
}

/// A guest's identity.
pub fn key(guest: &Guest) -> GuestKey {
    GuestKey {
        kind: guest.kind,
        vmid: guest.vmid,
    }
}

/// The snapshot and how fresh it is.
#[derive(Clone, Copy)]
pub struct Inventory {
    /// The last good one.
    pub snapshot: RwSignal<Option<Arc<Snapshot>>>,
    /// Why the last read failed.
    pub error: RwSignal<Option<ApiError>>,
    /// When Proxmox last answered.
    pub observed_at: RwSignal<Option<Timestamp>>,
    said_stale: RwSignal<bool>,
    heard_ms: RwSignal<i64>,
    etag: StoredValue<Option<String>>,
    reading: StoredValue<Reading>,
    api: Api,
}

#[derive(Clone, Copy, PartialEq)]
enum Reading {
    No,
    Yes,
    /// And once more, because something changed meanwhile.
    Again,
}

impl Inventory {
    /// Knows nothing yet.
    pub fn new(api: Api) -> Self {
        Self {
            snapshot: RwSignal::new(None),
            error: RwSignal::new(None),
            observed_at: RwSignal::new(None),
            said_stale: RwSignal::new(false),
            heard_ms: RwSignal::new(now_ms()),
            etag: StoredValue::new(None),
            reading: StoredValue::new(Reading::No),
            api,
        }
    }

    /// Takes what the live stream said; reads the snapshot only if it is another one.
    pub fn heard(self, etag: &str, observed_at: Timestamp, stale: bool) {
        let same = self
            .etag
            .with_value(|held| held.as_deref().is_some_and(|held| bare(held) == bare(etag)));
        if same {
            self.freshness(Some(observed_at), stale);
        } else {
            self.read();
        }
    }

    /// Reads the snapshot; one read at a time.
    pub fn read(self) {
        match self.reading.try_get_value() {
            Some(Reading::No) => self.reading.set_value(Reading::Yes),
            Some(Reading::Yes | Reading::Again) => {
                self.reading.set_value(Reading::Again);
                return;
            }
            None => return,
        }
        spawn_local(async move {
            loop {
                let etag = self.etag.try_get_value().flatten();
                let outcome = cluster::cluster(self.api, etag.as_deref()).await;
                if !self.take(outcome) {
                    return;
                }
                let again = self.reading.try_update_value(|reading| {
                    let again = *reading == Reading::Again;
                    *reading = if again { Reading::Yes } else { Reading::No };
                    again
                });
                if again != Some(true) {
                    return;
                }
            }
        });
    }

    /// Whether what is shown may be out of date at `now`; tracked.
    pub fn is_stale(self, now_ms: i64) -> bool {
        self.said_stale.get() || now_ms - self.heard_ms.get() > SILENCE_MS
    }

    /// One guest, tracked.
    pub fn guest(self, key: GuestKey) -> Option<Guest> {
        self.snapshot
            .with(|snapshot| snapshot.as_ref().and_then(|held| held.guest(key).cloned()))
    }

    fn take(self, outcome: Result<cluster::Observed, ApiError>) -> bool {
        if self.error.is_disposed() {
            return false;
        }
        match outcome {
            Ok(observed) => {
                self.freshness(observed.observed_at, observed.stale);
                self.etag.set_value(observed.etag);
                self.error.set(None);
                if let Some(cluster) = observed.cluster {
                    self.snapshot.set(Some(Arc::new(Snapshot::new(cluster))));
                }
            }
            Err(error) => self.error.set(Some(error)),
        }
        true
    }

    fn freshness(self, observed_at: Option<Timestamp>, stale: bool) {
        self.heard_ms.set(now_ms());
        if observed_at.is_some() {
            self.observed_at.set(observed_at);
        }
        if self.said_stale.get_untracked() != stale {
            self.said_stale.set(stale);
        }
    }
}

/// An entity tag without its quotes and weakness mark, which proxies add and drop.
fn bare(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

/// The page's inventory.
pub fn use_inventory() -> Inventory {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_tag_is_the_same_however_a_proxy_dressed_it() {
        assert_eq!(bare("W/\"a1\""), bare("a1"));
        assert_eq!(bare("\"a1\""), "a1");
        assert_ne!(bare("\"a1\""), bare("\"a2\""));
    }
}
