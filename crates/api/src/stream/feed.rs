//! Journals that somebody follows: each is read and encoded once a process, however many follow it.
//!
//! The journal in PostgreSQL is the source; hints only say when to look, and a slow clock looks anyway. Followers have no
//! queues. Each has a place in the journal, and a [`Ring`] of the last messages lies beside it for all of them: whoever
//! is too slow finds their place gone from it, and nobody else notices.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use argus_store::Store;
use argus_types::id::ExecutionId;
use argus_types::stream::StreamMessage;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{Semaphore, broadcast, watch};
use tokio::task::AbortHandle;

use super::hub::{Encoded, Hub};
use super::ring::{Next, Ring, Shared};
use crate::problem::ApiProblem;

/// Journal entries in one message.
const ENTRIES: u64 = 200;
/// Bytes of entries in one message; somebody who stalls holds on to one message.
const BYTES: u64 = 64 * 1024;
/// How long to go without a hint before looking all the same.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Least time between two looks.
const GAP: Duration = Duration::from_millis(20);
/// What a follower adds to it: a thousand of them get a message every half second, all of it in one, and cost as much as
/// forty do that get one every 20 ms.
const GAP_EACH: Duration = Duration::from_micros(500);
/// People who come late, read from the database at once; the pool has other work.
const READERS: usize = 2;

/// The feeds of this process. Cheap to clone.
#[derive(Clone)]
pub struct Feeds(Arc<Inner>);

struct Inner {
    store: Store,
    hub: Hub,
    open: Mutex<HashMap<ExecutionId, Weak<Feed>>>,
    readers: Semaphore,
    /// Held by every follower, and by nobody else: so many there are.
    followers: Arc<()>,
}

struct Feed {
    id: ExecutionId,
    ring: Mutex<Ring>,
    news: watch::Sender<()>,
    work: Mutex<Option<AbortHandle>>,
    feeds: Weak<Inner>,
}

/// Somebody who follows a journal.
pub struct Follower {
    feeds: Feeds,
    feed: Arc<Feed>,
    news: watch::Receiver<()>,
    /// The last entry that they got.
    after: u64,
    /// Whether they ever were where the feed is: whoever was and is not any more is too slow.
    has_joined: bool,
    _counted: Arc<()>,
}

/// What a follower gets next.
#[derive(Debug)]
pub enum Turn {
    /// Entries.
    Message(Shared),
    /// They are too slow for the feed.
    TooSlow {
        /// The last entry that they got.
        after: u64,
        /// The journal's last entry.
        last: u64,
    },
}

impl Feeds {
    /// Feeds from `store`, on the hints of `hub`.
    pub fn new(store: Store, hub: Hub) -> Self {
        Self(Arc::new(Inner {
            store,
            hub,
            open: Mutex::default(),
            readers: Semaphore::new(READERS),
            followers: Arc::default(),
        }))
    }

    /// Follows an execution from behind entry `after` on; `None` where there is no such execution.
    pub async fn follow(
        &self,
        id: ExecutionId,
        after: u64,
    ) -> Result<Option<Follower>, ApiProblem> {
        let Some(feed) = self.feed(id).await? else {
            return Ok(None);
        };
        Ok(Some(Follower {
            news: feed.news.subscribe(),
            feeds: self.clone(),
            feed,
            after,
            has_joined: false,
            _counted: Arc::clone(&self.0.followers),
        }))
    }

    async fn feed(&self, id: ExecutionId) -> Result<Option<Arc<Feed>>, ApiProblem> {
        if let Some(feed) = self.is_open(id) {
            return Ok(Some(feed));
        }
        // Listen first, read then: what is committed in between is looked for twice rather than never.
        let hints = self.0.hub.listen();
        let Some(last) = self.0.store.execution_last_seq(id).await? else {
            return Ok(None);
        };
        let mut open = lock(&self.0.open);
        if let Some(feed) = open.get(&id).and_then(Weak::upgrade) {
            return Ok(Some(feed));
        }
        let feed = Arc::new(Feed {
            id,
            ring: Mutex::new(Ring::behind(last)),
            news: watch::channel(()).0,
            work: Mutex::default(),
            feeds: Arc::downgrade(&self.0),
        });
        open.insert(id, Arc::downgrade(&feed));
        let work = tokio::spawn(keep_up(
            Arc::downgrade(&feed),
            self.0.store.clone(),
            hints,
            id,
            Arc::downgrade(&self.0.followers),
        ));
        *lock(&feed.work) = Some(work.abort_handle());
        Ok(Some(feed))
    }

