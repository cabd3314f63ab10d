//! The database as the executor's journal.

use std::time::Duration;

use argus_store::journal::{Append, AppendError, Lease};
use argus_store::{Error, ExecutionRecord, Notification, Notifications, Store};
use argus_types::Timestamp;
use argus_types::event::ExecutionEvent;
use argus_types::id::ExecutionId;
use tokio::sync::Mutex;

use crate::ports::Journal;

/// How long to wait before another try to listen.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

/// A store, and a connection on which it listens.
#[derive(Debug)]
pub struct StoreJournal {
    store: Store,
    notifications: Mutex<Option<Notifications>>,
}

impl StoreJournal {
    /// Journals in `store`.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            notifications: Mutex::new(None),
        }
    }
}

impl Journal for StoreJournal {
    async fn claim(&self, replica: &str, ttl: Duration, limit: u32) -> Result<Vec<Lease>, Error> {
        self.store.claim_executions(replica, ttl, limit).await
    }

    async fn renew(&self, lease: Lease, ttl: Duration) -> Result<bool, Error> {
        self.store.renew_lease(lease, ttl).await
    }

    async fn release(&self, lease: Lease) -> Result<(), Error> {
        self.store.release_lease(lease).await
    }

    async fn load(
        &self,
        id: ExecutionId,
    ) -> Result<Option<(ExecutionRecord, Vec<ExecutionEvent>)>, Error> {
        self.store.load_execution(id).await
    }

    async fn events_after(
        &self,
        id: ExecutionId,
        after: u64,
    ) -> Result<Vec<ExecutionEvent>, Error> {
        self.store.execution_events(id, after, u64::MAX).await
    }

    async fn tasks_of_others(
        &self,
        own: ExecutionId,
        upids: &[String],
    ) -> Result<Vec<String>, Error> {
        self.store.tasks_of_others(own, upids).await
    }

    async fn append(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> Result<u64, AppendError> {
        self.store.append_journal(lease, at, append).await
    }

    async fn hint(&self) {
        let mut slot = self.notifications.lock().await;
        loop {
            let Some(notifications) = slot.as_mut() else {
                match self.store.listen().await {
                    Ok(listening) => *slot = Some(listening),
                    Err(error) => {
                        tracing::debug!(%error, "cannot listen for notifications");
                        tokio::time::sleep(LISTEN_AGAIN).await;
                    }
                }
                continue;
            };
            match notifications.next().await {
                // A new execution; what grows an existing one is its own driver's business.
                Ok(Notification::Execution { last_seq: 0, .. } | Notification::Missed) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "listening for notifications failed");
                    *slot = None;
                    tokio::time::sleep(LISTEN_AGAIN).await;
                }
            }
        }
    }
}
