//! What `SESSION_SECRET` is good for beside access tokens: hashing what is stored, deriving refresh tokens, and
//! making CSRF tokens.

use argus_types::id::SessionId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// A keyed hash of a token: what the database knows of it.
pub type TokenHash = [u8; 32];

/// Makes and checks tokens.
pub struct SessionKeys {
    secret: SecretString,
}

impl SessionKeys {
    /// Keys from the configured secret.
    pub fn new(secret: SecretString) -> Self {
        Self { secret }
    }

    /// A new token of 256 random bits, as it goes to the client.
    pub fn new_token() -> SecretString {
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes).into()
    }

    /// The hash under which a token is stored: a stolen table opens no session.
    pub fn hash(&self, token: &str) -> TokenHash {
        self.mac("token", token.as_bytes())
    }

    /// The refresh token that follows `token`. It takes the token and the secret to know it, so that two tabs that
    /// refresh at once can be given the same one without its being stored.
    pub fn successor(&self, token: &str) -> SecretString {
        URL_SAFE_NO_PAD
            .encode(self.mac("refresh-successor", token.as_bytes()))
            .into()
    }

    /// The CSRF token of a session.
    pub fn csrf_token(&self, session: SessionId) -> String {
        URL_SAFE_NO_PAD.encode(self.mac("csrf", session.0.as_bytes()))
    }

    /// Whether `given` is the session's CSRF token; takes the same time for every wrong one.
    pub fn csrf_matches(&self, session: SessionId, given: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(given) else {
            return false;
        };
        self.keyed("csrf", session.0.as_bytes())
            .verify_slice(&given)
            .is_ok()
    }

    /// The secret itself, for the keys of access tokens.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    fn mac(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        self.keyed(purpose, message).finalize().into_bytes().into()
    }

    fn keyed(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        let key = self.secret.expose_secret().as_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(b"argus\0");
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(message);
        mac
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn keys(secret: &str) -> SessionKeys {
        SessionKeys::new(secret.to_owned().into())
    }

    #[test]
    fn a_csrf_token_belongs_to_one_session_and_one_secret() {
        let (keys, other) = (keys("one"), keys("two"));
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (a, b) = (SessionId(a), SessionId(b));
        let token = keys.csrf_token(a);
        assert!(keys.csrf_matches(a, &token));
        assert!(!keys.csrf_matches(b, &token));
        assert!(!other.csrf_matches(a, &token));
        for wrong in ["", "=", "AAAA", &token[1..]] {
            assert!(!keys.csrf_matches(a, wrong), "{wrong}");
        }
    }

    #[test]
    fn a_successor_needs_the_token_and_the_secret() {
        let successor = |secret, token| keys(secret).successor(token).expose_secret().to_owned();
        assert_eq!(successor("one", "a"), successor("one", "a"));
        assert_ne!(successor("one", "a"), successor("one", "b"));
        assert_ne!(successor("one", "a"), successor("two", "a"));
    }

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (a, b) = (SessionKeys::new_token(), SessionKeys::new_token());
        assert_eq!(a.expose_secret().len(), 43);
        assert_ne!(a.expose_secret(), b.expose_secret());
    }
}
