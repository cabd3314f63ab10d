//! Between Argus' types and what columns hold.

use std::str::FromStr;

use argus_types::Timestamp;
use argus_types::id::PersonId;
use argus_types::person::Person;
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Error;

/// Reads a word that a CHECK constraint already holds to the list.
pub(crate) fn parse<T: FromStr>(what: &'static str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::Corrupt { what })
}

/// A number that the schema keeps within the target's range.
pub(crate) fn number<T, U: TryFrom<T>>(what: &'static str, value: T) -> Result<U, Error> {
    U::try_from(value).map_err(|_| Error::Corrupt { what })
}

/// A JSON column's content as a type.
pub(crate) fn from_json<T: DeserializeOwned>(
    what: &'static str,
    value: serde_json::Value,
) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|_| Error::Corrupt { what })
}

/// A type as a JSON column's content.
pub(crate) fn to_json<T: Serialize>(
    what: &'static str,
    value: &T,
) -> Result<serde_json::Value, Error> {
    serde_json::to_value(value).map_err(|_| Error::Corrupt { what })
}

pub(crate) fn at(value: OffsetDateTime) -> Timestamp {
    Timestamp::new(value)
}

pub(crate) fn person(id: Uuid, name: String, role: &str) -> Result<Person, Error> {
    Ok(Person {
        id: PersonId(id),
        name,
        role: parse("role", role)?,
    })
}
