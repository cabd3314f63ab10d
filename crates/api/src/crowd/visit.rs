//! One person who follows one execution to its end, in their manner.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use argus_types::id::ExecutionId;
use futures_util::StreamExt;
use rand::RngExt;
use rand::rngs::StdRng;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite::Message;

use super::door::{Door, Socket, Visitor};
use super::{Manner, Tally};

/// How long nothing may come: streams are pinged more often than that.
const SILENCE: Duration = Duration::from_mins(2);
/// How long a flapping connection lasts, in milliseconds.
const LASTS_MS: std::ops::Range<u64> = 500..8_000;
/// How long it then is away.
const AWAY_MS: std::ops::Range<u64> = 0..2_000;
/// How long a stalling reader does not read. The longest are longer than Argus waits for a message to be taken.
const STALLS_MS: std::ops::Range<u64> = 2_000..14_000;
/// Messages that a stalling reader reads in between.
const READS: std::ops::Range<u32> = 1..6;
/// How often a stalling reader stalls; then they read on, or nobody would see the end.
const STALLS: u32 = 2;

pub struct Visit {
    pub door: Arc<Door>,
    pub visitor: Arc<Visitor>,
    pub execution: ExecutionId,
    pub manner: Manner,
    pub dice: StdRng,
    pub tally: Arc<Tally>,
    pub wave: Arc<Semaphore>,
}

/// A message, as far as its numbers go.
#[derive(Deserialize)]
struct Numbers {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    entries: Vec<Entry>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Entries,
    Behind,
}

#[derive(Deserialize)]
struct Entry {
    seq: u64,
    event: Event,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
}

/// What one connection came to.
enum Left {
    Ended,
    Broken,
}

impl Visit {
    /// Follows to the end; the number of the last entry.
    pub async fn to_the_end(mut self) -> Result<u64> {
        let mut last = 0;
        let mut stalls = if self.manner == Manner::Stalling {
            STALLS
        } else {
            0
        };
        let mut is_first = true;
        loop {
            let socket = {
                let _one_of_a_few = self.wave.acquire().await?;
                self.door
                    .follow(&self.visitor, self.execution, last)
                    .await?
            };
            Tally::add(&self.tally.connections, 1);
            if is_first {
                Tally::add(&self.tally.here, 1);
                is_first = false;
            }
            match self.listen(socket, &mut last, &mut stalls).await? {
                Left::Ended => return Ok(last),
                Left::Broken => {
                    let away = self.dice.random_range(AWAY_MS);
                    tokio::time::sleep(Duration::from_millis(away)).await;
                }
            }
        }
    }

    async fn listen(
        &mut self,
        mut socket: Socket,
        last: &mut u64,
        stalls: &mut u32,
    ) -> Result<Left> {
        let lasts = match self.manner {
            Manner::Flapping => Duration::from_millis(self.dice.random_range(LASTS_MS)),
            Manner::Steady | Manner::Stalling => Duration::from_hours(24),
        };
        let breaks = tokio::time::sleep(lasts);
        tokio::pin!(breaks);
        let mut reads = self.dice.random_range(READS);
        loop {
            if *stalls > 0 && reads == 0 {
                *stalls -= 1;
                reads = self.dice.random_range(READS);
                let stalled = self.dice.random_range(STALLS_MS);
                tokio::time::sleep(Duration::from_millis(stalled)).await;
            }
            let message = tokio::select! {
                message = tokio::time::timeout(SILENCE, socket.next()) => message,
                () = &mut breaks => return Ok(Left::Broken),
            };
            let text = match message.context("the stream is silent")? {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(Left::Broken),
                Some(Ok(_)) => continue,
            };
            reads = reads.saturating_sub(1);
            let numbers: Numbers = serde_json::from_str(&text).context("no message of a stream")?;
            if self.count(&numbers, last)? {
                return Ok(Left::Ended);
            }
        }
    }

    /// Whether the message has the journal's end.
    fn count(&self, message: &Numbers, last: &mut u64) -> Result<bool> {
        let tally = &self.tally;
        Tally::add(&tally.messages, 1);
        if message.kind == Kind::Behind {
            Tally::add(&tally.told_behind, 1);
            return Ok(false);
        }
        ensure!(!message.entries.is_empty(), "a message has no entries");
        Tally::add(&tally.entries, message.entries.len() as u64);
        for entry in &message.entries {
            if entry.seq <= *last {
                Tally::add(&tally.disordered, 1);
                continue;
            }
            Tally::add(&tally.lost, entry.seq - *last - 1);
            *last = entry.seq;
            if entry.event.kind == "ended" {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
