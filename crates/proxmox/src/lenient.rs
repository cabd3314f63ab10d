//! Reading Proxmox's scalars, whatever JSON type they come in today.
//!
//! Perl has no types: a number arrives as a number or a string, a boolean as 0, 1, "1", "" or absent, and an
//! undefined field as null or not at all. Which one it is changes between releases. Absent, null and the empty
//! string mean "not there"; a text that is no number is an error with its path, never a silent zero.

use std::fmt;

use serde::{
    Deserialize,
    de::{Deserializer, Error as _, Unexpected, Visitor},
};

/// Any JSON scalar.
enum Scalar {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, number, boolean or null")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Signed(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }
}

fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
    deserializer.deserialize_any(ScalarVisitor)
}

/// A text, out of a string or a number; null or absent is `None`.
pub(crate) fn opt_text<'de, D: Deserializer<'de>>(de: D) -> Result<Option<String>, D::Error> {
    Ok(match scalar(de)? {
        Scalar::Null => None,
        Scalar::Bool(value) => Some(u8::from(value).to_string()),
        Scalar::Unsigned(value) => Some(value.to_string()),
        Scalar::Signed(value) => Some(value.to_string()),
        Scalar::Float(value) => Some(value.to_string()),
        Scalar::Text(value) => Some(value),
    })
}

/// A text that has to be there.
pub(crate) fn text<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    opt_text(de)?.ok_or_else(|| D::Error::invalid_type(Unexpected::Unit, &"a text"))
}

/// A count, size or epoch second; fractions are cut off, negatives refused.
pub(crate) fn opt_uint<'de, D: Deserializer<'de>>(de: D) -> Result<Option<u64>, D::Error> {
    let expected = &"a number that is not negative";
    match scalar(de)? {
        Scalar::Null => Ok(None),
        Scalar::Bool(value) => Ok(Some(u64::from(value))),
        Scalar::Unsigned(value) => Ok(Some(value)),
        Scalar::Signed(value) => u64::try_from(value)
            .map(Some)
            .map_err(|_| D::Error::invalid_value(Unexpected::Signed(value), expected)),
        Scalar::Float(value) => whole(value)
            .map(Some)
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Float(value), expected)),
        Scalar::Text(value) if value.is_empty() => Ok(None),
        Scalar::Text(value) => match value.parse::<u64>() {
            Ok(number) => Ok(Some(number)),
            Err(_) => value
                .parse::<f64>()
                .ok()
                .and_then(whole)
                .map(Some)
                .ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&value), expected)),
        },
    }
}

/// As [`opt_uint`], and it has to be there.
pub(crate) fn uint<'de, D: Deserializer<'de>>(de: D) -> Result<u64, D::Error> {
    opt_uint(de)?.ok_or_else(|| D::Error::invalid_type(Unexpected::Unit, &"a number"))
}

/// As [`uint`], within 32 bits: guest numbers, line numbers.
pub(crate) fn uint32<'de, D: Deserializer<'de>>(de: D) -> Result<u32, D::Error> {
    let value = uint(de)?;
    u32::try_from(value)
        .map_err(|_| D::Error::invalid_value(Unexpected::Unsigned(value), &"a 32 bit number"))
}

/// As [`opt_uint`], within 32 bits.
pub(crate) fn opt_uint32<'de, D: Deserializer<'de>>(de: D) -> Result<Option<u32>, D::Error> {
    opt_uint(de)?
        .map(|value| {
            u32::try_from(value).map_err(|_| {
                D::Error::invalid_value(Unexpected::Unsigned(value), &"a 32 bit number")
            })
        })
        .transpose()
}

/// A finite number; "nan" and "inf" count as not there, as RRD means them.
pub(crate) fn opt_float<'de, D: Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
    let value = match scalar(de)? {
        Scalar::Null => return Ok(None),
        Scalar::Bool(value) => f64::from(u8::from(value)),
        Scalar::Unsigned(value) => value as f64,
        Scalar::Signed(value) => value as f64,
        Scalar::Float(value) => value,
        Scalar::Text(value) if value.is_empty() => return Ok(None),
        Scalar::Text(value) => value
            .parse()
            .map_err(|_| D::Error::invalid_value(Unexpected::Str(&value), &"a number"))?,
    };
    Ok(value.is_finite().then_some(value))
}

