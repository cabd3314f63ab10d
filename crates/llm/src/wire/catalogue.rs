//! The catalogue of actions, read out of the proposal schema.

use serde_json::{Map, Value};

use crate::drafted::{DraftAction, DraftConfig};

/// Every action with what it is about and its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    pub(super) entries: Vec<Entry>,
}

/// The schema is not written as [`Catalogue::of`] reads it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the proposal schema is not understood at {place}: {what}")]
pub struct CatalogueError {
    /// A property, or `Action`.
    pub place: String,
    /// What is wrong there.
    pub what: &'static str,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub name: String,
    pub meaning: String,
    pub subject: Subject,
    /// Its parameters, without what it is about.
    pub fields: Vec<Field>,
}

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Guest,
    Node,
    Volume,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub meaning: String,
    pub kind: Kind,
    pub is_required: bool,
}

/// What a parameter's value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Switch,
    Choice(Vec<String>),
    /// Several texts.
    List,
    /// Parameters of its own.
    Group(Vec<Field>),
}

impl Subject {
    /// The property that carries it.
    pub(super) fn property(self) -> &'static str {
        match self {
            Self::Guest => "target",
            Self::Node => "node",
            Self::Volume => "volume",
        }
    }

    /// An action with a target is about that guest, one with a volume about that one; only then it is about a node.
    fn of(properties: &Map<String, Value>) -> Option<Self> {
        [Self::Guest, Self::Volume, Self::Node]
            .into_iter()
            .find(|subject| properties.contains_key(subject.property()))
    }
}

impl Catalogue {
    /// Reads `proposal.schema.json`. A form of property that is not known here is an error, so that an action that joins
    /// the catalogue is either offered as it is or noticed.
    pub fn of(proposal_schema: &Value) -> Result<Self, CatalogueError> {
        let reader = Reader {
            root: proposal_schema,
        };
        let actions = proposal_schema
            .pointer("/$defs/Action/oneOf")
            .and_then(Value::as_array)
            .ok_or_else(|| error("Action", "there is no list of actions"))?;
        let entries = actions.iter().map(|action| reader.entry(action));
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The part of it that words can be about: what a draft of a model can be held against a request. Asking for no more
    /// than that takes a third of the tokens, and no answer has to be turned down for what was offered.
    #[must_use]
    pub fn for_words(mut self) -> Self {
        let form = |name: &str| {
            let mut forms = DraftAction::FORMS.iter();
            forms.find(|(of, _)| *of == name).map(|(_, names)| *names)
        };
        self.entries.retain_mut(|entry| {
            let Some(names) = form(&entry.name) else {
                return false;
            };
            entry.fields.retain_mut(|field| {
                if let Kind::Group(inner) = &mut field.kind {
                    inner.retain(|field| DraftConfig::NAMES.contains(&field.name.as_str()));
                }
                names.contains(&field.name.as_str())
            });
            true
        });
        self
    }

    /// The names of the actions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }
}

struct Reader<'a> {
    root: &'a Value,
}

impl<'a> Reader<'a> {
    fn entry(&self, action: &'a Value) -> Result<Entry, CatalogueError> {
        let properties = object(action, "properties")
            .ok_or_else(|| error("Action", "an action has no properties"))?;
        let name = properties
            .get("action")
            .and_then(|action| action.get("const"))
            .and_then(Value::as_str)
            .ok_or_else(|| error("Action", "an action has no name"))?;
        let subject = Subject::of(properties)
            .ok_or_else(|| error(name, "it is neither about a guest nor a node nor a volume"))?;
        let mut fields = self.fields(action)?;
        fields.retain(|field| field.name != "action" && field.name != subject.property());
        Ok(Entry {
            name: name.to_owned(),
            meaning: meaning(action),
            subject,
            fields,
        })
    }

    fn fields(&self, schema: &'a Value) -> Result<Vec<Field>, CatalogueError> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let properties = object(schema, "properties").into_iter().flatten();
        properties
            .map(|(name, property)| {
                Ok(Field {
                    name: name.clone(),
                    meaning: meaning(property),
                    kind: self.kind(name, property)?,
                    is_required: required.contains(&name.as_str()),
                })
            })
            .collect()
    }

