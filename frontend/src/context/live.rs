//! The live stream: one WebSocket for the whole page, which says what changed and never what it is worth.
//!
//! It comes back by itself, each time after a longer and slightly random wait, so that a restart of Argus
//! does not meet every browser at once.

use argus_types::paths;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use gloo_net::websocket::Message;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::inventory::Inventory;
use crate::api::answer::decode;
use crate::api::news::{Kind, News};
use crate::api::{Api, socket};
use crate::format::moment::now_ms;

/// A connection that says nothing for this long is opened anew, in milliseconds.
const SILENCE_MS: u32 = 45_000;
const FIRST_WAIT_MS: u32 = 1_000;
const LONGEST_WAIT_MS: u32 = 30_000;

/// How the page hears of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Being opened for the first time.
    Connecting,
    /// Open.
    Live,
    /// Lost; the next attempt is at this time (milliseconds since the Unix epoch).
    Reconnecting {
        /// When.
        at_ms: i64,
    },
}

/// What changes, as counters that a reader tracks.
#[derive(Clone, Copy)]
pub struct Live {
    /// How the page hears of it.
    pub connection: RwSignal<Connection>,
    /// A proposal or an execution moved on.
    pub changes: RwSignal<u32>,
    /// The emergency stop was set or released.
    pub emergency: RwSignal<u32>,
}

impl Live {
    /// Opens the stream and keeps it open until the owner is gone.
    pub fn start(api: Api, inventory: Inventory) -> Self {
        let live = Self {
            connection: RwSignal::new(Connection::Connecting),
            changes: RwSignal::new(0),
            emergency: RwSignal::new(0),
        };
        // Asked at once, not after the handshake: the first guests are on the screen sooner.
        inventory.read();
        spawn_local(live.keep_open(api, inventory));
        live
    }

    async fn keep_open(self, api: Api, inventory: Inventory) {
        let mut wait = Backoff::new();
        while !self.connection.is_disposed() {
            if self.listen(api, inventory).await {
                wait = Backoff::new();
            }
            if self.connection.is_disposed() {
                return;
            }
            let pause = wait.next_ms();
            self.connection.set(Connection::Reconnecting {
                at_ms: now_ms() + i64::from(pause),
            });
            TimeoutFuture::new(pause).await;
        }
    }

    /// Listens until the connection ends; whether anything was heard.
    async fn listen(self, api: Api, inventory: Inventory) -> bool {
        // A browser does not say why a handshake failed; the ticket before it does. If the session is gone, that
        // has told the page; any other failure shows as the inventory that cannot be read either.
        let Ok(mut stream) = socket::open(api, paths::STREAM).await else {
            inventory.read();
            return false;
        };
        let mut heard = false;
        loop {
            let next = select(stream.next(), TimeoutFuture::new(SILENCE_MS)).await;
            if self.connection.is_disposed() {
                return heard;
            }
            let Either::Left((Some(Ok(Message::Text(text))), _)) = next else {
                return heard;
            };
            if !heard {
                heard = true;
                self.connection.set(Connection::Live);
            }
            // What is no message of the stream is nothing to act on.
            if let Ok(news) = decode(&text, 200) {
                self.take(&news, inventory);
            }
        }
    }

    fn take(self, news: &News, inventory: Inventory) {
        match news.kind {
            Kind::Resync => {
                inventory.read();
                bump(self.changes);
                bump(self.emergency);
            }
            Kind::Inventory => {
                if let Some(observed_at) = news.observed_at {
                    inventory.heard(&news.etag, observed_at, news.stale);
                }
            }
            Kind::Proposal | Kind::Execution => bump(self.changes),
            Kind::EmergencyStop => {
                bump(self.emergency);
                bump(self.changes);
            }
            Kind::Other => {}
        }
    }
}

fn bump(counter: RwSignal<u32>) {
    counter.update(|count| *count = count.wrapping_add(1));
}

/// Waits that double up to a limit, each shortened by a random part of up to a half.
pub struct Backoff {
    next_ms: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

impl Backoff {
    /// Starts with the shortest wait.
    pub fn new() -> Self {
        Self {
            next_ms: FIRST_WAIT_MS,
        }
    }

    /// How long to wait this time.
    pub fn next_ms(&mut self) -> u32 {
        let full = self.next_ms;
        self.next_ms = (full * 2).min(LONGEST_WAIT_MS);
        full / 2 + jitter(full / 2)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a random share of a small positive number"
)]
fn jitter(below: u32) -> u32 {
    (js_sys::Math::random() * f64::from(below)) as u32
}

/// The live stream.
pub fn use_live() -> Live {
    expect_context()
}
