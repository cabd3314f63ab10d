//! What is known of a provider: its discovery document and its keys, fetched once for everybody, kept while it is
//! down.
//!
//! - The first who needs it fetches; all others wait for that one fetch and share its failure, too.
//! - After an hour a sign-in that begins has it fetched anew beside itself; the old one serves until that worked.
//! - Keys are fetched anew when a token names one that is not there, once in 30 s at most, for all together.

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use tokio::{task::JoinSet, time::Instant};

use super::{
    discovery::{self, Metadata},
    error::Error,
    fault::Endpoint,
    http::Http,
    issuer::Issuer,
    keys::{self, Keys},
};

/// Older knowledge is fetched anew, beside a sign-in.
const FRESH: Duration = Duration::from_hours(1);

/// Between two fetches that a token or a failure made us do.
const PAUSE: Duration = Duration::from_secs(30);

/// A provider as it described itself.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) metadata: Arc<Metadata>,
    pub(crate) keys: Arc<Keys>,
    fetched: Instant,
}

/// The one place that fetches it.
pub(crate) struct Knowledge {
    issuer: Issuer,
    pub(crate) http: Http,
    known: RwLock<Option<Known>>,
    /// Held during the first fetch; holds how the last one failed, and when it did.
    first: tokio::sync::Mutex<Option<(Instant, Error)>>,
    /// Held while keys are fetched; holds when a token last made us do so.
    keys_fetched: tokio::sync::Mutex<Option<Instant>>,
    renewal: Mutex<Renewal>,
}

#[derive(Default)]
struct Renewal {
    task: JoinSet<()>,
    begun: Option<Instant>,
}

impl Knowledge {
    pub(crate) fn new(issuer: Issuer, http: Http) -> Self {
        Self {
            issuer,
            http,
            known: RwLock::default(),
            first: tokio::sync::Mutex::default(),
            keys_fetched: tokio::sync::Mutex::default(),
            renewal: Mutex::default(),
        }
    }

    /// What is known; fetched now if nothing is.
    pub(crate) async fn get(&self) -> Result<Known, Error> {
        if let Some(known) = self.current() {
            return Ok(known);
        }
        let asked = Instant::now();
        let mut failure = self.first.lock().await;
        if let Some(known) = self.current() {
            return Ok(known);
        }
        if let Some((at, error)) = &*failure
            && *at >= asked
        {
            return Err(error.clone());
        }
        match self.fetch().await {
            Ok(known) => {
                *failure = None;
                self.replace(known.clone());
                Ok(known)
            }
            Err(error) => {
                *failure = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Has old knowledge fetched anew, without waiting for it.
    pub(crate) fn renew_if_old(self: &Arc<Self>, known: &Known) {
        if known.fetched.elapsed() < FRESH {
            return;
        }
        let mut renewal = self.renewal.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(ended) = renewal.task.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, issuer = %self.issuer, "fetching the provider's description ended badly");
            }
        }
        if !renewal.task.is_empty() || renewal.begun.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        renewal.begun = Some(Instant::now());
        let knowledge = Arc::clone(self);
        renewal.task.spawn(async move {
            // Keys that a token made us fetch meanwhile must not be replaced by older ones.
            let _alone = knowledge.keys_fetched.lock().await;
            match knowledge.fetch().await {
                Ok(known) => knowledge.replace(known),
                Err(error) => tracing::warn!(
                    %error,
                    reason = error.reason(),
                    issuer = %knowledge.issuer,
                    "the provider cannot be asked, its last description still serves"
                ),
            }
        });
    }

    /// Keys newer than these, or nothing if it is too early to ask again.
    pub(crate) async fn newer_keys(&self, seen: &Arc<Keys>) -> Result<Option<Arc<Keys>>, Error> {
        let mut fetched = self.keys_fetched.lock().await;
        let Some(known) = self.current() else {
            return Ok(None);
        };
        if !Arc::ptr_eq(&known.keys, seen) {
            return Ok(Some(known.keys));
        }
        if fetched.is_some_and(|at| at.elapsed() < PAUSE) {
            return Ok(None);
        }
        *fetched = Some(Instant::now());
        let keys = Arc::new(self.fetch_keys(&known.metadata).await?);
        self.replace(Known {
            keys: Arc::clone(&keys),
            ..known
        });
        Ok(Some(keys))
    }

    async fn fetch(&self) -> Result<Known, Error> {
        let metadata = discovery::fetch(&self.http, &self.issuer).await?;
        let keys = self.fetch_keys(&metadata).await?;
        Ok(Known {
            metadata: Arc::new(metadata),
            keys: Arc::new(keys),
            fetched: Instant::now(),
        })
    }

    async fn fetch_keys(&self, metadata: &Metadata) -> Result<Keys, Error> {
        let document: keys::Document =
            self.http
                .document(&metadata.jwks_uri)
                .await
                .map_err(|fault| Error::Unreachable {
                    endpoint: Endpoint::Keys,
                    fault,
                })?;
        Ok(Keys::new(document))
    }

    fn current(&self) -> Option<Known> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn replace(&self, known: Known) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }
}
