//! A passkey in software: a browser and its authenticator in one, for tests that have neither.
//!
//! It does what an honest pair does, and each dishonest thing a test may want it to do. Its answers are written by
//! hand from the specification (WebAuthn Level 3, sections 5.8.1, 6.1 and 6.5.1), so that they do not share a mistake
//! with the library that reads them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

mod cbor;
mod key;

use key::Key;

/// A browser with an authenticator. A clone of it is what a thief has who copied the keys.
#[derive(Debug, Clone)]
pub struct Authenticator {
    /// Where the browser says it is.
    pub origin: String,
    /// Whether the page is embedded in another site's.
    pub embedded: bool,
    /// Whether somebody touches the authenticator.
    pub user_present: bool,
    /// Whether the authenticator verifies who touches it.
    pub user_verified: bool,
    /// Whether keys find themselves, which is what makes them passkeys.
    pub discoverable: bool,
    /// Whether keys may be copied to other devices, and are.
    pub backed_up: bool,
    /// Whether a key counts its uses. Ones that are backed up don't.
    pub counts: bool,
    /// Signs for this host instead of the one that was asked for.
    pub relying_party: Option<String>,
    /// Names this account instead of the one that the key was made for.
    pub user_handle: Option<Vec<u8>>,
    keys: Vec<Credential>,
}

/// A key that the authenticator keeps.
#[derive(Debug, Clone)]
struct Credential {
    id: Vec<u8>,
    host: String,
    user_handle: Vec<u8>,
    key: Key,
    counter: u32,
}

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_KEY: u8 = 0x40;

impl Authenticator {
    /// An honest one, in a browser on the console's page.
    pub fn new(origin: &Url) -> Self {
        Self {
            origin: origin.origin().ascii_serialization(),
            embedded: false,
            user_present: true,
            user_verified: true,
            discoverable: true,
            backed_up: false,
            counts: true,
            relying_party: None,
            user_handle: None,
            keys: Vec::new(),
        }
    }

    /// Answers `navigator.credentials.create(options)`; nothing if it has one of the excluded keys already.
    pub fn create(&mut self, options: &Value) -> Option<Value> {
        let options = &options["publicKey"];
        if self.listed(&options["excludeCredentials"]).is_some() {
            return None;
        }
        let mut id = [0_u8; 32];
        rand::rng().fill_bytes(&mut id);
        let made = Credential {
            id: id.to_vec(),
            host: text(&options["rp"]["id"]),
            user_handle: decoded(&options["user"]["id"]),
            key: Key::generate(),
            counter: 0,
        };
        let mut data = self.authenticator_data(&made, HAS_KEY);
        data.extend_from_slice(&[0; 16]); // no make
        data.extend_from_slice(&[0, 32]); // the id's length
        data.extend_from_slice(&made.id);
        data.extend_from_slice(&made.key.cose());
        let answer = json!({
            "id": URL_SAFE_NO_PAD.encode(&made.id),
            "rawId": URL_SAFE_NO_PAD.encode(&made.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": self.discoverable}},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(self.client_data("webauthn.create", options)),
                "attestationObject": URL_SAFE_NO_PAD.encode(cbor::attestation_object(&data)),
                "transports": ["internal"],
            },
        });
        self.keys.push(made);
        Some(answer)
    }

    /// Answers `navigator.credentials.get(options)` with the newest key that fits; nothing if none does.
    pub fn get(&mut self, options: &Value) -> Option<Value> {
        let options = &options["publicKey"];
        let allowed = &options["allowCredentials"];
        let at = if allowed.as_array().is_some_and(|list| !list.is_empty()) {
            self.listed(allowed)?
        } else {
            let host = text(&options["rpId"]);
            self.keys.iter().rposition(|key| key.host == host)?
        };
        let client_data = self.client_data("webauthn.get", options);
        if self.counts {
            self.keys[at].counter += 1;
        }
        let used = &self.keys[at];
        let data = self.authenticator_data(used, 0);
        let mut signed = data.clone();
        signed.extend_from_slice(&Sha256::digest(client_data.as_bytes()));
        let handle = self.user_handle.as_ref().unwrap_or(&used.user_handle);
        Some(json!({
            "id": URL_SAFE_NO_PAD.encode(&used.id),
            "rawId": URL_SAFE_NO_PAD.encode(&used.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(&client_data),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(used.key.sign(&signed)),
                "userHandle": URL_SAFE_NO_PAD.encode(handle),
            },
        }))
    }

    /// Sets the counter of the newest key.
    pub fn set_counter(&mut self, counter: u32) {
        if let Some(key) = self.keys.last_mut() {
            key.counter = counter;
        }
    }

    /// The newest of our keys that a list of `{id}` names.
    fn listed(&self, list: &Value) -> Option<usize> {
        let ids: Vec<Vec<u8>> = list
            .as_array()?
            .iter()
            .map(|named| decoded(&named["id"]))
            .collect();
        self.keys.iter().rposition(|key| ids.contains(&key.id))
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": self.embedded,
        })
        .to_string()
    }

    fn authenticator_data(&self, key: &Credential, more: u8) -> Vec<u8> {
        let host = self.relying_party.as_ref().unwrap_or(&key.host);
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let flags = more
            | flag(self.user_present, USER_PRESENT)
            | flag(self.user_verified, USER_VERIFIED)
            | flag(self.backed_up, BACKUP_ELIGIBLE | BACKED_UP);
        let mut data = Sha256::digest(host.as_bytes()).to_vec();
        data.push(flags);
        data.extend_from_slice(&key.counter.to_be_bytes());
        data
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn decoded(value: &Value) -> Vec<u8> {
    let bytes = URL_SAFE_NO_PAD.decode(value.as_str().expect("options have ids as text"));
    bytes.expect("options have ids in base64url")
}
