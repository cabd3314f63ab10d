//! What the simulator carried out, request by request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use argus_proxmox_sim::{Handle, Seen};
use argus_types::plan::CallPreview;

/// How often the simulator's list is taken away; it keeps the last two thousand.
const EVERY: Duration = Duration::from_millis(50);

/// Requests that change something, by what they ask.
#[derive(Debug, Default)]
pub struct Log(Mutex<HashMap<String, Asked>>);

/// How often one and the same was asked.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Carried out.
    pub done: usize,
    /// Refused, or broken off.
    pub refused: usize,
}

impl Log {
    /// Takes down what comes, until it is dropped.
    pub async fn follow(&self, simulator: &Handle) -> Result<()> {
        loop {
            self.take(simulator)?;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Takes down what came since the last time.
    pub fn take(&self, simulator: &Handle) -> Result<()> {
        let requests = simulator.take_requests();
        ensure!(
            usize::try_from(requests.total)? == requests.last.len(),
            "the simulator was asked more than it keeps"
        );
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for seen in requests.last.iter().filter(|seen| seen.method != "GET") {
            let asked = log.entry(key_of(seen)).or_default();
            if seen.status == Some(200) {
                asked.done += 1;
            } else {
                asked.refused += 1;
            }
        }
        Ok(())
    }

    /// How often this was asked.
    pub fn of(&self, call: &CallPreview) -> Asked {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.get(&key(call)).copied().unwrap_or_default()
    }

    /// Everything that was asked, and how often.
    pub fn total(&self) -> usize {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.values().map(|asked| asked.done + asked.refused).sum()
    }
}

fn key_of(seen: &Seen) -> String {
    format!("{} {} {:?}", seen.method, seen.call, seen.parameters)
}

/// One and the same request has one and the same key.
pub fn key(call: &CallPreview) -> String {
    let path = call.path.trim_start_matches('/');
    format!("{} /{path} {:?}", call.method, call.parameters)
}
