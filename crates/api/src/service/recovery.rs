//! Recovery codes: a way in for somebody who lost their passkeys, to get a new one with.

use std::sync::Arc;

use argus_store::Store;
use argus_types::account::RecoveryCodes;
use argus_types::problem::ProblemCode;
use rand::RngExt;
use serde_json::json;

use crate::auth_event::{self, Alert};
use crate::clock::SharedClock;
use crate::limits::RateLimits;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::service::sign_in::SignIn;
use crate::session::{ActiveSession, Opened, Sessions, Visit, Way};

/// Codes at a time.
const CODES: usize = 10;
/// Letters of a code; 100 bits.
const LENGTH: usize = 20;
/// Between two hyphens.
const GROUP: usize = 5;
/// No letter that could be taken for a digit (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Makes and takes recovery codes.
#[derive(Clone)]
pub struct Recovery {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
    limits: RateLimits,
    sign_in: SignIn,
}

impl Recovery {
    /// Recovery by codes in `store`.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        clock: SharedClock,
        limits: RateLimits,
        sign_in: SignIn,
    ) -> Self {
        Self {
            store,
            sessions,
            clock,
            limits,
            sign_in,
        }
    }

    /// New codes for the session's person; the ones from before open nothing any more.
    pub async fn make(&self, session: &ActiveSession) -> Result<RecoveryCodes, ApiProblem> {
        let codes: Vec<String> = (0..CODES).map(|_| new_code()).collect();
        let hashes: Vec<_> = codes
            .iter()
            .map(|code| self.sessions.keys().hash(&normal(code)))
            .collect();
        let at = self.clock.now();
        let person = &session.person;
        let mut tx = self.store.begin().await?;
        tx.replace_recovery_codes(person.id, &hashes, at).await?;
        let body = json!({ "codes": CODES, "session": session.id });
        tx.append_ledger(record::of_person(at, person, Kind::RecoveryCodesMade, body))
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::RecoveryCodesMade, "own");
        Ok(RecoveryCodes { codes })
    }

    /// Uses a code up and opens a session that does not last.
    pub async fn sign_in(&self, code: &str, visit: &Visit) -> Result<Opened, ApiProblem> {
        self.limits.recovery(visit.address)?;
        let at = self.clock.now();
        let hash = self.sessions.keys().hash(&normal(code));
        let mut tx = self.store.begin().await?;
        let recovered = tx.consume_recovery_code(hash, at).await?;
        if let Some(recovered) = recovered.filter(|known| self.sign_in.may_enter(known.demo)) {
            let person = &recovered.person;
            let pending = self
                .sign_in
                .open(&mut tx, person, &Way::Recovery, visit)
                .await?;
            let body = json!({ "session": pending.id(), "left": recovered.left });
            tx.append_ledger(record::of_person(at, person, Kind::RecoveryCodeUsed, body))
                .await?;
            tx.commit().await?;
            auth_event::count(Kind::RecoveryCodeUsed, "used");
            auth_event::alert(Alert::RecoveryUsed);
            return self.sessions.opened(pending).await;
        }
        drop(tx);
        self.sign_in
            .refuse(&Way::Recovery, "code_unknown", None)
            .await?;
        Err(ApiProblem::new(
            ProblemCode::SignInRefused,
            "The code was used before, is void or was never made. Try another one, or ask for a one-time link: \
             argus-api sign-in-link --name NAME on the server.",
        ))
    }
}

/// A code as it is shown.
fn new_code() -> String {
    let mut rng = rand::rng();
    let mut code = String::with_capacity(LENGTH + LENGTH / GROUP);
    for place in 0..LENGTH {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
    }
    code
}

/// A code as it is hashed: what people mistype or leave out makes no difference. The word before it keeps these
/// hashes apart from those of every other kind of token.
fn normal(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    "recovery:".chars().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_long_grouped_and_never_the_same() {
        let (a, b) = (new_code(), new_code());
        assert_ne!(a, b);
        assert_eq!(a.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5]);
    }

    #[test]
    fn spaces_hyphens_case_and_letters_that_look_like_digits_do_not_matter() {
        let code = "01ABC-DEFGH-JKMNP-QRSTV";
        for typed in [
            "01abc-defgh-jkmnp-qrstv",
            "01ABC DEFGH JKMNP QRSTV",
            "oiabcdefghjkmnpqrstv",
            " OLABC-DEFGH-JKMNP-QRSTV\n",
        ] {
            assert_eq!(normal(typed), normal(code), "{typed}");
        }
        assert_ne!(normal("01ABC"), normal(code));
    }
}
