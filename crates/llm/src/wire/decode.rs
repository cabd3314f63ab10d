//! From an answer in one of the two renderings to a draft in the form of the proposal schema.
//!
//! Nothing is repaired here: a key that does not belong, a kind that contradicts what else is said, a number that is
//! none is a [`Misfit`] with its place, which one repair round may show to the model. Values are not judged beyond their
//! form; that is the proposal schema's part.

use serde_json::{Map, Value, json};

use super::catalogue::{Catalogue, Entry, Field, Kind, Subject};
use super::schema::{FLAT_KINDS, Rendering, leaves};

/// What a model wishes.
#[derive(Debug, Clone, PartialEq)]
pub enum Wished {
    /// Candidate actions.
    Plan {
        /// The request in a sentence.
        summary: String,
        /// A draft as the proposal schema writes it, `{"actions": […]}`; not yet validated.
        draft: Value,
        /// Why each action, in their order.
        rationales: Vec<String>,
    },
    /// The request leaves something open.
    Clarify {
        /// The request in a sentence.
        summary: String,
        /// At least one.
        questions: Vec<OpenQuestion>,
    },
    /// Nothing can come of it.
    Refuse {
        /// Why.
        reason: String,
    },
}

/// A question of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The question.
    pub text: String,
    /// Answers to choose from.
    pub choices: Vec<String>,
}

/// A place at which an answer is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Misfit {
    /// A JSON pointer into the answer; the whole is the empty one.
    pub place: String,
    /// What is wrong, in words for a model as well as for people.
    pub what: String,
}

type Misfits = Vec<Misfit>;

/// Most misfits of one answer: a model that got this much wrong is not helped by more, and an answer may be long.
const MOST_MISFITS: usize = 20;

impl Catalogue {
    /// Reads an answer. `answer` comes out of a strict parser: of a key that stands twice, a loose one keeps whichever
    /// it likes.
    pub fn read(&self, rendering: Rendering, answer: &Value) -> Result<Wished, Misfits> {
        let root = Part::root(answer)?;
        root.only(&["kind", "summary", "questions", "refusal", "steps"])?;
        let (kind, summary) = (root.text("kind")?, root.text("summary")?);
        let (questions, refusal) = (root.list("questions")?, root.text("refusal")?);
        let steps = root.list("steps")?;
        let says = [
            ("plan", !steps.is_empty()),
            ("clarify", !questions.is_empty()),
            ("refuse", !refusal.trim().is_empty()),
        ];
        // Neither half of a contradiction is believed.
        if says.iter().any(|(of, said)| *said != (*of == kind)) {
            return Err(vec![misfit(
                "/kind",
                "steps belong to plan, questions to clarify and a refusal to refuse: exactly the one that kind names must be given",
            )]);
        }
        match kind {
            "plan" => self.plan(rendering, summary, &steps),
            "clarify" => Ok(Wished::Clarify {
                summary: summary.to_owned(),
                questions: all(questions.iter().map(question))?,
            }),
            _ => Ok(Wished::Refuse {
                reason: refusal.to_owned(),
            }),
        }
    }

    fn plan(&self, rendering: Rendering, summary: &str, steps: &[Part]) -> Result<Wished, Misfits> {
        let read = all(steps.iter().map(|step| self.step(rendering, step)))?;
        let (actions, rationales): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        Ok(Wished::Plan {
            summary: summary.to_owned(),
            draft: json!({ "actions": actions }),
            rationales,
        })
    }

    fn step(&self, rendering: Rendering, step: &Part) -> Result<(Value, String), Misfits> {
        let step = step.object()?;
        step.only(&["action", "target", "params", "rationale"])?;
        let name = step.text("action")?;
        let entry = self.entry(name).ok_or_else(|| {
            vec![misfit(
                &format!("{}/action", step.place),
                "there is no such action",
            )]
        })?;
        let target = step.get("target")?.object()?;
        let (subject, mut action) = match rendering {
            Rendering::Rich => (rich_subject(entry, &target)?, rich_params(entry, &step)?),
            Rendering::Flat => (flat_subject(entry, &target)?, flat_params(entry, &step)?),
        };
        action.insert("action".to_owned(), name.into());
        action.insert(entry.subject.property().to_owned(), subject);
        let rationale = step.text("rationale")?.to_owned();
        Ok((Value::Object(action), rationale))
    }
}

