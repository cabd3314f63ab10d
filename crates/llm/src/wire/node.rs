//! A JSON schema as far as every provider takes it, written in the order in which it was put together.
//!
//! A model writes an answer's keys in the order of the schema, so `action` has to come before what depends on it; a map
//! that sorts its keys would not keep that.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// A part of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    shape: Shape,
    meaning: String,
    may_be_null: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Plain(&'static str),
    Choice(Vec<String>),
    List(Box<Node>),
    Object(Vec<(String, Node)>),
    AnyOf(Vec<Node>),
}

impl Node {
    pub(super) fn text() -> Self {
        Self::of(Shape::Plain("string"))
    }

    pub(super) fn number() -> Self {
        Self::of(Shape::Plain("integer"))
    }

    pub(super) fn switch() -> Self {
        Self::of(Shape::Plain("boolean"))
    }

    /// What has no value: an object without properties is more than some grammars take.
    pub(super) fn nothing() -> Self {
        Self::of(Shape::Plain("null"))
    }

    pub(super) fn choice<I: Into<String>>(words: impl IntoIterator<Item = I>) -> Self {
        Self::of(Shape::Choice(words.into_iter().map(Into::into).collect()))
    }

    pub(super) fn list(items: Self) -> Self {
        Self::of(Shape::List(Box::new(items)))
    }

    /// An object that has exactly these properties, in this order.
    pub(super) fn object<K: Into<String>>(properties: impl IntoIterator<Item = (K, Self)>) -> Self {
        let properties = properties.into_iter().map(|(key, node)| (key.into(), node));
        Self::of(Shape::Object(properties.collect()))
    }

    pub(super) fn any_of(branches: Vec<Self>) -> Self {
        Self::of(Shape::AnyOf(branches))
    }

    fn of(shape: Shape) -> Self {
        Self {
            shape,
            meaning: String::new(),
            may_be_null: false,
        }
    }

    pub(super) fn meaning(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = meaning.into();
        self
    }

    pub(super) fn or_null(mut self) -> Self {
        self.may_be_null = true;
        self
    }

    pub(super) fn to_json(&self) -> Box<RawValue> {
        serde_json::value::to_raw_value(self)
            .expect("a schema is text, lists and maps with text for keys")
    }

    fn type_name(&self) -> Option<&'static str> {
        match &self.shape {
            Shape::Plain(name) => Some(name),
            Shape::Choice(_) => Some("string"),
            Shape::List(_) => Some("array"),
            Shape::Object(_) => Some("object"),
            Shape::AnyOf(_) => None,
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.type_name() {
            Some(name) if self.may_be_null => map.serialize_entry("type", &[name, "null"])?,
            Some(name) => map.serialize_entry("type", name)?,
            None => {}
        }
        if !self.meaning.is_empty() {
            map.serialize_entry("description", &self.meaning)?;
        }
        match &self.shape {
            Shape::Plain(_) => {}
            Shape::Choice(words) => {
                let mut words: Vec<_> = words.iter().map(Some).collect();
                if self.may_be_null {
                    words.push(None);
                }
                map.serialize_entry("enum", &words)?;
            }
            Shape::List(items) => map.serialize_entry("items", items)?,
            Shape::Object(properties) => {
                let names: Vec<_> = properties.iter().map(|(name, _)| name).collect();
                map.serialize_entry("properties", &Properties(properties))?;
                map.serialize_entry("required", &names)?;
                map.serialize_entry("additionalProperties", &false)?;
            }
            Shape::AnyOf(branches) => map.serialize_entry("anyOf", branches)?,
        }
        map.end()
    }
}

struct Properties<'a>(&'a [(String, Node)]);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, node)| (name, node)))
    }
}
