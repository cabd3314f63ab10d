//! The published schema of proposals, as something to draw documents from.
//!
//! Actions are drawn out of `schemas/proposal.schema.json` itself, so that an action or a field that joins the
//! catalogue is part of the campaign at once, or stops it with a clear word where nobody said what its values are.

use anyhow::{Context, Result, bail};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};

/// Guests that the demo's cluster has.
const GUESTS: [(&str, u32); 8] = [
    ("qemu", 101),
    ("qemu", 102),
    ("qemu", 103),
    ("lxc", 104),
    ("lxc", 105),
    ("qemu", 106),
    ("qemu", 109),
    ("lxc", 112),
];

/// The schema, and how to draw from it.
pub struct Schema {
    root: Value,
}

/// One action of the catalogue as the schema describes it.
pub struct Form<'a> {
    /// Its name, such as `guest.start`.
    pub name: &'a str,
    /// Its fields, `action` among them.
    pub fields: &'a Map<String, Value>,
    /// The fields that may not be missing.
    pub required: Vec<&'a str>,
}

impl Schema {
    /// What is published.
    pub fn published() -> Result<Self> {
        let text = include_str!("../../../schemas/proposal.schema.json");
        Ok(Self {
            root: serde_json::from_str(text).context("schemas/proposal.schema.json")?,
        })
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.root
    }

    /// Every action of the catalogue.
    pub fn forms(&self) -> Result<Vec<Form<'_>>> {
        let forms = self.root.pointer("/$defs/Action/oneOf");
        let forms = forms
            .and_then(Value::as_array)
            .context("no list of actions")?;
        forms
            .iter()
            .map(|form| {
                let fields = form["properties"].as_object().context("no fields")?;
                let name = fields["action"]["const"].as_str().context("no name")?;
                let required = form["required"].as_array().context("nothing required")?;
                Ok(Form {
                    name,
                    fields,
                    required: required.iter().filter_map(Value::as_str).collect(),
                })
            })
            .collect()
    }

    /// A document that fits, with so many actions of these forms, and now and then with other ways.
    pub fn draw(&self, forms: &[Form<'_>], actions: usize, dice: &mut StdRng) -> Result<Value> {
        let mut document = json!({ "actions": self.actions(forms, actions, dice)? });
        if dice.random_bool(0.2) {
            let ways = dice.random_range(1..=4);
            let ways = (0..ways).map(|number| {
                let actions = self.actions(forms, 1, dice)?;
                Ok(json!({ "label": format!("Way {number}"), "reason": "Less time", "actions": actions }))
            });
            document["alternatives"] = ways.collect::<Result<_>>()?;
        }
        Ok(document)
    }

    fn actions(&self, forms: &[Form<'_>], count: usize, dice: &mut StdRng) -> Result<Vec<Value>> {
        (0..count)
            .map(|_| self.action(forms.choose(dice).context("no forms")?, dice))
            .collect()
    }

    /// One action that fits.
    pub fn action(&self, form: &Form<'_>, dice: &mut StdRng) -> Result<Value> {
        self.object(form.fields, &form.required, dice)
            .with_context(|| form.name.to_owned())
    }

    fn object(
        &self,
        fields: &Map<String, Value>,
        required: &[&str],
        dice: &mut StdRng,
    ) -> Result<Value> {
        let mut object = Map::new();
        for (name, schema) in fields {
            if required.contains(&name.as_str()) || dice.random_bool(0.5) {
                object.insert(name.clone(), self.value(name, schema, dice)?);
            }
        }
        Ok(Value::Object(object))
    }

    fn value(&self, name: &str, schema: &Value, dice: &mut StdRng) -> Result<Value> {
        if schema["$ref"] == "#/$defs/Target" && dice.random_bool(0.8) {
            let (kind, vmid) = GUESTS.choose(dice).context("no guests")?;
            return Ok(json!({ "kind": kind, "vmid": vmid }));
        }
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.strip_prefix('#').context("a reference elsewhere")?;
            let target = self
                .root
                .pointer(target)
                .context("a reference to nothing")?;
            return self.value(name, target, dice);
        }
        if let Some(word) = schema.get("const") {
            return Ok(word.clone());
        }
        if let Some(words) = schema["oneOf"].as_array() {
            let word = words.choose(dice).context("nothing to choose from")?;
            return self.value(name, word, dice);
        }
        match kind(schema).context("no type")? {
            "boolean" => Ok(json!(dice.random_bool(0.5))),
            "integer" => integer(schema, dice),
            "string" => word(name, dice).map(Value::from),
            "array" => {
                let least = schema["minItems"].as_u64().unwrap_or(0);
                let length = least.max(dice.random_range(0..=3));
                (0..length)
                    .map(|_| self.value(name, &schema["items"], dice))
                    .collect()
            }
            "object" => {
                let fields = schema["properties"].as_object().context("no fields")?;
                let required = schema["required"].as_array().map(Vec::as_slice);
                let required: Vec<&str> = required
                    .unwrap_or_default()
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                loop {
                    let object = self.object(fields, &required, dice)?;
                    let least = schema["minProperties"].as_u64().unwrap_or(0);
                    let size = object.as_object().map_or(0, Map::len);
                    if u64::try_from(size)? >= least {
                        return Ok(object);
                    }
                }
            }
            other => bail!("{name}: nobody said how to draw a {other}"),
        }
    }
}

