//! Tokens whose signature was found good before.
//!
//! A page sends the same token with each request for a quarter of an hour, and a signature costs more to check than
//! all else about a request that is answered from memory. That this key signed these bytes stays true, so only that
//! is remembered: whether the key still counts and the token still holds is asked every time. Forged tokens are not
//! remembered, so nobody without a good token can fill the memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::{Claims, RingKey};

/// How many tokens are remembered: many times the people who use one console within a token's life.
const CAPACITY: usize = 4096;

/// What a good signature showed.
#[derive(Clone)]
pub(super) struct Verified {
    /// The key whose signature it is.
    pub(super) key: RingKey,
    /// What it signed.
    pub(super) claims: Claims,
}

/// By digest, so that no memory holds tokens that somebody could take out of it and use.
#[derive(Default)]
pub(super) struct VerifiedTokens(Mutex<HashMap<[u8; 32], Verified>>);

impl VerifiedTokens {
    pub(super) fn get(&self, token: &str) -> Option<Verified> {
        self.lock().get(&digest(token)).cloned()
    }

    /// Remembers a token at `now`, in seconds since 1970.
    pub(super) fn insert(&self, token: &str, verified: Verified, now: i64) {
        let mut tokens = self.lock();
        if tokens.len() >= CAPACITY {
            tokens.retain(|_, verified| verified.claims.exp > now);
        }
        // All of them still hold: start anew. It costs a check of each, and is no reason to grow without bounds.
        if tokens.len() >= CAPACITY {
            tokens.clear();
        }
        tokens.insert(digest(token), verified);
    }

    /// A panic elsewhere leaves the map whole: each change to it is a single call.
    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Verified>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use time::{Duration, OffsetDateTime};
    use uuid::Uuid;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

    fn until(exp: i64) -> Verified {
        let claims = Claims::new(Uuid::nil(), Uuid::nil(), Uuid::nil(), NOW, Duration::MINUTE);
        let key = RingKey {
            kid: Uuid::nil(),
            created_at: NOW,
            signs_from: NOW,
            verifies_until: None,
        };
        Verified {
            key,
            claims: Claims { exp, ..claims },
        }
    }

    #[test]
    fn a_full_memory_forgets_what_is_over_and_never_grows() {
        let tokens = VerifiedTokens::default();
        tokens.insert("lasting", until(100), 0);
        for number in 1..CAPACITY {
            tokens.insert(&number.to_string(), until(10), 0);
        }
        tokens.insert("new", until(100), 50);
        assert_eq!(tokens.lock().len(), 2);
        assert!(tokens.get("lasting").is_some() && tokens.get("1").is_none());

        for number in 0..CAPACITY * 2 {
            tokens.insert(&number.to_string(), until(100), 50);
            assert!(tokens.lock().len() <= CAPACITY);
        }
    }
}
