//! Actions by name or by family.

use std::fmt;

use argus_types::action::ActionKind;
use serde::{Serialize, Serializer};

use crate::near;

/// One action of the catalogue (`guest.start`), or all whose names begin alike (`guest.*`, `guest.snapshot.*`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionPattern(Pattern);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Pattern {
    /// Exactly this one.
    Name(String),
    /// Every one that begins so; ends with a full stop.
    Family(String),
}

impl ActionPattern {
    /// Reads a name or a family. One that means nothing in the catalogue is refused: a rule about it would never hold.
    pub fn parse(text: &str) -> Result<Self, String> {
        let known = || ActionKind::ALL.into_iter().map(ActionKind::as_str);
        if let Some(family) = text.strip_suffix('*') {
            if !family.ends_with('.') {
                return Err(format!(
                    "{text:?} is no family of actions; write the part before a full stop and .*, such as \"guest.*\""
                ));
            }
            if !known().any(|name| name.starts_with(family)) {
                return Err(format!(
                    "no action begins with {family:?}; {}",
                    families(known())
                ));
            }
            return Ok(Self(Pattern::Family(family.to_owned())));
        }
        if known().any(|name| name == text) {
            return Ok(Self(Pattern::Name(text.to_owned())));
        }
        let near = near::of(text, known().map(str::to_owned));
        Err(if near.is_empty() {
            format!("there is no action {text:?}; {}", families(known()))
        } else {
            format!("there is no action {text:?}; near it: {}", near.join(", "))
        })
    }

    /// Whether an action of this name is one of them.
    pub fn matches(&self, action: &str) -> bool {
        match &self.0 {
            Pattern::Name(name) => name == action,
            Pattern::Family(family) => action.starts_with(family.as_str()),
        }
    }
}

/// The families that there are.
fn families<'a>(known: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<String> = known
        .filter_map(|name| name.split_once('.'))
        .map(|(family, _)| format!("{family}.*"))
        .collect();
    all.sort_unstable();
    all.dedup();
    format!("there are {}", all.join(", "))
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pattern::Name(name) => f.write_str(name),
            Pattern::Family(family) => write!(f, "{family}*"),
        }
    }
}

impl Serialize for ActionPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
