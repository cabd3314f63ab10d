//! Ctrl-C and SIGTERM: long waits ask here whether to go on.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Somebody asked us to stop.
#[derive(Debug)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// From here on a signal no longer ends the process by itself. A second one does.
pub fn listen() -> Result<()> {
    let asked = Arc::clone(ASKED.get_or_init(Arc::default));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // In this order: the second signal finds the flag set and ends the process.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&asked))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&asked)))
            .context("cannot listen for signals")?;
    }
    Ok(())
}

/// Whether somebody asked us to stop.
pub fn asked() -> bool {
    ASKED
        .get()
        .is_some_and(|asked| asked.load(Ordering::Relaxed))
}

/// An error once somebody asked us to stop.
pub fn check() -> Result<()> {
    if asked() {
        Err(Interrupted.into())
    } else {
        Ok(())
    }
}

/// How often waits look again.
const TICK: Duration = Duration::from_millis(40);

/// Looks again and again until `done` has something or `patience` is over (`None`).
pub fn wait_for<T>(
    patience: Duration,
    mut done: impl FnMut() -> Result<Option<T>>,
) -> Result<Option<T>> {
    let started = Instant::now();
    loop {
        check()?;
        if let Some(value) = done()? {
            return Ok(Some(value));
        }
        if started.elapsed() > patience {
            return Ok(None);
        }
        std::thread::sleep(TICK);
    }
}