    fn is_open(&self, id: ExecutionId) -> Option<Arc<Feed>> {
        lock(&self.0.open).get(&id).and_then(Weak::upgrade)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        if let Some(work) = lock(&self.work).take() {
            work.abort();
        }
        if let Some(feeds) = self.feeds.upgrade() {
            let mut open = lock(&feeds.open);
            // Another one may have taken its place by now.
            if open
                .get(&self.id)
                .is_some_and(|feed| feed.strong_count() == 0)
            {
                open.remove(&self.id);
            }
        }
    }
}

/// Reads what is new into the ring for as long as somebody follows.
async fn keep_up(
    feed: Weak<Feed>,
    store: Store,
    mut hints: broadcast::Receiver<Encoded>,
    id: ExecutionId,
    followers: Weak<()>,
) {
    loop {
        let Some(feed_now) = feed.upgrade() else {
            return;
        };
        // Whatever they announce is there by now.
        while !matches!(
            hints.try_recv(),
            Err(TryRecvError::Empty | TryRecvError::Closed)
        ) {}
        if let Err(problem) = feed_now.read_on(&store).await {
            // The next look may succeed; nobody misses anything, the place in the journal stays.
            tracing::warn!(code = problem.code().as_str(), "a journal cannot be read");
        }
        drop(feed_now);
        // Those of all journals: they share the process.
        let number = u32::try_from(followers.strong_count()).unwrap_or(u32::MAX);
        tokio::time::sleep(GAP.max(GAP_EACH.saturating_mul(number))).await;
        tokio::select! {
            () = concerns(&mut hints, id) => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

impl Feed {
    /// What comes while this reads waits for the next look: many small messages would cost more than a few.
    async fn read_on(&self, store: &Store) -> Result<(), ApiProblem> {
        loop {
            let after = lock(&self.ring).last();
            let Some(message) = read(store, self.id, after, ENTRIES).await? else {
                return Ok(());
            };
            let may_be_all =
                message.last - message.after < ENTRIES && message.text.len() as u64 <= BYTES;
            lock(&self.ring).push(message);
            self.news.send_replace(());
            if may_be_all {
                return Ok(());
            }
            // A long piece goes out at a pace that those who read keep.
            tokio::time::sleep(GAP).await;
        }
    }
}

impl Follower {
    /// Waits for what comes next. Dropping it loses nothing.
    pub async fn next(&mut self) -> Turn {
        loop {
            self.news.mark_unchanged();
            match self.turn().await {
                Ok(Some(turn)) => return turn,
                Ok(None) => {
                    // The sender lives in the feed that this follower holds, so it is never closed.
                    let _changed = self.news.changed().await;
                }
                Err(problem) => {
                    // The next look may succeed; the follower misses nothing, their place stays.
                    tracing::warn!(code = problem.code().as_str(), "a journal cannot be read");
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    /// What is there now. What is not among the last messages is read from the database, for those who have just come.
    async fn turn(&mut self) -> Result<Option<Turn>, ApiProblem> {
        let next = lock(&self.feed.ring).next(self.after);
        let message = match next {
            Next::Message(message) => {
                self.has_joined = true;
                message
            }
            Next::Nothing => {
                self.has_joined = true;
                return Ok(None);
            }
            Next::Elsewhere { .. } if self.has_joined => {
                return Ok(Some(Turn::TooSlow {
                    after: self.after,
                    last: lock(&self.feed.ring).last(),
                }));
            }
            Next::Elsewhere { join } => {
                let inner = &self.feeds.0;
                let _one_of_few = inner
                    .readers
                    .acquire()
                    .await
                    .map_err(ApiProblem::internal)?;
                // No further than to where a message of the feed begins.
                let most = join.saturating_sub(self.after).clamp(1, ENTRIES);
                match read(&inner.store, self.feed.id, self.after, most).await? {
                    Some(message) => message,
                    None => return Ok(None),
                }
            }
        };
        self.after = message.last;
        Ok(Some(Turn::Message(message)))
    }
}

async fn read(
    store: &Store,
    id: ExecutionId,
    after: u64,
    most: u64,
) -> Result<Option<Shared>, ApiProblem> {
    let entries = store.execution_page(id, after, most, BYTES).await?;
    Shared::of(after, entries).map_err(ApiProblem::internal)
}

/// Waits for a hint about this execution, or one that may have been missed.
async fn concerns(hints: &mut broadcast::Receiver<Encoded>, execution: ExecutionId) {
    loop {
        match hints.recv().await {
            Ok(Encoded {
                message: StreamMessage::Execution { id, .. },
                ..
            }) if id == execution => return,
            Ok(Encoded {
                message: StreamMessage::Resync,
                ..
            })
            | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            // The hub is gone with the process; the slow look goes on until then.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
