//! The built-in rules: words, their places in a sentence, and names that are in the cluster.
//!
//! They guess nothing. A request becomes actions only where every word has found its place and every guest
//! and node is named exactly; otherwise the answer is a question, with choices that draft cleanly where
//! choices can be given, or a refusal for what the catalogue does not have. The order of work is tokens
//! ([`text`]), phrases ([`lexicon`]), clauses ([`parse`], [`clause`], [`slots`]) with names ([`names`]) and
//! numbers ([`amount`]), what each clause comes to ([`settle`], [`intent`]), and the answer ([`answer`]): a
//! question ([`questions`], [`render`]) or steps ([`actions`], [`kept`]).

mod actions;
mod amount;
mod answer;
mod clause;
mod entail;
mod intent;
mod kept;
mod lexicon;
mod mentioned;
mod names;
mod needs;
mod order;
mod parse;
mod questions;
mod render;
mod settle;
mod slots;
mod spoken;
mod text;

use crate::builtin::names::Names;
use crate::builtin::parse::Parsed;
use crate::drafted::{DraftTarget, Drafted};
use crate::planner::Planner;
use crate::scene::Scene;

pub(crate) use entail::Entailed;
pub(crate) use intent::Intent;
pub(crate) use kept::disk_mib;
pub(crate) use mentioned::Mentioned;
pub(crate) use order::{Order, order};
pub(crate) use spoken::Spoken;
pub(crate) use text::is_invisible;

/// Drafts by rules alone, in English and German.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltIn;

impl BuiltIn {
    /// What the port does, at once.
    pub fn draft_now(&self, request: &str, scene: &Scene) -> Drafted {
        match read(request, scene) {
            Ok((parsed, names)) => answer::to(&parsed, &names),
            Err(reason) => Drafted::Refuse { reason },
        }
    }

    /// The guests whose details the request turns on: their disks, snapshots, backups or present numbers.
    /// A draft is made on a scene that has them.
    pub fn needs(&self, request: &str, scene: &Scene) -> Vec<DraftTarget> {
        match read(request, scene) {
            Ok((parsed, names)) => needs::of(&parsed, &names),
            Err(_) => Vec::new(),
        }
    }
}

fn read<'a>(request: &str, scene: &'a Scene) -> Result<(Parsed, Names<'a>), String> {
    let text = text::tokens(request).map_err(|unreadable| format!("{unreadable}."))?;
    let names = Names::new(scene, &text.tokens);
    let parsed = answer::settled(parse::parse(&text, &names));
    Ok((parsed, names))
}

impl Planner for BuiltIn {
    fn label(&self) -> &'static str {
        "built-in rules, no language model"
    }

    async fn draft(&self, request: &str, scene: &Scene) -> Drafted {
        self.draft_now(request, scene)
    }
}
