//! An answer, held to everything that it is held to. Nothing that comes out of here as a draft has passed less.

use std::collections::BTreeSet;

use serde_json::Value;

use super::brief::Brief;
use super::contract::{Contract, Fault, FaultRule};
use super::outcome::{ModelDraft, Reply};
use super::provenance::Reader;
use super::shown;
use super::subject::Subject;
use crate::builtin::{Entailed, Spoken};
use crate::drafted::{DraftAction, DraftStep};
use crate::lint;
use crate::providers::Said;
use crate::redact::{Redaction, carries_placeholder, placeholders};
use crate::wire::{Catalogue, Misfit, OpenQuestion, Rendering, Wished, json_of};

/// What an answer is held to.
pub(super) struct Judge<'a> {
    pub brief: &'a Brief<'a>,
    pub subject: &'a Subject,
    pub catalogue: &'a Catalogue,
    pub contract: &'a dyn Contract,
    /// The placeholders of secrets that are in the request itself.
    pub own_secrets: &'a BTreeSet<usize>,
}

/// An answer that has the form that was asked for.
pub(super) enum Formed {
    /// Steps with their rationales.
    Plan {
        summary: String,
        actions: Vec<DraftAction>,
        rationales: Vec<String>,
    },
    /// Something is open.
    Clarify(Vec<OpenQuestion>),
    /// Nothing can come of it.
    Refuse(String),
}

/// An answer that has not.
pub(super) struct Misshapen {
    /// The JSON in it, where there is any.
    pub answer: Option<Value>,
    pub faults: Vec<Fault>,
}

