//! The wire schema in words, for models that are held to it without being told of it: grammars of local servers cut off
//! what does not fit and leave it to chance what does. It takes less than half of the schema's length.

use std::fmt::Write as _;

use super::catalogue::{Catalogue, Field, Kind, Subject};
use super::schema::{Rendering, leaves};

const SHAPE: &str = "Answer with one JSON object and nothing else. Its keys, in this order:\n\
    kind: \"plan\", \"clarify\" or \"refuse\"\n\
    summary: what is asked for, in one sentence\n\
    questions: what the request leaves open, a list of {\"text\", \"choices\"}; [] unless kind is clarify\n\
    refusal: why it cannot be drafted; \"\" unless kind is refuse\n\
    steps: a list of {\"action\", \"target\", \"params\", \"rationale\"} in order; [] unless kind is plan\n";

const RICH: &str = "target is {\"kind\": \"qemu\" or \"lxc\", \"vmid\": number} for a guest, {\"node\": name} or {\"volume\": id}. \
    params has every key that is listed for the action, null where it is not wanted, and is null itself where none is listed.\n";

const FLAT: &str = "target is {\"kind\": \"qemu\", \"lxc\", \"node\" or \"volume\", \"id\": number, name or id as text}. \
    params is a list of {\"key\", \"value\"}, both text, of the keys that are wanted.\n";

impl Catalogue {
    /// What an answer looks like, and every action with its parameters.
    pub(super) fn words(&self, rendering: Rendering) -> String {
        let mut out = SHAPE.to_owned();
        out.push_str(match rendering {
            Rendering::Rich => RICH,
            Rendering::Flat => FLAT,
        });
        out.push_str("rationale: which words of the request ask for this step\nThe actions:\n");
        for entry in &self.entries {
            let subject = match entry.subject {
                Subject::Guest => "guest",
                Subject::Node => "node",
                Subject::Volume => "volume",
            };
            line(
                &mut out,
                format_args!("{} ({subject}): {}", entry.name, entry.meaning),
            );
            match rendering {
                Rendering::Rich => fields(&mut out, 1, &entry.fields),
                Rendering::Flat => {
                    for (path, leaf) in leaves(&entry.fields) {
                        field(&mut out, 1, &path, leaf);
                    }
                }
            }
        }
        out
    }
}

fn fields(out: &mut String, depth: usize, all: &[Field]) {
    for one in all {
        field(out, depth, &one.name, one);
        if let Kind::Group(inner) = &one.kind {
            fields(out, depth + 1, inner);
        }
    }
}

fn field(out: &mut String, depth: usize, name: &str, field: &Field) {
    let kind = match &field.kind {
        Kind::Text => "text".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Switch => "true or false".to_owned(),
        Kind::Choice(words) => words.join(" | "),
        Kind::List => "list of texts".to_owned(),
        Kind::Group(_) => "object".to_owned(),
    };
    let need = if field.is_required { ", needed" } else { "" };
    let indent = "  ".repeat(depth);
    line(
        out,
        format_args!("{indent}{name}: {kind}{need}. {}", field.meaning),
    );
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::catalogue;

    #[test]
    fn every_action_and_parameter_is_said_with_its_meaning() {
        for rendering in [Rendering::Rich, Rendering::Flat] {
            let words = catalogue().words(rendering);
            for entry in &catalogue().entries {
                assert!(
                    words.contains(&format!("\n{} (", entry.name)),
                    "{}",
                    entry.name
                );
                for (_, leaf) in leaves(&entry.fields) {
                    assert!(words.contains(&leaf.meaning), "{}", leaf.name);
                }
            }
        }
        let rich = catalogue().words(Rendering::Rich);
        assert!(rich.contains("guest.shutdown (guest): Ask a running guest to shut down by itself.\n  timeout_s: number. How long"));
        assert!(rich.contains("  set: object, needed. ") && rich.contains("\n    cores: number. "));
        assert!(
            catalogue()
                .words(Rendering::Flat)
                .contains("\n  set.cores: number. ")
        );
    }

    #[test]
    fn words_are_far_shorter_than_the_schema() {
        let schema = catalogue().schema(Rendering::Rich);
        let words = catalogue().words(Rendering::Rich);
        assert!(
            words.len() * 2 < schema.json().get().len(),
            "{}",
            words.len()
        );
    }
}
