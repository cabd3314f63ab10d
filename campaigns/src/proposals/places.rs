//! Places in a document.

use serde_json::Value;

/// A place, as the way to it from the top.
pub type Place = Vec<Key>;

/// One part of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A field of an object.
    Field(String),
    /// An entry of a list.
    Entry(usize),
}

/// Every place of `document`, its top first.
pub fn all(document: &Value) -> Vec<Place> {
    let mut found = vec![Vec::new()];
    let mut next = 0;
    while let Some(place) = found.get(next).cloned() {
        next += 1;
        let below: Vec<Key> = match at(document, &place) {
            Some(Value::Object(object)) => object.keys().cloned().map(Key::Field).collect(),
            Some(Value::Array(list)) => (0..list.len()).map(Key::Entry).collect(),
            _ => Vec::new(),
        };
        found.extend(
            below
                .into_iter()
                .map(|key| [place.clone(), vec![key]].concat()),
        );
    }
    found
}

/// What is there.
pub fn at<'a>(document: &'a Value, place: &[Key]) -> Option<&'a Value> {
    place.iter().try_fold(document, |value, key| match key {
        Key::Field(name) => value.get(name),
        Key::Entry(index) => value.get(index),
    })
}

/// What is there, to be changed.
pub fn at_mut<'a>(document: &'a mut Value, place: &[Key]) -> Option<&'a mut Value> {
    place.iter().try_fold(document, |value, key| match key {
        Key::Field(name) => value.get_mut(name),
        Key::Entry(index) => value.get_mut(index),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_is_found_and_can_be_changed() {
        let mut document = json!({"a": [1, {"b": 2}], "c": null});
        let places = all(&document);
        assert_eq!(places.len(), 6);
        for place in &places {
            assert!(at(&document, place).is_some());
        }
        *at_mut(&mut document, &places[5]).unwrap() = json!(3);
        assert_eq!(document, json!({"a": [1, {"b": 3}], "c": null}));
    }
}