impl Judge<'_> {
    /// Reads: form alone.
    pub(super) fn read(
        &self,
        rendering: Rendering,
        text: &str,
        redaction: &Redaction,
    ) -> Result<(Value, Formed), Misshapen> {
        let no_json = |message: String| Misshapen {
            answer: None,
            faults: vec![Fault::new("", FaultRule::Json, message)],
        };
        let json = json_of(text).map_err(|none| no_json(none.to_string()))?;
        let answer = self.contract.parse(json).map_err(no_json)?;
        let formed = self.form(rendering, &answer, redaction);
        match formed {
            Ok(formed) => Ok((answer, formed)),
            Err(faults) => Err(Misshapen {
                answer: Some(answer),
                faults,
            }),
        }
    }

    fn form(
        &self,
        rendering: Rendering,
        answer: &Value,
        redaction: &Redaction,
    ) -> Result<Formed, Vec<Fault>> {
        let wished = self.catalogue.read(rendering, answer);
        let wished = wished.map_err(|misfits| faults(FaultRule::Wire, misfits))?;
        let (summary, mut draft, rationales) = match wished {
            Wished::Plan {
                summary,
                draft,
                rationales,
            } => (summary, draft, rationales),
            Wished::Clarify { questions, .. } => return Ok(Formed::Clarify(questions)),
            Wished::Refuse { reason } => return Ok(Formed::Refuse(reason)),
        };
        self.put_back(&mut draft, redaction)?;
        let violations = self.contract.violations(&draft);
        if !violations.is_empty() {
            return Err(faults(FaultRule::Schema, violations));
        }
        let actions = typed(&draft)?;
        Ok(Formed::Plan {
            summary,
            actions,
            rationales,
        })
    }

    /// Secrets of the request back into notes and names to be. A placeholder anywhere else, or one that stands for
    /// something else, is a fault.
    fn put_back(&self, draft: &mut Value, redaction: &Redaction) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        let actions = draft.get_mut("actions").and_then(Value::as_array_mut);
        for (index, action) in actions.into_iter().flatten().enumerate() {
            for pointer in free_texts(action) {
                if let Some(Value::String(text)) = action.pointer_mut(pointer)
                    && placeholders(text).all(|one| self.own_secrets.contains(&one.number))
                {
                    let restored = redaction.restore(text);
                    text.clone_from(&restored);
                }
            }
            if holds_placeholder(action) {
                faults.push(Fault::new(
                    format!("/steps/{index}"),
                    FaultRule::Placeholder,
                    "a placeholder of a secret stands where something is carried out, or is none of the request's",
                ));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Holds what has the right form against the request.
    pub(super) fn hold(&self, formed: Formed) -> Result<Reply, Vec<Fault>> {
        match formed {
            Formed::Plan {
                summary,
                actions,
                rationales,
            } => self.plan(&summary, actions, &rationales),
            Formed::Clarify(open) => {
                let is_mere_name = |label: &str| self.is_mere_name(label);
                shown::questions(self.brief.request, &open, is_mere_name).map(Reply::Clarify)
            }
            Formed::Refuse(reason) => shown::at("/refusal", &reason)
                .map(|reason| Reply::Refuse { reason })
                .map_err(|fault| vec![fault]),
        }
    }

    fn plan(
        &self,
        summary: &str,
        actions: Vec<DraftAction>,
        rationales: &[String],
    ) -> Result<Reply, Vec<Fault>> {
        let mut faults = Vec::new();
        let strange = actions.iter().enumerate().filter(|(_, action)| {
            let is_allowed = self.subject.allows(action, self.brief.scene);
            !is_allowed
        });
        faults.extend(strange.map(|(index, _)| {
            let message = "it is about something that the request does not name";
            Fault::new(format!("/steps/{index}"), FaultRule::Target, message)
        }));
        let mut keep = |text: Result<String, Fault>| {
            text.unwrap_or_else(|fault| {
                faults.push(fault);
                String::new()
            })
        };
        let summary = keep(shown::at("/summary", summary));
        let rationales = rationales.iter().enumerate().map(|(index, text)| {
            let place = format!("/steps/{index}/rationale");
            keep(shown::at(&place, text))
        });
        let rationales: Vec<String> = rationales.collect();
        let reader = Reader::new(self.brief.request, self.brief.scene);
        let steps = actions.into_iter().map(|action| DraftStep {
            provenance: reader.read(&action),
            action,
        });
        let checked = lint::check(self.brief.request, self.brief.scene, steps.collect());
        match checked {
            Ok(steps) if faults.is_empty() => Ok(Reply::Draft(ModelDraft {
                steps,
                summary,
                rationales,
            })),
            Ok(_) => Err(faults),
            Err(findings) => {
                faults.extend(findings.into_iter().map(Fault::from));
                faults.dedup();
                Err(faults)
            }
        }
    }

    /// Whether a choice says which and not what to do: it names something of the cluster or an amount, no guest that the
    /// request does not, wants nothing done by itself, and turns nothing round.
    fn is_mere_name(&self, label: &str) -> bool {
        let alone = Entailed::of(label, self.brief.scene);
        let names_something = !alone.targets.is_empty()
            || !alone.names.is_empty()
            || !alone.sizes.is_empty()
            || !alone.numbers.is_empty()
            || self.is_kept(label);
        names_something
            && alone.targets.is_subset(&self.subject.guests)
            && !alone.twisted
            && !alone.wants_anything()
            && !Spoken::of(label).is_empty()
    }

    /// Whether it is a disk, snapshot or backup of a guest that the request is about.
    fn is_kept(&self, label: &str) -> bool {
        let details = &self.brief.scene.details;
        let mut all = self
            .subject
            .guests
            .iter()
            .filter_map(|guest| details.get(guest));
        all.any(|one| {
            let disks = one.disks.iter().flatten().map(|disk| &disk.key);
            let snapshots = one
                .snapshots
                .iter()
                .flatten()
                .map(|snapshot| &snapshot.name);
            let backups = one.backups.iter().flatten().map(|backup| &backup.volume);
            disks
                .chain(snapshots)
                .chain(backups)
                .any(|name| name == label)
        })
    }
}

/// Where an action has text that may be anybody's: notes, and names of what is to be.
fn free_texts(action: &Value) -> &'static [&'static str] {
    match action.get("action").and_then(Value::as_str) {
        Some("guest.config.set") => &["/set/description"],
        Some("guest.snapshot.create" | "guest.clone") => &["/name"],
        _ => &[],
    }
}

/// Whether any text in it is or holds a placeholder.
fn holds_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => carries_placeholder(text),
        Value::Array(items) => items.iter().any(holds_placeholder),
        Value::Object(fields) => fields.values().any(holds_placeholder),
        _ => false,
    }
}

fn typed(draft: &Value) -> Result<Vec<DraftAction>, Vec<Fault>> {
    let actions = draft.get("actions").and_then(Value::as_array);
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (index, action) in actions.into_iter().flatten().enumerate() {
        match serde_json::from_value(action.clone()) {
            Ok(action) => good.push(action),
            Err(error) => bad.push(Fault::new(
                format!("/steps/{index}"),
                FaultRule::Action,
                format!(
                    "it cannot be held against words: {}",
                    Said::of(&error.to_string()).as_str()
                ),
            )),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// Places in a draft are those of the answer's steps.
fn faults(rule: FaultRule, misfits: Vec<Misfit>) -> Vec<Fault> {
    let place = |place: &str| match place.strip_prefix("/actions") {
        Some(rest) => format!("/steps{rest}"),
        None => place.to_owned(),
    };
    let faults = misfits.into_iter();
    faults
        .map(|misfit| Fault::new(place(&misfit.place), rule, misfit.what))
        .collect()
}
