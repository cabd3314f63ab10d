//! Secrets that Argus itself holds, in every form in which one may turn up.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::{Zeroize, Zeroizing};

use super::Kind;
use super::placeholder;

/// Bytes that a secret must have: shorter ones stand in ordinary text by chance.
pub const SHORTEST: usize = 6;

/// A secret of Argus and what it is for.
#[derive(Clone, Copy)]
pub struct Held<'a> {
    /// What its placeholder says.
    pub kind: Kind,
    /// The secret. One that is made of parts (an API token, an address with a password) is looked for in its parts too.
    pub secret: &'a str,
}

/// Why a secret cannot be looked for. Nothing may be sent to a model then. It does not say which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It would be found in ordinary text.
    #[error("a secret has fewer than {SHORTEST} bytes, and would be found in ordinary text")]
    TooShort,
    /// It is a piece of what placeholders are written with.
    #[error("a secret is a word that placeholders are made of")]
    Placeholder,
    /// They are too many or too long for one automaton.
    #[error("the secrets are too many to be looked for at once")]
    TooMany,
}

/// One form of a secret. Wiped when dropped.
pub(super) struct Form {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) kind: Kind,
    /// Whether capitals count.
    pub(super) exact: bool,
}

impl Form {
    /// Whether it stands at the beginning of `bytes`.
    pub(super) fn begins(&self, bytes: &[u8]) -> bool {
        bytes.get(..self.bytes.len()).is_some_and(|found| {
            if self.exact {
                found == self.bytes.as_slice()
            } else {
                found.eq_ignore_ascii_case(&self.bytes)
            }
        })
    }
}

/// Every form of every secret.
pub(super) fn forms<'a>(held: impl IntoIterator<Item = Held<'a>>) -> Result<Vec<Form>, Unfit> {
    let mut forms = Vec::new();
    for Held { kind, secret } in held {
        for part in parts(secret) {
            if part.len() < SHORTEST {
                return Err(Unfit::TooShort);
            }
            if is_vocabulary(&part) {
                return Err(Unfit::Placeholder);
            }
            add_forms(&part, kind, &mut forms);
        }
    }
    Ok(forms)
}

/// The secret, and what of it is one by itself: the last part of an API token, the password of an address.
fn parts(secret: &str) -> Vec<Zeroizing<String>> {
    let mut parts = vec![Zeroizing::new(secret.trim().to_owned())];
    let token = secret
        .split_once('!')
        .and_then(|(_, rest)| rest.rsplit_once('='));
    if let Some((_, value)) = token {
        parts.push(Zeroizing::new(value.trim().to_owned()));
    }
    let user = secret
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'));
    if let Some((_, password)) = user.and_then(|(user, _)| user.split_once(':'))
        && !password.is_empty()
    {
        let decoded = percent_decode_str(password)
            .decode_utf8_lossy()
            .into_owned();
        parts.push(Zeroizing::new(password.to_owned()));
        parts.push(Zeroizing::new(decoded));
    }
    parts
}

fn is_vocabulary(secret: &str) -> bool {
    let secret = Zeroizing::new(secret.to_ascii_lowercase());
    let hex = Zeroizing::new(hex::encode(secret.as_bytes()));
    Kind::ALL.into_iter().any(|kind| {
        let written = placeholder::write(kind, 0).to_ascii_lowercase();
        [written.replace("secret", "forged"), written]
            .iter()
            .any(|written| written.contains(secret.as_str()) || written.contains(hex.as_str()))
    })
}

/// RFC 3986's unreserved characters stay.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// What JavaScript's `encodeURIComponent` leaves.
const COMPONENT: AsciiSet = UNRESERVED
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');
/// What may stand in a path.
const PATH: AsciiSet = COMPONENT
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');
/// What may stand in a query.
const QUERY: AsciiSet = PATH.remove(b'/').remove(b'?');

fn add_forms(secret: &str, kind: Kind, forms: &mut Vec<Form>) {
    let mut add = |text: String, exact: bool| {
        let bytes = Zeroizing::new(text.into_bytes());
        if bytes.len() >= SHORTEST
            && !forms
                .iter()
                .any(|form| form.exact <= exact && form.bytes == bytes)
        {
            forms.push(Form { bytes, kind, exact });
        }
    };
    add(secret.to_owned(), false);
    let escaped = escape_json(secret);
    for text in [&escaped, &escape_json(&escaped)] {
        add(text.clone(), false);
        add(text.replace('/', "\\/"), false);
        add(escape_beyond_ascii(text), false);
    }
    for set in [NON_ALPHANUMERIC, &UNRESERVED, &COMPONENT, &PATH, &QUERY] {
        let text = utf8_percent_encode(secret, set).to_string();
        add(text.replace("%20", "+"), false);
        add(utf8_percent_encode(&text, &UNRESERVED).to_string(), false);
        add(text, false);
    }
    add(escape_html(secret), false);
    add(hex::encode(secret.as_bytes()), false);
    for text in [secret, &escaped] {
        for offset in 0..3 {
            let mut padded = vec![0; offset];
            padded.extend_from_slice(text.as_bytes());
            // Characters that are made of this text's bits alone.
            let own = (offset * 8).div_ceil(6)..padded.len() * 8 / 6;
            let standard = STANDARD_NO_PAD.encode(&padded)[own.clone()].to_owned();
            add(URL_SAFE_NO_PAD.encode(&padded)[own].to_owned(), true);
            add(standard.replace('/', "\\/"), true);
            add(
                utf8_percent_encode(&standard, NON_ALPHANUMERIC).to_string(),
                false,
            );
            add(standard, true);
            padded.zeroize();
        }
    }
}

/// The inside of a JSON string.
fn escape_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// As encoders write it that keep to ASCII, or away from HTML.
fn escape_beyond_ascii(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() && !"<>&'".contains(c) {
            escaped.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            escaped.push_str("\\u");
            escaped.push_str(&hex::encode(unit.to_be_bytes()));
        }
    }
    escaped
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
