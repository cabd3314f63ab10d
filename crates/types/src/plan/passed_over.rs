//! A step's command and the action that undoes it, where nobody reads them.
//!
//! The browser shows a step's title, changes and call, which stand beside them; decoding every command of the catalogue
//! besides would be a fiftieth of the page.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Any value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver;

/// Any command.
pub type Command = PassedOver;
/// Any action.
pub type UndoAction = PassedOver;

impl<'de> Deserialize<'de> for PassedOver {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl Serialize for PassedOver {
    /// Always an error: what was passed over cannot be written again, and a plan without it would have another digest.
    fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the value was not read"))
    }
}