fn question(part: &Part) -> Result<OpenQuestion, Misfits> {
    let question = part.object()?;
    question.only(&["text", "choices"])?;
    let choices = question.list("choices")?;
    Ok(OpenQuestion {
        text: question.text("text")?.to_owned(),
        choices: all(choices
            .iter()
            .map(|choice| Ok(choice.as_text()?.to_owned())))?,
    })
}

fn rich_subject(entry: &Entry, target: &Object) -> Result<Value, Misfits> {
    match entry.subject {
        Subject::Guest => {
            target.only(&["kind", "vmid"])?;
            Ok(json!({ "kind": target.text("kind")?, "vmid": target.get("vmid")?.value }))
        }
        Subject::Node | Subject::Volume => {
            let property = entry.subject.property();
            target.only(&[property])?;
            Ok(target.text(property)?.into())
        }
    }
}

fn rich_params(entry: &Entry, step: &Object) -> Result<Map<String, Value>, Misfits> {
    let params = step.get("params")?;
    if params.value.is_null() {
        return Ok(Map::new());
    }
    named(&entry.fields, &params.object()?)
}

/// The fields that were given; a null is one that was not.
fn named(fields: &[Field], given: &Object) -> Result<Map<String, Value>, Misfits> {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    given.only(&names)?;
    let mut out = Map::new();
    for field in fields {
        let Some(value) = given.map.get(&field.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let value = match &field.kind {
            Kind::Group(inner) => {
                let part = given.get(&field.name)?;
                Value::Object(named(inner, &part.object()?)?)
            }
            _ => value.clone(),
        };
        out.insert(field.name.clone(), value);
    }
    Ok(out)
}

fn flat_subject(entry: &Entry, target: &Object) -> Result<Value, Misfits> {
    target.only(&["kind", "id"])?;
    let (kind, id) = (target.text("kind")?, target.text("id")?);
    let fits = match entry.subject {
        Subject::Guest => FLAT_KINDS[..2].contains(&kind),
        Subject::Node => kind == FLAT_KINDS[2],
        Subject::Volume => kind == FLAT_KINDS[3],
    };
    if !fits {
        return Err(vec![misfit(
            &format!("{}/kind", target.place),
            "the action is not about that",
        )]);
    }
    if entry.subject != Subject::Guest {
        return Ok(id.into());
    }
    let vmid = number(id).ok_or_else(|| {
        vec![misfit(
            &format!("{}/id", target.place),
            "a guest's id is its number",
        )]
    })?;
    Ok(json!({ "kind": kind, "vmid": vmid }))
}

fn flat_params(entry: &Entry, step: &Object) -> Result<Map<String, Value>, Misfits> {
    let known = leaves(&entry.fields);
    let mut out = Map::new();
    for pair in step.list("params")? {
        let pair = pair.object()?;
        pair.only(&["key", "value"])?;
        let (key, text) = (pair.text("key")?, pair.text("value")?);
        let Some((_, field)) = known.iter().find(|(path, _)| path == key) else {
            let what = "the action has no such parameter";
            return Err(vec![misfit(&format!("{}/key", pair.place), what)]);
        };
        let value = typed(&field.kind, text)
            .map_err(|what| vec![misfit(&format!("{}/value", pair.place), what)])?;
        if !put(&mut out, key, value) {
            let what = "the parameter is given twice";
            return Err(vec![misfit(&format!("{}/key", pair.place), what)]);
        }
    }
    Ok(out)
}

/// Puts a value at a path such as `set.cores`; false where there is one.
fn put(map: &mut Map<String, Value>, path: &str, value: Value) -> bool {
    match path.split_once('.') {
        None => map.insert(path.to_owned(), value).is_none(),
        Some((group, rest)) => {
            let inner = map.entry(group).or_insert_with(|| json!({}));
            inner
                .as_object_mut()
                .is_some_and(|inner| put(inner, rest, value))
        }
    }
}

fn typed(kind: &Kind, text: &str) -> Result<Value, &'static str> {
    match kind {
        Kind::Text | Kind::Choice(_) => Ok(text.into()),
        Kind::Number => number(text)
            .map(Value::from)
            .ok_or("a whole number is wanted"),
        Kind::Switch => match text {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err("true or false is wanted"),
        },
        Kind::List if text.trim().is_empty() => Ok(json!([])),
        Kind::List => Ok(text.split(',').map(str::trim).collect()),
        Kind::Group(_) => Err("it is a group and has no value itself"),
    }
}

