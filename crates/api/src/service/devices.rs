//! Programs that get an API token by a person's decision in the browser (the shape of RFC 8628).
//!
//! The program shows a code; the person types it, sees what asks from where, and decides. The token is made when the
//! program fetches it, so that nobody keeps its secret in between.

use std::sync::Arc;
use std::time::Duration;

use argus_store::{NewDeviceGrant, Polled, Store};
use argus_types::account::{DeviceDecision, DeviceGrant, DeviceRequest, DeviceStart, DeviceState};
use argus_types::problem::ProblemCode;
use argus_types::{paths, places};
use rand::RngExt;
use secrecy::ExposeSecret;
use serde_json::json;

use super::api_tokens::{ApiTokens, check};
use crate::auth_event;
use crate::clock::SharedClock;
use crate::limits::{RateLimits, wait_for};
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::same_origin::PublicOrigin;
use crate::session::{ActiveSession, SessionKeys, Sessions, Visit};

/// Seconds between two polls, at least.
const INTERVAL_S: u32 = 5;
/// Seconds until a request is void.
const TTL_S: u32 = 600;
/// Letters of a code: 34 bits, for ten minutes and at a few tries a minute.
const LETTERS: usize = 8;
/// Consonants only: no code is a word, and none is mistaken for a digit.
const CONSONANTS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Codes to try until one is free.
const TRIES: usize = 5;

/// Takes programs' requests and people's decisions.
#[derive(Clone)]
pub struct Devices {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    limits: RateLimits,
    tokens: ApiTokens,
    origin: PublicOrigin,
}

impl Devices {
    /// Decisions are made on the page at `origin`.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        limits: RateLimits,
        tokens: ApiTokens,
        origin: PublicOrigin,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            limits,
            tokens,
            origin,
        }
    }

    /// Takes a program's request.
    pub async fn begin(
        &self,
        start: &DeviceStart,
        visit: &Visit,
    ) -> Result<DeviceGrant, ApiProblem> {
        let name: Vec<&str> = start.name.as_str().split_whitespace().collect();
        if name.is_empty() {
            return Err(ApiProblem::new(
                ProblemCode::SchemaViolation,
                "/name is empty: say what asks, such as `argusctl on laptop`.",
            ));
        }
        let device_code = SessionKeys::new_token();
        let at = self.clock.now();
        for _ in 0..TRIES {
            let letters = new_code();
            let grant = NewDeviceGrant {
                device_hash: self.sessions.keys().hash(device_code.expose_secret()),
                user_code: &letters,
                name: &name.join(" "),
                may: start.may,
                address: &visit.address.to_string(),
                at,
                expires_at: at.plus_seconds(TTL_S.into()),
            };
            if self.store.create_device_grant(grant).await? {
                let (first, second) = letters.split_at(LETTERS / 2);
                return Ok(DeviceGrant {
                    device_code: device_code.expose_secret().to_owned(),
                    user_code: format!("{first}-{second}"),
                    verification_uri: format!("{}{}", self.origin.0, places::DEVICE),
                    interval_s: INTERVAL_S,
                    expires_in_s: TTL_S,
                });
            }
        }
        Err(ApiProblem::internal("no code for a device is free"))
    }

    /// Whether a program's request is decided; if it is allowed, the token, once.
    pub async fn poll(&self, device_code: &str, visit: &Visit) -> Result<DeviceState, ApiProblem> {
        let hash = self.sessions.keys().hash(device_code);
        let at = self.clock.now();
        let polled = self
            .store
            .poll_device_grant(hash, at, INTERVAL_S.into())
            .await?;
        match polled {
            Polled::Unknown => {
                self.limits.address(visit.address)?;
                Ok(DeviceState::Refused {})
            }
            Polled::TooEarly => Err(wait_for(Duration::from_secs(u64::from(INTERVAL_S) - 1))),
            Polled::Undecided => Ok(DeviceState::Pending {}),
            Polled::Over => Ok(DeviceState::Refused {}),
            Polled::Allowed => self.give(hash).await,
        }
    }

    async fn give(&self, hash: [u8; 32]) -> Result<DeviceState, ApiProblem> {
        let mut tx = self.store.begin().await?;
        let Some(grant) = tx.take_device_grant(hash, self.clock.now()).await? else {
            return Ok(DeviceState::Refused {});
        };
        // Their role may have changed since they decided.
        check(&grant.person, &grant.scope, &grant.token)?;
        let made = self
            .tokens
            .mint(&mut tx, &grant.person, &grant.token, "device")
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::ApiTokenMade, "device");
        Ok(DeviceState::Granted {
            made: Box::new(made),
        })
    }

    /// What waits under a code.
    pub async fn look(
        &self,
        session: &ActiveSession,
        user_code: &str,
    ) -> Result<DeviceRequest, ApiProblem> {
        self.limits.account(session.person.id.0.as_bytes())?;
        let found = self
            .store
            .undecided_device(&normal(user_code), self.clock.now())
            .await?;
        found.ok_or_else(unknown)
    }

    /// Allows or refuses a program its token.
    pub async fn decide(
        &self,
        session: &ActiveSession,
        decision: &DeviceDecision,
    ) -> Result<(), ApiProblem> {
        let request = self.look(session, &decision.user_code).await?;
        let person = &session.person;
        if let Some(token) = &decision.allow {
            check(person, session.reach.role(), token)?;
            if token.may > request.may {
                return Err(ApiProblem::new(
                    ProblemCode::Forbidden,
                    format!(
                        "The program asked for less: a token that may {}.",
                        request.may.as_str()
                    ),
                ));
            }
        }
        let at = self.clock.now();
        let code = normal(&decision.user_code);
        let mut tx = self.store.begin().await?;
        if !tx
            .decide_device_grant(&code, person.id, decision.allow.as_ref(), at)
            .await?
        {
            return Err(unknown());
        }
        let kind = match decision.allow {
            Some(_) => Kind::DeviceAllowed,
            None => Kind::DeviceRefused,
        };
        let body = json!({
            "program": request.name,
            "address": request.address,
            "asked_for": request.may,
            "allowed": decision.allow,
            "session": session.id,
        });
        tx.append_ledger(record::of_person(at, person, kind, body))
            .await?;
        tx.commit().await?;
        auth_event::count(kind, "console");
        Ok(())
    }
}

fn new_code() -> String {
    let mut rng = rand::rng();
    (0..LETTERS)
        .map(|_| char::from(CONSONANTS[rng.random_range(0..CONSONANTS.len())]))
        .collect()
}

/// A code as it is kept: what people put between letters and how they write them does not matter.
fn normal(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

fn unknown() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::NotFound,
        format!(
            "Nothing waits under this code: it was decided, has expired after ten minutes, or was never given. \
             Compare it with what the program shows, or start there again ({}).",
            paths::DEVICE
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        for typed in ["WDJB-MJHT", "wdjbmjht", " wdjb mjht "] {
            assert_eq!(normal(typed), "WDJBMJHT", "{typed}");
        }
        let code = new_code();
        assert_eq!((code.len(), normal(&code)), (LETTERS, code.clone()));
    }
}
