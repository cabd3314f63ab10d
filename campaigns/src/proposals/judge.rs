//! What Argus says of a document, and what others say of the same.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context, Result, anyhow};
use argus_api::schema::Described;
use argus_api::{extract, strict_json};
use argus_types::action::Draft;
use argus_types::proposal::ProposalInput;
use boon::{Compiler, Draft as Edition, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::schema::Schema;

/// Judges documents.
pub struct Judge {
    schemas: Schemas,
    proposal: SchemaIndex,
}

/// What became of one document.
pub struct Verdict {
    /// The draft that Argus made of it, if it took it.
    pub draft: Option<Draft>,
    /// What must not be, in words; empty where all agree.
    pub faults: Vec<Fault>,
}

/// Something that must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It panicked.
    Panicked,
    /// It took a document that is wrong by its making.
    TookWhatIsWrong,
    /// It refused a document that is right by its making.
    RefusedWhatIsRight,
    /// It took what the second validator refuses.
    TookWhatTheSecondRefuses,
    /// Its schema validator and the second one say different things.
    ValidatorsDisagree,
    /// What it made of the document does not say all that the document says.
    Lost,
    /// The same draft as the body of a request is judged otherwise.
    BodyDiffers,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::Panicked,
        Self::TookWhatIsWrong,
        Self::RefusedWhatIsRight,
        Self::TookWhatTheSecondRefuses,
        Self::ValidatorsDisagree,
        Self::Lost,
        Self::BodyDiffers,
    ];

    /// What a person reads behind the count.
    pub fn label(self) -> &'static str {
        match self {
            Self::Panicked => "panics",
            Self::TookWhatIsWrong => "wrongly taken",
            Self::RefusedWhatIsRight => "wrongly refused",
            Self::TookWhatTheSecondRefuses => "taken, and refused by the second validator",
            Self::ValidatorsDisagree => "on which the two validators disagree",
            Self::Lost => "taken with something lost",
            Self::BodyDiffers => "judged otherwise as the body of a request",
        }
    }
}

/// What is known of a document by how it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It must be refused.
    Wrong,
    /// It must be taken.
    Right,
    /// It may be either; the second validator decides.
    Open,
}

impl Judge {
    /// By the published schema.
    pub fn new(schema: &Schema) -> Result<Self> {
        const PLACE: &str = "file:///proposal.schema.json";
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Edition::V2020_12);
        let mut document = schema.document().clone();
        // Its own id would be fetched.
        document.as_object_mut().context("no schema")?.remove("$id");
        compiler
            .add_resource(PLACE, document)
            .map_err(|error| anyhow!("the second validator does not take the schema: {error}"))?;
        let mut schemas = Schemas::new();
        let proposal = compiler
            .compile(PLACE, &mut schemas)
            .map_err(|error| anyhow!("the second validator does not compile: {error:#}"))?;
        Ok(Self { schemas, proposal })
    }

    /// What Argus and the others say of `bytes`.
    pub fn judge(&self, bytes: &[u8], known: Known) -> Verdict {
        let Ok(taken) = catch_unwind(AssertUnwindSafe(|| extract::parse::<Draft>(bytes).ok()))
        else {
            return Verdict {
                draft: None,
                faults: vec![Fault::Panicked],
            };
        };
        let mut faults = Vec::new();
        match (known, &taken) {
            (Known::Wrong, Some(_)) => faults.push(Fault::TookWhatIsWrong),
            (Known::Right, None) => faults.push(Fault::RefusedWhatIsRight),
            _ => {}
        }
        match strict_json::parse(bytes) {
            Ok(value) => self.compare(&value, taken.as_ref(), &mut faults),
            Err(_) if taken.is_some() => faults.push(Fault::TookWhatIsWrong),
            Err(_) => {}
        }
        Verdict {
            draft: taken,
            faults,
        }
    }

    fn compare(&self, value: &Value, taken: Option<&Draft>, faults: &mut Vec<Fault>) {
        let second = self.schemas.validate(value, self.proposal).is_ok();
        if second != Draft::validator().is_valid(value) {
            faults.push(Fault::ValidatorsDisagree);
        }
        if taken.is_some() && !second {
            faults.push(Fault::TookWhatTheSecondRefuses);
        }
        if let Some(draft) = taken
            && serde_json::to_value(draft).map_or(true, |kept| loses(value, &kept))
        {
            faults.push(Fault::Lost);
        }
        if value.is_null() {
            // As a field, `null` is no draft at all.
            return;
        }
        let body = json!({ "draft": value }).to_string();
        let as_body = catch_unwind(|| extract::parse::<ProposalInput>(body.as_bytes()).is_ok());
        match as_body {
            Err(_) => faults.push(Fault::Panicked),
            Ok(as_body) if as_body != taken.is_some() => faults.push(Fault::BodyDiffers),
            Ok(_) => {}
        }
    }
}

/// Whether `value` says something that `kept` does not: a field that was dropped, or another value. What is absent
/// by default (`null`, `false`) may be left out.
fn loses(value: &Value, kept: &Value) -> bool {
    match (value, kept) {
        (Value::Object(said), Value::Object(kept)) => said.iter().any(|(name, said)| {
            kept.get(name)
                .map_or(!is_default(said), |kept| loses(said, kept))
        }),
        (Value::Array(said), Value::Array(kept)) => {
            said.len() != kept.len() || said.iter().zip(kept).any(|(said, kept)| loses(said, kept))
        }
        (said, kept) => said != kept,
    }
}

fn is_default(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str, known: Known) -> Verdict {
        let schema = Schema::published().unwrap();
        Judge::new(&schema).unwrap().judge(text.as_bytes(), known)
    }

    #[test]
    fn a_fault_is_found_where_one_is() {
        let right = r#"{"actions":[{"action":"node.drain","node":"pve1"}]}"#;
        let wrong = r#"{"actions":[{"action":"node.drain","node":"pve 1"}]}"#;
        assert_eq!(judge(right, Known::Right).faults, []);
        assert_eq!(judge(wrong, Known::Wrong).faults, []);
        assert_eq!(judge(right, Known::Wrong).faults, [Fault::TookWhatIsWrong]);
        assert_eq!(
            judge(wrong, Known::Right).faults,
            [Fault::RefusedWhatIsRight]
        );
    }

    #[test]
    fn what_is_dropped_or_changed_is_lost_and_what_is_absent_anyway_is_not() {
        let said = json!({"a": [1, {"b": "x"}], "c": null, "d": false});
        assert!(!loses(&said, &json!({"a": [1, {"b": "x"}]})));
        assert!(loses(&said, &json!({"a": [1, {}]})));
        assert!(loses(&said, &json!({"a": [1]})));
        assert!(loses(&json!({"vmid": 101}), &json!({"vmid": 102})));
        assert!(loses(&json!({"purge": true}), &json!({})));
    }
}
