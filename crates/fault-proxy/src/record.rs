//! What the proxy saw.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::certificates::Certificate;

/// One connection, as the proxy saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its number, from 1.
    pub number: u64,
    /// What the client was shown; nothing where bytes are passed on.
    pub shown: Option<Certificate>,
    /// Whether the client accepted that.
    pub secured: bool,
    /// Every byte that the client sent, out of its TLS session where there is one.
    pub received: Vec<u8>,
    /// The requests that came whole, as `POST /a/b:c`: decoded, and without their query.
    pub requests: Vec<String>,
    /// Bytes that the client was sent.
    pub sent: u64,
}

impl Connection {
    /// Whether these bytes are anywhere in what the client sent.
    pub fn received_any(&self, bytes: &[u8]) -> bool {
        !bytes.is_empty()
            && self
                .received
                .windows(bytes.len())
                .any(|window| window == bytes)
    }
}

/// All connections.
#[derive(Debug, Default)]
pub(crate) struct Record {
    connections: Mutex<Vec<Connection>>,
}

impl Record {
    /// A connection came; gives its number.
    pub(crate) fn open(&self, shown: Option<Certificate>) -> u64 {
        let mut connections = self.lock();
        let number = connections.len() as u64 + 1;
        connections.push(Connection {
            number,
            shown,
            secured: false,
            received: Vec::new(),
            requests: Vec::new(),
            sent: 0,
        });
        number
    }

    pub(crate) fn note(&self, number: u64, change: impl FnOnce(&mut Connection)) {
        let mut connections = self.lock();
        let found = connections.iter_mut().find(|one| one.number == number);
        if let Some(connection) = found {
            change(connection);
        }
    }

    pub(crate) fn all(&self) -> Vec<Connection> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
