//! Which sessions of open connections still hold: asked of the database for all of them at once, every few seconds,
//! however many connections there are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argus_types::id::SessionId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::problem::ApiProblem;
use crate::session::{Reach, Sessions};

/// How often sessions are looked at.
const CHECK_EVERY: Duration = Duration::from_secs(4);

/// Looks after the sessions of open connections. Cheap to clone.
#[derive(Clone)]
pub struct Holding(Arc<Inner>);

struct Inner {
    /// Connections by session.
    open: Mutex<HashMap<SessionId, usize>>,
    round: watch::Sender<Round>,
}

/// What became of the sessions that were asked about: how far they reach now, or that they are over.
type Round = Arc<HashMap<SessionId, Option<Reach>>>;

impl Default for Holding {
    fn default() -> Self {
        Self(Arc::new(Inner {
            open: Mutex::default(),
            round: watch::channel(Round::default()).0,
        }))
    }
}

impl Holding {
    /// Ends when a session no longer holds, or no longer `reaches` what its connection is about. A database that is away
    /// ends nothing.
    pub async fn ended<F>(self, session: SessionId, reaches: impl Fn(Reach) -> F)
    where
        F: Future<Output = Result<bool, ApiProblem>>,
    {
        let _open = self.open(session);
        let mut rounds = self.0.round.subscribe();
        // The sender lives as long as this, so there is no other end.
        while rounds.changed().await.is_ok() {
            let now = rounds.borrow_and_update().get(&session).cloned();
            match now {
                // It was opened while the database was asked.
                None => {}
                Some(None) => return,
                Some(Some(reach)) => {
                    if let Ok(false) = reaches(reach).await {
                        return;
                    }
                }
            }
        }
    }

    fn open(&self, session: SessionId) -> Open {
        *self.lock().entry(session).or_default() += 1;
        Open {
            holding: self.clone(),
            session,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, usize>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection while it lives.
struct Open {
    holding: Holding,
    session: SessionId,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.holding.lock();
        if let Some(connections) = open.get_mut(&self.session) {
            *connections -= 1;
            if *connections == 0 {
                open.remove(&self.session);
            }
        }
    }
}

/// Asks until `stop`.
pub async fn run(holding: Holding, sessions: Arc<Sessions>, stop: CancellationToken) {
    let ask = async {
        loop {
            tokio::time::sleep(CHECK_EVERY).await;
            let asked: Vec<SessionId> = holding.lock().keys().copied().collect();
            if asked.is_empty() {
                continue;
            }
            match sessions.still_hold(&asked).await {
                Ok(mut reaches) => {
                    let round = asked.into_iter().map(|id| (id, reaches.remove(&id)));
                    holding.0.round.send_replace(Arc::new(round.collect()));
                }
                Err(problem) => {
                    tracing::warn!(
                        code = problem.code().as_str(),
                        "the sessions of open connections cannot be looked at"
                    );
                }
            }
        }
    };
    stop.run_until_cancelled(ask).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_session_is_asked_about_while_it_has_a_connection() {
        let holding = Holding::default();
        let session = SessionId(uuid::Uuid::from_u128(1));
        let (one, other) = (holding.open(session), holding.open(session));
        drop(one);
        assert!(holding.lock().contains_key(&session));
        drop(other);
        assert!(holding.lock().is_empty());
    }
}
