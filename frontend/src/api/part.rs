//! A part of a JSON answer, read by names. For what is only shown: decoding would write every type of the contract into
//! the page anew. Tests hold what is read here to the contract's own types.

use argus_types::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// A part of an answer. What is not there is nothing: no text, no number, no entries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part<'a>(pub &'a Value);

impl<'a> Part<'a> {
    /// A part of it, where that is there and not null.
    pub fn get(self, name: &str) -> Option<Self> {
        self.0.get(name).filter(|value| !value.is_null()).map(Part)
    }

    /// A text, or a number as it is written, where it is there.
    pub fn maybe(self, name: &str) -> Option<String> {
        self.get(name).map(|part| match part.0 {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }

    /// The same, empty where it is not there.
    pub fn text(self, name: &str) -> String {
        self.maybe(name).unwrap_or_default()
    }

    /// A whole number, where it is there.
    pub fn number(self, name: &str) -> Option<u64> {
        self.get(name)?.0.as_u64()
    }

    /// Whether it says `true`.
    pub fn is(self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|part| *part.0 == Value::Bool(true))
    }

    /// A moment, where it is there.
    pub fn moment(self, name: &str) -> Option<Timestamp> {
        Timestamp::deserialize(self.get(name)?.0.clone()).ok()
    }

    /// Its entries.
    pub fn all(self, name: &str) -> Vec<Self> {
        let entries = self.get(name).and_then(|part| part.0.as_array());
        entries.into_iter().flatten().map(Part).collect()
    }

    /// Its entries that are texts.
    pub fn texts(self, name: &str) -> Vec<String> {
        let entries = self.all(name).into_iter();
        entries
            .filter_map(|part| part.0.as_str().map(str::to_owned))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_there_is_nothing() {
        let value = json!({ "a": null, "b": 7, "c": ["x", 1], "d": true });
        let part = Part(&value);
        assert_eq!((part.maybe("a"), part.text("z")), (None, String::new()));
        assert_eq!(
            (part.text("b"), part.number("b")),
            ("7".to_owned(), Some(7))
        );
        assert_eq!(
            (part.texts("c"), part.all("a")),
            (vec!["x".to_owned()], vec![])
        );
        assert!(part.is("d") && !part.is("b") && !part.is("z"));
        assert_eq!(part.moment("b"), None);
    }
}