/// Digits and nothing else: no sign, no unit, no separators.
fn number(text: &str) -> Option<u64> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| text.parse().ok()).flatten()
}

/// Everything, or the misfits.
fn all<T>(results: impl Iterator<Item = Result<T, Misfits>>) -> Result<Vec<T>, Misfits> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for result in results {
        if bad.len() >= MOST_MISFITS {
            break;
        }
        match result {
            Ok(one) => good.push(one),
            Err(misfits) => bad.extend(misfits),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

fn misfit(place: &str, what: &str) -> Misfit {
    Misfit {
        place: place.to_owned(),
        what: what.to_owned(),
    }
}

/// A value and where it stands.
struct Part<'a> {
    place: String,
    value: &'a Value,
}

/// An object and where it stands.
struct Object<'a> {
    place: String,
    map: &'a Map<String, Value>,
}

impl<'a> Part<'a> {
    fn root(value: &'a Value) -> Result<Object<'a>, Misfits> {
        let place = String::new();
        Part { place, value }.object()
    }

    fn object(&self) -> Result<Object<'a>, Misfits> {
        let map = self.value.as_object();
        let map = map.ok_or_else(|| vec![misfit(&self.place, "an object is wanted")])?;
        Ok(Object {
            place: self.place.clone(),
            map,
        })
    }

    fn as_text(&self) -> Result<&'a str, Misfits> {
        let text = self.value.as_str();
        text.ok_or_else(|| vec![misfit(&self.place, "a text is wanted")])
    }
}

impl<'a> Object<'a> {
    fn get(&self, key: &str) -> Result<Part<'a>, Misfits> {
        let place = format!("{}/{key}", self.place);
        match self.map.get(key) {
            Some(value) => Ok(Part { place, value }),
            None => Err(vec![misfit(&place, "it is missing")]),
        }
    }

    fn text(&self, key: &str) -> Result<&'a str, Misfits> {
        self.get(key)?.as_text()
    }

    fn list(&self, key: &str) -> Result<Vec<Part<'a>>, Misfits> {
        let part = self.get(key)?;
        let items = part.value.as_array();
        let items = items.ok_or_else(|| vec![misfit(&part.place, "a list is wanted")])?;
        let items = items.iter().enumerate();
        Ok(items
            .map(|(index, value)| Part {
                place: format!("{}/{index}", part.place),
                value,
            })
            .collect())
    }

    /// No keys but these.
    fn only(&self, keys: &[&str]) -> Result<(), Misfits> {
        let strange = self.map.keys().filter(|key| !keys.contains(&key.as_str()));
        let misfits: Misfits = strange
            .take(MOST_MISFITS)
            .map(|key| {
                // The key is the model's own text.
                let key: String = key.chars().take(40).collect();
                misfit(
                    &self.place,
                    &format!("the key {key:?} does not belong here"),
                )
            })
            .collect();
        if misfits.is_empty() {
            Ok(())
        } else {
            Err(misfits)
        }
    }
}

#[cfg(test)]
mod tests;