    fn kind(&self, name: &str, property: &'a Value) -> Result<Kind, CatalogueError> {
        let schema = self.resolved(name, property)?;
        if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
            let words = branches.iter().map(|branch| {
                let word = branch.get("const").and_then(Value::as_str);
                word.map(str::to_owned)
                    .ok_or_else(|| error(name, "a choice is not between words"))
            });
            return Ok(Kind::Choice(words.collect::<Result<_, _>>()?));
        }
        match type_of(schema) {
            Some("string") => Ok(Kind::Text),
            Some("integer") => Ok(Kind::Number),
            Some("boolean") => Ok(Kind::Switch),
            Some("array") if schema.get("items").and_then(type_of) == Some("string") => {
                Ok(Kind::List)
            }
            Some("object") => Ok(Kind::Group(self.fields(schema)?)),
            _ => Err(error(name, "its type is not known here")),
        }
    }

    fn resolved(&self, name: &str, property: &'a Value) -> Result<&'a Value, CatalogueError> {
        let Some(reference) = property.get("$ref") else {
            return Ok(property);
        };
        reference
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or_else(|| error(name, "it refers to what is not there"))
    }
}

fn object<'a>(value: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    value.get(key).and_then(Value::as_object)
}

/// The type, or the one beside null.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .find(|one| *one != "null"),
        _ => None,
    }
}

/// The description in one line, with the range that the wire schema itself does not say.
fn meaning(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str);
    let text = text.unwrap_or_default().replace('\n', " ");
    let bound = |key| schema.get(key).and_then(Value::as_u64);
    match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => format!("{text} From {least} to {most}."),
        _ => text,
    }
}

fn error(place: &str, what: &'static str) -> CatalogueError {
    CatalogueError {
        place: place.to_owned(),
        what,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::catalogue;

    fn fields(name: &str) -> Vec<String> {
        let catalogue = catalogue();
        let entry = catalogue.entry(name).unwrap();
        entry
            .fields
            .iter()
            .map(|field| field.name.clone())
            .collect()
    }

    #[test]
    fn every_action_of_the_schema_is_read_with_its_subject() {
        let catalogue = catalogue();
        assert_eq!(catalogue.entries.len(), 42);
        let subject = |name| catalogue.entry(name).unwrap().subject;
        assert_eq!(subject("guest.migrate"), Subject::Guest);
        assert_eq!(subject("backup.restore"), Subject::Volume);
        assert_eq!(subject("node.service.restart"), Subject::Node);
    }

    #[test]
    fn what_an_action_is_about_is_not_among_its_parameters_and_the_rest_is() {
        assert_eq!(fields("guest.migrate"), ["node"]);
        assert_eq!(fields("node.service.restart"), ["service"]);
        assert_eq!(
            fields("backup.restore"),
            ["new_vmid", "node", "start", "storage"]
        );
        assert!(fields("guest.start").is_empty());
    }

    #[test]
    fn what_words_can_be_about_is_in_the_catalogue_with_all_that_it_needs() {
        let whole = catalogue();
        let part = whole.clone().for_words();
        let names: Vec<&str> = part.names().collect();
        assert_eq!(names.len(), DraftAction::FORMS.len());
        for (name, parameters) in DraftAction::FORMS {
            let entry = part.entry(name).unwrap();
            let offered: Vec<&str> = entry
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            for parameter in *parameters {
                assert!(offered.contains(parameter), "{name} {parameter}");
            }
            let needed = whole.entry(name).unwrap().fields.iter();
            for field in needed.filter(|field| field.is_required) {
                assert!(
                    offered.contains(&field.name.as_str()),
                    "{name} {}",
                    field.name
                );
            }
        }
        let Kind::Group(settings) = &part.entry("guest.config.set").unwrap().fields[0].kind else {
            panic!("settings are a group");
        };
        assert_eq!(settings.len(), DraftConfig::NAMES.len());
    }

    #[test]
    fn a_parameter_s_range_is_said_in_words() {
        let catalogue = catalogue();
        let timeout = &catalogue.entry("guest.shutdown").unwrap().fields[0];
        assert_eq!(timeout.kind, Kind::Number);
        assert!(!timeout.is_required);
        assert!(timeout.meaning.ends_with("From 1 to 3600."), "{timeout:?}");
    }

    #[test]
    fn a_form_that_is_not_known_is_an_error_and_names_its_place() {
        let schema = |property: Value| {
            json!({"$defs": {"Action": {"oneOf": [{
                "properties": {"action": {"type": "string", "const": "x.y"}, "node": {"type": "string"}, "odd": property},
                "required": ["action", "node"],
            }]}}})
        };
        assert!(Catalogue::of(&schema(json!({"type": "integer"}))).is_ok());
        for wrong in [
            json!({"type": "number"}),
            json!({"$ref": "#/$defs/Nobody"}),
            json!({"oneOf": [{"const": 1}]}),
            json!({"type": "array", "items": {"type": "integer"}}),
            json!(true),
        ] {
            assert_eq!(Catalogue::of(&schema(wrong)).unwrap_err().place, "odd");
        }
        assert!(Catalogue::of(&json!({})).is_err());
    }
}
