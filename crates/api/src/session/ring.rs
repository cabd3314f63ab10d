//! The ring of access token keys, kept fresh: read from the database every few seconds, rotated by age or command.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use argus_identity::access_token::rotation::{self, Due, Rotation};
use argus_identity::access_token::{Claims, KeyRing, MAX_LIFETIME, Reason, Refused, RingKey};
use argus_store::{AccessKey, Store};
use argus_types::Timestamp;
use argus_types::id::{PersonId, SessionId};
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::clock::SharedClock;
use crate::problem::{ApiProblem, Chain};
use crate::record::{self, Kind};

/// Between two looks at the ring. A new key signs 30 s after it was stored, so every replica knows it by then.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Between two looks because of a key that nobody here knows; anybody can make one up.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A ring with the rows that it was made of.
struct Known {
    rows: Vec<AccessKey>,
    ring: KeyRing,
}

/// The keys of this process.
pub struct Ring {
    store: Store,
    clock: SharedClock,
    secret: SecretString,
    max_age: time::Duration,
    keys: ArcSwap<Known>,
    looked: Mutex<Instant>,
}

impl Ring {
    /// Reads the ring, and makes its first key where there is none.
    pub async fn open(
        store: Store,
        clock: SharedClock,
        secret: SecretString,
        max_age: time::Duration,
    ) -> anyhow::Result<Self> {
        rotate(&store, &clock, Due::After(max_age)).await?;
        let keys = known(&secret, store.access_keys().await?)?;
        Ok(Self {
            store,
            clock,
            secret,
            max_age,
            keys: ArcSwap::from_pointee(keys),
            looked: Mutex::new(Instant::now()),
        })
    }

    /// Keeps it fresh until `stop`.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        let work = async {
            loop {
                self.show_age();
                tokio::time::sleep(LOOK_EVERY).await;
                let due = Due::After(self.max_age);
                let fresh = match rotate(&self.store, &self.clock, due).await {
                    Ok(_) => self.look().await,
                    Err(error) => Err(error.into()),
                };
                if let Err(error) = fresh {
                    tracing::warn!(error = format!("{error:#}"), "the key ring stays as it was");
                }
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// A token for one session, and until when it is good.
    pub fn sign(
        &self,
        person: PersonId,
        session: SessionId,
    ) -> Result<(SecretString, Timestamp), ApiProblem> {
        let now = self.clock.now();
        let id = self.clock.new_id();
        let claims = Claims::new(person.0, session.0, id, now.get(), MAX_LIFETIME);
        let token = self.keys.load().ring.sign(&claims, now.get());
        let token = token.map_err(|error| ApiProblem::internal(Chain(&error)))?;
        Ok((token, now.plus_seconds(MAX_LIFETIME.whole_seconds())))
    }

    /// What a token says. A key that is not known is looked for once more: another replica may have made it.
    pub async fn verify(&self, token: &str) -> Result<Claims, Refused> {
        let first = self.keys.load().ring.verify(token, self.clock.now().get());
        if first != Err(Refused::Invalid(Reason::UnknownKey)) {
            return first;
        }
        let mut looked = self.looked.lock().await;
        if looked.elapsed() >= LOOK_AGAIN {
            *looked = Instant::now();
            if let Err(error) = self.look().await {
                tracing::warn!(error = format!("{error:#}"), "the key ring stays as it was");
            }
        }
        drop(looked);
        self.keys.load().ring.verify(token, self.clock.now().get())
    }

    /// Shows how old the youngest key is, and how old it may become: rotation that fails is seen from outside.
    fn show_age(&self) {
        let youngest = self.keys.load().rows.iter().map(|key| key.created_at).max();
        if let Some(created_at) = youngest {
            let age = self.clock.now().get() - created_at.get();
            metrics::gauge!("argus_access_key_age_seconds").set(age.as_seconds_f64());
            metrics::gauge!("argus_access_key_max_age_seconds").set(self.max_age.as_seconds_f64());
        }
    }

    async fn look(&self) -> anyhow::Result<()> {
        let rows = self.store.access_keys().await?;
        // A ring remembers which signatures it found good: one that is still right is kept.
        if rows != self.keys.load().rows {
            self.keys.store(Arc::new(known(&self.secret, rows)?));
        }
        Ok(())
    }
}

fn known(secret: &SecretString, rows: Vec<AccessKey>) -> anyhow::Result<Known> {
    let ring = KeyRing::new(secret, rows.iter().copied().map(ring_key).collect())?;
    Ok(Known { rows, ring })
}

/// Carries out the rotation that is due, if one is, and says what it was. Of any number of replicas one does it.
pub async fn rotate(
    store: &Store,
    clock: &SharedClock,
    due: Due,
) -> Result<Rotation, argus_store::Error> {
    let now = clock.now();
    let rows: Vec<RingKey> = store
        .access_keys()
        .await?
        .into_iter()
        .map(ring_key)
        .collect();
    if rotation::plan(&rows, now.get(), due, clock.new_id()).is_empty() && due != Due::Now {
        return Ok(Rotation::default());
    }
    let mut tx = store.begin().await?;
    let rows: Vec<RingKey> = tx
        .lock_access_keys()
        .await?
        .into_iter()
        .map(ring_key)
        .collect();
    let plan = rotation::plan(&rows, now.get(), due, clock.new_id());
    for kid in &plan.forget {
        tx.forget_access_key(*kid).await?;
    }
    for (kid, until) in &plan.retire {
        tx.retire_access_key(*kid, Timestamp::new(*until)).await?;
    }
    if let Some(key) = plan.add {
        tx.add_access_key(AccessKey {
            kid: key.kid,
            created_at: Timestamp::new(key.created_at),
            signs_from: Timestamp::new(key.signs_from),
            verifies_until: None,
        })
        .await?;
        let body = json!({ "kid": key.kid, "signs_from": Timestamp::new(key.signs_from) });
        let subject = "access-keys".to_owned();
        tx.append_ledger(record::entry(
            now,
            record::ARGUS,
            Kind::AccessKeyAdded,
            subject,
            body,
        ))
        .await?;
    }
    tx.commit().await?;
    Ok(plan)
}

fn ring_key(key: AccessKey) -> RingKey {
    RingKey {
        kid: key.kid,
        created_at: key.created_at.get(),
        signs_from: key.signs_from.get(),
        verifies_until: key.verifies_until.map(Timestamp::get),
    }
}
