//! A step's command where nobody reads it.
//!
//! The browser shows a step's title, changes and call, all of which stand beside the command; decoding every command of
//! the catalogue besides would be a fiftieth of the page.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Any command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command;

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl Serialize for Command {
    /// Always an error: what was passed over cannot be written again, and a plan without it would have another digest.
    fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the command was not read"))
    }
}