/// The type that is not `null`.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(one) => Some(one),
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .find(|one| *one != "null"),
        _ => None,
    }
}

/// Any number within the bounds, both bounds more often than others.
fn integer(schema: &Value, dice: &mut StdRng) -> Result<Value> {
    let (least, most) = (schema["minimum"].as_u64(), schema["maximum"].as_u64());
    let (least, most) = least.zip(most).context("an integer without bounds")?;
    Ok(json!(match dice.random_range(0..4) {
        0 => least,
        1 => most,
        _ => dice.random_range(least..=most),
    }))
}

/// A text that fits the field of this name.
fn word(name: &str, dice: &mut StdRng) -> Result<&'static str> {
    let words: &[&str] = match name {
        "node" => &["pve1", "pve2", "pve3", "a", "0", "PVE-9"],
        "name" => &["before-update", "web-02", "ab", "x1"],
        "storage" => &["local-lvm", "nfs-vm", "pbs", "ceph.pool_1", "ab"],
        "disk" => &["scsi0", "virtio15", "rootfs", "mp255", "efidisk0", "ide2"],
        "volume" => &[
            "nfs-vm:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst",
            "local-lvm:vm-999-disk-0",
            "local:iso/debian.iso",
        ],
        "pool" => &["web", "prod/web", "a/b/c"],
        "description" => &[
            "",
            "vor dem Update",
            "two\nlines",
            "第一步 <b>bold</b> $5",
            "naïve",
        ],
        "tags" => &["prod", "web", "_x", "a.b-c+d"],
        "boot" => &["scsi0", "net31", "ide0", "virtio1"],
        other => bail!("nobody said what the texts of the field {other:?} look like"),
    };
    words.choose(dice).copied().context("no words")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_document_has_what_the_schema_has() {
        let schema = Schema::published().unwrap();
        let fields = schema.document()["properties"].as_object().unwrap();
        let fields: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(fields, ["actions", "alternatives"]);
    }

    #[test]
    fn every_action_of_the_catalogue_can_be_drawn() {
        let schema = Schema::published().unwrap();
        let forms = schema.forms().unwrap();
        assert_eq!(forms.len(), argus_types::action::ActionKind::ALL.len());
        let mut dice = StdRng::seed_from_u64(1);
        for form in &forms {
            let action = schema.action(form, &mut dice).unwrap();
            assert_eq!(action["action"], form.name);
        }
    }
}
