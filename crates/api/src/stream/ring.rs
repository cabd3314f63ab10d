//! The last messages of one journal, encoded once and shared by everybody who follows it.

use std::collections::VecDeque;

use argus_types::event::ExecutionEvent;
use argus_types::stream::JournalMessage;
use axum::extract::ws::Utf8Bytes;

/// Messages that are kept.
const MESSAGES: usize = 256;
/// Bytes of them.
const BYTES: usize = 1024 * 1024;

/// The messages, in order and without gaps between them.
#[derive(Debug, Default)]
pub struct Ring {
    messages: VecDeque<Shared>,
    bytes: usize,
    /// The last entry that ever was in it.
    last: u64,
}

/// Some entries of a journal as one message.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The entry before its first.
    pub after: u64,
    /// Its last entry.
    pub last: u64,
    /// Its JSON.
    pub text: Utf8Bytes,
}

impl Shared {
    /// Encodes what comes next after entry `after`; `None` where nothing does.
    pub fn of(after: u64, entries: Vec<ExecutionEvent>) -> Result<Option<Self>, serde_json::Error> {
        let Some(last) = entries.last().map(|entry| entry.seq) else {
            return Ok(None);
        };
        let text = serde_json::to_string(&JournalMessage::Entries { entries })?;
        Ok(Some(Self {
            after,
            last,
            text: text.into(),
        }))
    }
}

/// What somebody gets who has everything up to some entry.
#[derive(Debug)]
pub enum Next {
    /// This.
    Message(Shared),
    /// Nothing, for now.
    Nothing,
    /// What comes next is not here, any more or yet: the database has it.
    Elsewhere {
        /// From this entry on the messages here follow one another.
        join: u64,
    },
}

impl Ring {
    /// An empty one that goes on behind entry `last`.
    pub fn behind(last: u64) -> Self {
        Self {
            last,
            ..Self::default()
        }
    }

    /// The last entry that was put in.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Puts in what comes next. What is oldest goes when there is too much, but never the last.
    pub fn push(&mut self, message: Shared) {
        self.last = message.last;
        self.bytes += message.text.len();
        self.messages.push_back(message);
        while self.messages.len() > MESSAGES || (self.bytes > BYTES && self.messages.len() > 1) {
            if let Some(oldest) = self.messages.pop_front() {
                self.bytes -= oldest.text.len();
            }
        }
    }

    /// What comes after entry `after`.
    pub fn next(&self, after: u64) -> Next {
        if after >= self.last {
            // A client may claim to have what does not exist yet; it is told when it does.
            return Next::Nothing;
        }
        match self
            .messages
            .binary_search_by_key(&after, |message| message.after)
        {
            Ok(at) => Next::Message(self.messages[at].clone()),
            // In the middle of a message, or before all of them.
            Err(at) => Next::Elsewhere {
                join: self.messages.get(at).map_or(self.last, |next| next.after),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(after: u64, last: u64, bytes: usize) -> Shared {
        Shared {
            after,
            last,
            text: "x".repeat(bytes).into(),
        }
    }

    #[test]
    fn messages_follow_one_another() {
        let mut ring = Ring::behind(10);
        ring.push(message(10, 12, 1));
        ring.push(message(12, 20, 1));
        assert!(matches!(
            ring.next(10),
            Next::Message(Shared { last: 12, .. })
        ));
        assert!(matches!(
            ring.next(12),
            Next::Message(Shared { last: 20, .. })
        ));
        assert!(matches!(ring.next(20), Next::Nothing));
        assert!(matches!(ring.next(99), Next::Nothing));
    }

    #[test]
    fn who_has_less_or_a_part_of_a_message_is_told_where_to_join() {
        let mut ring = Ring::behind(10);
        assert!(matches!(ring.next(3), Next::Elsewhere { join: 10 }));
        ring.push(message(10, 12, 1));
        ring.push(message(12, 20, 1));
        assert!(matches!(ring.next(0), Next::Elsewhere { join: 10 }));
        assert!(matches!(ring.next(11), Next::Elsewhere { join: 12 }));
        assert!(matches!(ring.next(15), Next::Elsewhere { join: 20 }));
    }

    #[test]
    fn it_stays_small_however_much_is_put_in() {
        let mut ring = Ring::behind(0);
        for number in 0..10_000 {
            ring.push(message(number, number + 1, 100));
        }
        assert_eq!(ring.messages.len(), MESSAGES);
        assert!(matches!(ring.next(5), Next::Elsewhere { join } if join == 10_000 - 256));
        for number in 10_000..10_100 {
            ring.push(message(number, number + 1, BYTES / 3));
        }
        assert!(ring.bytes <= BYTES && ring.messages.len() == 3);
        ring.push(message(10_100, 10_101, 2 * BYTES));
        assert_eq!(ring.messages.len(), 1);
        assert!(matches!(ring.next(10_100), Next::Message(_)));
    }
}
