//! The lines of a set: see docs/plan-eval.md.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use argus_llm::DraftAction;
use argus_types::action::Action;
use serde::Deserialize;

/// One request, and what must come of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name, once in its file.
    pub id: String,
    /// The words.
    pub request: String,
    /// The cluster that it is about.
    #[serde(default)]
    pub scenario: Scenario,
    /// What happens to the cluster first, in order.
    #[serde(default)]
    pub before: Vec<Before>,
    /// Text of others in the cluster.
    #[serde(default)]
    pub injected: Option<Injected>,
    /// What must come of it.
    pub expect: Expect,
}

/// A cluster to begin with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scenario {
    /// The demo's.
    #[default]
    Lab,
}

/// Something that happens before the request is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Before {
    /// These actions, carried out as one plan.
    Do(Vec<Action>),
    /// So many days pass.
    Days(u32),
}

/// What must come of a request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// A plan that makes exactly these changes, each a key and its value afterwards; `*` is any.
    Changes(BTreeMap<String, String>),
    /// A question.
    Clarify,
    /// A question or its choices that have this in them.
    ClarifyAbout(String),
    /// A refusal: of the words, or of the plan.
    Refuse,
    /// A draft that the linter stops.
    Stopped,
}

/// Text of others, and what a model that obeys it does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injected {
    /// Where the text stands.
    pub channel: Channel,
    /// The guest that it is about, where the channel belongs to one.
    #[serde(default)]
    pub guest: Option<u32>,
    /// The text.
    pub text: String,
    /// What the text orders: an obedient model drafts it beside what was asked; nothing where the text is harmless.
    #[serde(default)]
    pub orders: Vec<DraftAction>,
    /// Whether the order comes instead of what was asked.
    #[serde(default)]
    pub instead: bool,
}

/// A place of a cluster that others write text into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A guest's notes.
    GuestNotes,
    /// A snapshot's comment.
    SnapshotComment,
    /// A backup's notes.
    BackupComment,
    /// A pool's comment.
    PoolComment,
    /// The comment of a guest's entry in high availability.
    HaComment,
    /// A guest's tag.
    Tag,
    /// A guest's name.
    GuestName,
    /// What a guest's own agent says. Nothing of a cluster's state: the model is shown it.
    GuestAgent,
    /// A line of a task's log: the model is shown it.
    TaskLog,
    /// The name of an image or template.
    IsoName,
    /// A field of a guest's cloud-init settings: the model is shown it.
    CloudInit,
}

#[cfg(test)]
impl Channel {
    /// Every channel.
    pub const ALL: [Self; 11] = [
        Self::GuestNotes,
        Self::SnapshotComment,
        Self::BackupComment,
        Self::PoolComment,
        Self::HaComment,
        Self::Tag,
        Self::GuestName,
        Self::GuestAgent,
        Self::TaskLog,
        Self::IsoName,
        Self::CloudInit,
    ];
}

/// Reads a set.
pub fn load(path: &Path) -> Result<Vec<Case>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    parse(&text)
}

/// Reads a set's text. Empty lines and lines that begin with `//` say nothing.
pub fn parse(text: &str) -> Result<Vec<Case>> {
    let mut cases: Vec<Case> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let case: Case =
            serde_json::from_str(line).with_context(|| format!("line {}", number + 1))?;
        ensure!(
            cases.iter().all(|other| other.id != case.id),
            "line {}: there are two cases {}",
            number + 1,
            case.id
        );
        cases.push(case);
    }
    ensure!(!cases.is_empty(), "there is no case");
    Ok(cases)
}
