//! Follows one execution: its state by reading, its journal by a WebSocket that resumes where it broke.

use argus_types::execution::Execution;
use argus_types::id::ExecutionId;
use argus_types::paths;
use futures_util::StreamExt;
use gloo_net::websocket::Message;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::journal::{Journal, Taken};
use crate::api::answer::decode;
use crate::api::journal_event::{JournalEvent, JournalMessage, Kind};
use crate::api::{Api, execution::execution as read_execution, socket};
use crate::context::live::{Backoff, use_live};
use crate::context::load::{Load, load};
use crate::context::session::use_session;
use crate::erased::effect;

/// What is followed.
#[derive(Clone, Copy)]
pub struct Followed {
    /// How it stands.
    pub execution: Load<Execution>,
    /// What happened.
    pub journal: RwSignal<Journal>,
    /// Whether the journal comes live.
    pub connected: RwSignal<bool>,
    dirty: RwSignal<bool>,
}

/// Follows `id` for as long as the owner lives.
pub fn follow(id: ExecutionId) -> Followed {
    let session = use_session();
    let live = use_live();
    let execution = load(move || {
        live.changes.track();
        read_execution(session.api, id)
    });
    let followed = Followed {
        execution,
        journal: RwSignal::new(Journal::default()),
        connected: RwSignal::new(false),
        dirty: RwSignal::new(false),
    };
    // One read at a time, however fast events come.
    effect(move || {
        if followed.dirty.get() && !execution.loading.get() {
            followed.dirty.set(false);
            execution.reload();
        }
    });
    spawn_local(followed.keep_open(session.api, id));
    followed
}

impl Followed {
    async fn keep_open(self, api: Api, id: ExecutionId) {
        let mut wait = Backoff::new();
        loop {
            if self.listen(api, id).await {
                wait = Backoff::new();
            }
            if self.connected.try_set(false).is_some() || self.is_complete() {
                return;
            }
            TimeoutFuture::new(wait.next_ms()).await;
            if self.connected.is_disposed() || self.is_complete() {
                return;
            }
        }
    }

    /// Listens until the connection ends or shows a hole; whether anything new came.
    async fn listen(self, api: Api, id: ExecutionId) -> bool {
        let Some(after) = self.journal.try_with_untracked(Journal::last_seq) else {
            return false;
        };
        let path = paths::execution_stream(id, after);
        let Ok(mut stream) = socket::open(api, &path).await else {
            return false;
        };
        let mut news = false;
        while let Some(Ok(message)) = stream.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            let Ok(message) = decode::<JournalMessage>(&text, 200) else {
                continue;
            };
            if message.entries.is_empty() {
                // Too slow: what is shown is read again, and the journal goes on where it broke.
                self.dirty.try_set(true);
                return true;
            }
            let taken = self
                .journal
                .try_update(|journal| take(journal, message.entries));
            let Some((is_whole, last)) = taken else {
                return news;
            };
            if let Some(seq) = last {
                news = true;
                self.connected.set(true);
                if self.is_behind(seq) {
                    self.dirty.set(true);
                }
            }
            if !is_whole {
                return news;
            }
        }
        news
    }

    /// Whether the state that is shown was read before event `seq`.
    fn is_behind(self, seq: u64) -> bool {
        self.execution
            .data
            .with_untracked(|held| held.as_ref().is_none_or(|held| held.last_seq < seq))
    }

    /// Whether nothing more will come.
    fn is_complete(self) -> bool {
        let seen = self
            .journal
            .try_with_untracked(Journal::last_seq)
            .unwrap_or(0);
        self.execution
            .data
            .try_with_untracked(|held| {
                held.as_ref()
                    .is_some_and(|held| held.state.is_final() && held.last_seq <= seen)
            })
            .unwrap_or(true)
    }
}

/// Takes entries up to a hole. Whether there was none, and the last new one that is more than lines of a log.
fn take(journal: &mut Journal, entries: Vec<JournalEvent>) -> (bool, Option<u64>) {
    let mut last = None;
    for event in entries {
        let (seq, is_log) = (event.seq, event.event.kind == Kind::Log);
        match journal.take(event) {
            Taken::Hole => return (false, last),
            Taken::Known => {}
            // 0 is behind nothing.
            Taken::New => last = last.max(Some(if is_log { 0 } else { seq })),
        }
    }
    (true, last)
}
