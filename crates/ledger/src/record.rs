//! One record and how its hash is taken.
//!
//! The hash is SHA-256 over a fixed prefix (so that no other document of Argus can pass for a record) and
//! the RFC 8785 form of every field but the hash itself. RFC 8785 numbers are IEEE doubles, so a body with
//! an integer that a double cannot hold is refused before it is hashed.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use crate::hash::Hash;

/// Says what is hashed; the trailing zero byte cannot occur in JSON text.
const PREFIX: &[u8] = b"argus ledger record 1\0";
/// The largest integer up to which every integer has a double of its own: 2^53 - 1.
const LARGEST_SAFE_INTEGER: u64 = (1 << 53) - 1;
/// Deeper bodies are refused: the walk over them must not exhaust the stack.
const DEEPEST_BODY: usize = 64;

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When, in RFC 3339 with milliseconds. Hashed as text: whoever stores it must give back the same text.
    pub at: String,
    /// The person's name, or `argus`.
    pub actor: String,
    /// What kind of thing happened, such as `proposal.confirmed`.
    pub kind: String,
    /// What it was about, such as `proposal/01997…`.
    pub subject: String,
    /// The facts.
    pub body: Value,
}

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Position, from 1, without gaps.
    pub seq: u64,
    /// See [`Entry::at`].
    pub at: String,
    /// See [`Entry::actor`].
    pub actor: String,
    /// See [`Entry::kind`].
    pub kind: String,
    /// See [`Entry::subject`].
    pub subject: String,
    /// See [`Entry::body`].
    pub body: Value,
    /// The hash of the record before; [`Hash::ZERO`] for the first.
    pub prev_hash: Hash,
    /// The hash of this record.
    pub hash: Hash,
}

/// The end of a chain: what the next record links to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The last record's position; 0 before the first.
    pub seq: u64,
    /// The last record's hash; [`Hash::ZERO`] before the first.
    pub hash: Hash,
}

impl Head {
    /// The head of a ledger without records.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: Hash::ZERO,
    };
}

/// Why something cannot be a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unrecordable {
    /// A number that RFC 8785 would round, and with it the proof.
    #[error("{pointer:?} holds {number}, which a JSON double cannot carry exactly")]
    InexactNumber {
        /// Where in the body, by JSON pointer; `seq` for the position.
        pointer: String,
        /// The number as written.
        number: String,
    },
    /// The body is nested too deeply.
    #[error("the body is nested more than {DEEPEST_BODY} deep")]
    TooDeep,
    /// The canonical form could not be written.
    #[error("the record has no canonical form: {0}")]
    NoCanonicalForm(String),
}

/// Everything of a record that its hash covers. Borrowed, because hashing must not copy bodies.
#[derive(Serialize)]
struct Hashed<'a> {
    seq: u64,
    at: &'a str,
    actor: &'a str,
    kind: &'a str,
    subject: &'a str,
    body: &'a Value,
    prev_hash: Hash,
}

impl Record {
    /// Links `entry` to the end of a chain; `None` starts one.
    pub fn chain(prev: Option<&Head>, entry: Entry) -> Result<Self, Unrecordable> {
        let prev = prev.copied().unwrap_or(Head::EMPTY);
        let mut record = Self {
            seq: prev.seq.saturating_add(1),
            at: entry.at,
            actor: entry.actor,
            kind: entry.kind,
            subject: entry.subject,
            body: entry.body,
            prev_hash: prev.hash,
            hash: Hash::ZERO,
        };
        record.hash = record.compute_hash()?;
        Ok(record)
    }

    /// The hash that this record must carry. Refuses what cannot be hashed faithfully.
    pub fn compute_hash(&self) -> Result<Hash, Unrecordable> {
        if self.seq > LARGEST_SAFE_INTEGER {
            return Err(Unrecordable::InexactNumber {
                pointer: "seq".to_owned(),
                number: self.seq.to_string(),
            });
        }
        check(&self.body, &mut String::new(), DEEPEST_BODY)?;
        let canonical = serde_json_canonicalizer::to_vec(&Hashed {
            seq: self.seq,
            at: &self.at,
            actor: &self.actor,
            kind: &self.kind,
            subject: &self.subject,
            body: &self.body,
            prev_hash: self.prev_hash,
        })
        .map_err(|error| Unrecordable::NoCanonicalForm(error.to_string()))?;
        let digest = Sha256::new()
            .chain_update(PREFIX)
            .chain_update(&canonical)
            .finalize();
        Ok(Hash::new(digest.into()))
    }

    /// The chain's end, if this is its last record.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// Refuses numbers that would change on their way through a double, and bottomless nesting.
fn check(value: &Value, pointer: &mut String, depth: usize) -> Result<(), Unrecordable> {
    let Some(below) = depth.checked_sub(1) else {
        return Err(Unrecordable::TooDeep);
    };
    let length = pointer.len();
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => {}
        Value::Number(number) if is_exact(number) => {}
        Value::Number(number) => {
            return Err(Unrecordable::InexactNumber {
                pointer: pointer.clone(),
                number: number.to_string(),
            });
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push('/');
                pointer.push_str(&index.to_string());
                check(item, pointer, below)?;
                pointer.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                check(item, pointer, below)?;
                pointer.truncate(length);
            }
        }
    }
    Ok(())
}

fn is_exact(number: &Number) -> bool {
    if let Some(unsigned) = number.as_u64() {
        unsigned <= LARGEST_SAFE_INTEGER
    } else if let Some(signed) = number.as_i64() {
        signed.unsigned_abs() <= LARGEST_SAFE_INTEGER
    } else {
        // Written with a point or an exponent (a double already), or too large for any integer type.
        number.as_f64().is_some_and(f64::is_finite) && number.to_string().contains(['.', 'e', 'E'])
    }
}
