//! The two renderings of the wire schema.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::catalogue::{Catalogue, Entry, Field, Kind, Subject};
use super::node::Node;

/// How the catalogue is put to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rendering {
    /// A branch for each action, with its own parameters.
    Rich,
    /// Parameters as keys and values that are text. Right for providers that refuse schemas of many branches.
    Flat,
}

/// A schema that a provider is asked to keep to. It is made of the catalogue and holds nobody's data.
#[derive(Debug, Clone)]
pub struct WireSchema {
    name: &'static str,
    rendering: Rendering,
    json: Box<RawValue>,
    sha256: [u8; 32],
    words: Option<String>,
}

impl WireSchema {
    pub(super) fn of(name: &'static str, rendering: Rendering, node: &Node) -> Self {
        let json = node.to_json();
        let sha256 = Sha256::digest(json.get().as_bytes()).into();
        Self {
            name,
            rendering,
            json,
            sha256,
            words: None,
        }
    }

    /// Its name on the wire: letters and underscores, at most 64.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How it is written, and so how what comes back is read.
    pub fn rendering(&self) -> Rendering {
        self.rendering
    }

    /// The very bytes that are sent.
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// SHA-256 of these bytes, in hexadecimal digits.
    pub fn sha256(&self) -> String {
        hex::encode(self.sha256)
    }

    /// The same in words, for the prompt. A canary has none: it would prove nothing if the model were told.
    pub(crate) fn words(&self) -> Option<&str> {
        self.words.as_deref()
    }

    /// A schema with one property whose value is one of two words; see [`crate::providers::test_connection`].
    pub(crate) fn canary(property: &'static str, words: [&'static str; 2]) -> Self {
        let node = Node::object([(property, Node::choice(words))]);
        Self::of("argus_canary", Rendering::Flat, &node)
    }
}

impl Catalogue {
    /// The wire schema of the whole catalogue. The same catalogue always gives the same bytes, which providers compile
    /// once and keep.
    pub fn schema(&self, rendering: Rendering) -> WireSchema {
        let (name, step) = match rendering {
            Rendering::Rich => (
                "argus_draft",
                Node::any_of(self.entries.iter().map(branch).collect()),
            ),
            Rendering::Flat => ("argus_draft_flat", self.flat_step()),
        };
        WireSchema {
            words: Some(self.words(rendering)),
            ..WireSchema::of(name, rendering, &root(step))
        }
    }

    fn flat_step(&self) -> Node {
        let mut keys: Vec<String> = Vec::new();
        for (path, _) in self.entries.iter().flat_map(|entry| leaves(&entry.fields)) {
            if !keys.contains(&path) {
                keys.push(path);
            }
        }
        let target = Node::object([
            ("kind", Node::choice(FLAT_KINDS)),
            (
                "id",
                Node::text().meaning("The guest's number, the node's name, or the volume's id."),
            ),
        ]);
        let param = Node::object([
            ("key", Node::choice(keys)),
            (
                "value",
                Node::text().meaning(
                    "As text; true or false of a switch; several are separated by commas.",
                ),
            ),
        ]);
        Node::object([
            ("action", Node::choice(self.names())),
            ("target", target),
            ("params", Node::list(param)),
            (
                "rationale",
                Node::text().meaning("Which words of the request ask for this step."),
            ),
        ])
    }
}

/// What a target of the flat rendering can be.
pub(super) const FLAT_KINDS: [&str; 4] = ["qemu", "lxc", "node", "volume"];

/// Every parameter that has a value itself, by its path such as `set.cores`.
pub(super) fn leaves(fields: &[Field]) -> Vec<(String, &Field)> {
    let mut found = Vec::new();
    for field in fields {
        match &field.kind {
            Kind::Group(inner) => found.extend(
                leaves(inner)
                    .into_iter()
                    .map(|(path, leaf)| (format!("{}.{path}", field.name), leaf)),
            ),
            _ => found.push((field.name.clone(), field)),
        }
    }
    found
}

fn root(step: Node) -> Node {
    let question = Node::object([
        ("text", Node::text().meaning("The question.")),
        (
            "choices",
            Node::list(Node::text()).meaning("Answers to choose from; none where only words help."),
        ),
    ]);
    Node::object([
        ("kind", Node::choice(["plan", "clarify", "refuse"])),
        (
            "summary",
            Node::text().meaning("What is asked for, in one sentence."),
        ),
        (
            "questions",
            Node::list(question)
                .meaning("What the request leaves open; empty unless kind is clarify."),
        ),
        (
            "refusal",
            Node::text().meaning("Why it cannot be drafted; empty unless kind is refuse."),
        ),
        (
            "steps",
            Node::list(step).meaning("In order; empty unless kind is plan."),
        ),
    ])
}

fn branch(entry: &Entry) -> Node {
    let target = match entry.subject {
        Subject::Guest => Node::object([
            ("kind", Node::choice(["qemu", "lxc"])),
            ("vmid", Node::number()),
        ]),
        Subject::Node | Subject::Volume => Node::object([(entry.subject.property(), Node::text())]),
    };
    // The discriminator first and with one value: providers refuse branches that begin alike.
    Node::object([
        ("action", Node::choice([entry.name.as_str()])),
        ("target", target),
        ("params", params(&entry.fields)),
        ("rationale", Node::text()),
    ])
    .meaning(&entry.meaning)
}

fn params(fields: &[Field]) -> Node {
    if fields.is_empty() {
        return Node::nothing();
    }
    let properties = fields
        .iter()
        .map(|field| (field.name.as_str(), value(field)));
    Node::object(properties)
}

fn value(field: &Field) -> Node {
    let node = match &field.kind {
        Kind::Text => Node::text(),
        Kind::Number => Node::number(),
        Kind::Switch => Node::switch(),
        Kind::Choice(words) => Node::choice(words),
        Kind::List => Node::list(Node::text()),
        Kind::Group(fields) => params(fields),
    };
    let node = node.meaning(&field.meaning);
    if field.is_required {
        node
    } else {
        node.or_null()
    }
}
