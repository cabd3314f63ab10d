//! The built-in rules: words, their places in a sentence, and names that are in the cluster.
//!
//! They guess nothing. A request becomes actions only where every word has found its place and every guest
//! and node is named exactly; otherwise the answer is a question, with choices that draft cleanly where
//! choices can be given, or a refusal for what the catalogue does not have. The order of work is tokens
//! ([`text`]), phrases ([`lexicon`]), clauses ([`parse`], [`clause`]), names ([`resolve`]), answer
//! ([`answer`], [`questions`]).

mod answer;
mod clause;
mod lexicon;
mod parse;
mod questions;
mod resolve;
mod text;

use crate::drafted::Drafted;
use crate::planner::Planner;
use crate::scene::Scene;

/// Drafts by rules alone, in English and German.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltIn;

impl BuiltIn {
    /// What the port does, at once.
    pub fn draft_now(&self, request: &str, scene: &Scene) -> Drafted {
        match text::tokens(request) {
            Ok(tokens) => answer::to(parse::parse(&tokens, scene), scene),
            Err(unreadable) => Drafted::Refuse {
                reason: format!("{unreadable}."),
            },
        }
    }
}

impl Planner for BuiltIn {
    fn label(&self) -> &'static str {
        "built-in rules, no language model"
    }

    async fn draft(&self, request: &str, scene: &Scene) -> Drafted {
        self.draft_now(request, scene)
    }
}
