//! Structure: fields whose values are secrets whatever they look like.

use serde_json::{Map, Value};

use super::keyword;
use super::{Kind, Redaction};

/// Fields of the Proxmox API that hold secrets and whose names do not say so by themselves, or say it to what looks
/// for words in text only with doubt. From the parameters and answers of its API description: DNS, IPAM and metric
/// servers, ACME, realms, storages, joining a cluster, sign-in with a second factor, consoles.
const FIELDS: &[(&str, Kind)] = &[
    ("cipassword", Kind::Password),
    ("confirmation-password", Kind::Password),
    ("encryption-key", Kind::Key),
    ("keyring", Kind::Key),
    ("eab-hmac-key", Kind::Key),
    ("corosync_authkey", Kind::Key),
    ("authkey", Kind::Key),
    ("key", Kind::Key),
    ("keys", Kind::Code),
    ("totp", Kind::Code),
    ("otp", Kind::Code),
    ("recovery", Kind::Code),
    ("challenge", Kind::Code),
    ("response", Kind::Code),
    ("tfa", Kind::Code),
    ("tfa-challenge", Kind::Ticket),
    ("ticket", Kind::Ticket),
    ("vncticket", Kind::Ticket),
    ("proxyticket", Kind::Ticket),
    ("csrfpreventiontoken", Kind::Csrf),
];

/// Fields beside which `key` is a name: guests' pending options, and pairs of any kind.
const PAIRED: &[&str] = &["value", "pending", "delete"];

/// Fields whose names end like a secret's and that hold none: ids, lists of names, marks of a lock, counts.
const HARMLESS: &[&str] = &[
    "tokenid",
    "full-tokenid",
    "tokens",
    "lock-token",
    "keyboard",
    "public-key",
    "hostkey",
    "host-key",
];

/// Whether a field of this name holds a secret whatever stands in it.
pub(super) fn kind_of(field: &str) -> Option<Kind> {
    if HARMLESS.iter().any(|name| field.eq_ignore_ascii_case(name)) {
        return None;
    }
    let listed = FIELDS
        .iter()
        .find(|(name, _)| field.eq_ignore_ascii_case(name));
    listed
        .map(|(_, kind)| *kind)
        .or_else(|| keyword::names_a_secret(field))
}

impl Redaction {
    /// `value` with every secret replaced, whole fields and pieces of texts.
    pub(super) fn tree(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.replace(text)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.tree(item)).collect()),
            Value::Object(fields) => Value::Object(self.object(fields)),
            Value::Null | Value::Bool(_) | Value::Number(_) => self.leaf(value),
        }
    }

    /// A number may be a secret that Argus holds; anything else without text is none.
    fn leaf(&mut self, value: &Value) -> Value {
        let text = value.to_string();
        let replaced = self.replace(&text);
        if replaced == text {
            value.clone()
        } else {
            Value::String(replaced)
        }
    }

    fn object(&mut self, fields: &Map<String, Value>) -> Map<String, Value> {
        let named = told_by_neighbour(fields);
        let mut redacted = Map::new();
        for (name, value) in fields {
            // In a list of options `key` is the name of one.
            let is_name = name == "key" && PAIRED.iter().any(|with| fields.contains_key(*with));
            let kind = kind_of(name)
                .filter(|_| !is_name)
                .or_else(|| named.filter(|_| name == "value"));
            let value = match kind {
                Some(kind) => self.hidden(kind, value),
                None => self.described(name, value),
            };
            redacted.insert(self.replace(name), value);
        }
        redacted
    }

    /// Below a secret's name nothing stays but what cannot be one.
    fn hidden(&mut self, kind: Kind, value: &Value) -> Value {
        match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::String(text) => Value::String(self.whole(kind, text)),
            Value::Number(number) => Value::String(self.whole(kind, &number.to_string())),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.hidden(kind, item)).collect())
            }
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| (self.replace(name), self.hidden(kind, value)))
                    .collect(),
            ),
        }
    }

    /// A text whose name says something about it, but not enough by itself.
    fn described(&mut self, name: &str, value: &Value) -> Value {
        let Value::String(text) = value else {
            return self.tree(value);
        };
        Value::String(self.beside(name, text))
    }
}

/// `{"name": "password", "value": …}` and what `pveum user token add` answers: another field says what `value` is.
fn told_by_neighbour(fields: &Map<String, Value>) -> Option<Kind> {
    if fields.contains_key("full-tokenid") {
        return Some(Kind::Token);
    }
    let name = fields.get("name").or_else(|| fields.get("key"))?;
    kind_of(name.as_str()?)
}