/// A boolean in any of Perl's spellings; null and the empty string are not there.
pub(crate) fn opt_flag<'de, D: Deserializer<'de>>(de: D) -> Result<Option<bool>, D::Error> {
    match scalar(de)? {
        Scalar::Null => Ok(None),
        Scalar::Bool(value) => Ok(Some(value)),
        Scalar::Unsigned(value) => Ok(Some(value != 0)),
        Scalar::Signed(value) => Ok(Some(value != 0)),
        Scalar::Float(value) => Ok(Some(value != 0.0)),
        Scalar::Text(value) if value.is_empty() => Ok(None),
        Scalar::Text(value) => parse_flag(&value).map(Some).ok_or_else(|| {
            D::Error::invalid_value(Unexpected::Str(&value), &"a boolean such as 0 or 1")
        }),
    }
}

/// A boolean that is false when it is not there.
pub(crate) fn flag<'de, D: Deserializer<'de>>(de: D) -> Result<bool, D::Error> {
    Ok(opt_flag(de)?.unwrap_or(false))
}

/// A list, map or object that is its default when it is null. Proxmox drops most of them, some it sends as null.
pub(crate) fn or_default<'de, D, T>(de: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(de)?.unwrap_or_default())
}

/// Proxmox's spellings of a boolean in configuration files.
pub(crate) fn parse_flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "on" | "yes" | "true" => Some(true),
        "0" | "off" | "no" | "false" => Some(false),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the range is checked first"
)]
fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value < u64::MAX as f64).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Sample {
        #[serde(default, deserialize_with = "opt_uint")]
        size: Option<u64>,
        #[serde(default, deserialize_with = "opt_float")]
        load: Option<f64>,
        #[serde(default, deserialize_with = "flag")]
        on: bool,
        #[serde(default, deserialize_with = "opt_text")]
        name: Option<String>,
    }

    fn read(value: Value) -> Result<Sample, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn a_number_is_read_from_every_shape_it_comes_in() {
        let table = [
            (json!({}), None),
            (json!({"size": null}), None),
            (json!({"size": ""}), None),
            (json!({"size": 512}), Some(512)),
            (json!({"size": "512"}), Some(512)),
            (json!({"size": 512.9}), Some(512)),
            (json!({"size": "1e3"}), Some(1000)),
            (json!({"size": true}), Some(1)),
            (json!({"size": u64::MAX}), Some(u64::MAX)),
        ];
        for (value, expected) in table {
            assert_eq!(read(value.clone()).unwrap().size, expected, "{value}");
        }
    }

    #[test]
    fn a_text_that_is_no_number_is_an_error_and_not_a_zero() {
        for value in [
            json!("N/A"),
            json!(-1),
            json!("-5"),
            json!(1e30),
            json!([]),
            json!({}),
        ] {
            assert!(read(json!({ "size": value })).is_err(), "{value}");
        }
    }

    #[test]
    fn a_boolean_is_read_from_every_spelling() {
        let table = [
            (json!({}), false),
            (json!({"on": null}), false),
            (json!({"on": ""}), false),
            (json!({"on": 0}), false),
            (json!({"on": "0"}), false),
            (json!({"on": 1}), true),
            (json!({"on": "1"}), true),
            (json!({"on": true}), true),
            (json!({"on": "yes"}), true),
        ];
        for (value, expected) in table {
            assert_eq!(read(value.clone()).unwrap().on, expected, "{value}");
        }
        assert!(read(json!({"on": "perhaps"})).is_err());
    }

    #[test]
    fn a_float_that_is_not_finite_is_not_there() {
        assert_eq!(read(json!({"load": "nan"})).unwrap().load, None);
        assert_eq!(read(json!({"load": "0.25"})).unwrap().load, Some(0.25));
        assert_eq!(read(json!({"load": 3})).unwrap().load, Some(3.0));
    }

    #[test]
    fn a_text_may_come_as_a_number() {
        assert_eq!(read(json!({"name": 7})).unwrap().name.as_deref(), Some("7"));
        assert_eq!(
            read(json!({"name": "7"})).unwrap().name.as_deref(),
            Some("7")
        );
    }
}
