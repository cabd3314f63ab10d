//! Which texts of a cluster read like an order to a model, and why: for the reviewer to know, and for nothing else.
//!
//! Nothing depends on it. A draft is held to the request whatever stands in a text, so that a text that is not found here
//! has no more say than one that is, and an ordinary note that is found by mistake hinders nobody.

mod action;
mod phrases;
mod words;

use std::collections::BTreeSet;

use super::hygiene;
use crate::builtin::is_invisible;

/// Why a text reads like an order to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// It speaks to a model, or of its rules.
    SpeaksToModel,
    /// It holds tokens by which models tell who speaks.
    TemplateTokens,
    /// It holds characters that nobody sees, or that turn the direction of reading.
    HiddenCharacters,
    /// It names an approval or a confirmation, or says that none is needed.
    NamesApproval,
    /// It orders an action on something of the cluster.
    OrdersAction,
}

/// A text of the cluster that a model was told and that reads like an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// What it hangs on: `qemu/101`, `node/pve1`, `pool/shop`, `storage/pbs`.
    pub object: String,
    /// What of it: `name`, `tag`, `notes`.
    pub field: &'static str,
    /// Why, in order, never empty.
    pub reasons: Vec<Reason>,
    /// Its beginning, cleaned and redacted: at most 200 characters.
    pub excerpt: String,
}

/// Why a text reads like an order; empty where it does not. Only what a model is told of it is looked at.
pub fn reasons(text: &str) -> Vec<Reason> {
    let seen = hygiene::lines(text);
    let words = words::words(&seen);
    let checks = [
        (Reason::SpeaksToModel, phrases::speak_to_a_model(&words)),
        (Reason::TemplateTokens, holds_tokens(text)),
        (Reason::HiddenCharacters, hides(text)),
        (Reason::NamesApproval, phrases::name_an_approval(&words)),
        (Reason::OrdersAction, action::is_ordered(&words)),
    ];
    let found: BTreeSet<Reason> = checks
        .into_iter()
        .filter_map(|(reason, is)| is.then_some(reason))
        .collect();
    found.into_iter().collect()
}

/// What the hygiene drops, and what stands in for it in plain text.
fn holds_tokens(text: &str) -> bool {
    const HEADINGS: [&str; 8] = [
        "### system",
        "### instruction",
        "### assistant",
        "### user",
        "<system>",
        "</system>",
        "<assistant>",
        "<instructions>",
    ];
    let low = hygiene::lines(text).to_lowercase();
    hygiene::holds_tokens(text) || HEADINGS.iter().any(|heading| low.contains(heading))
}

/// Whether there are hidden characters, but for those that text fields bring along: ends of lines, a mark at the very
/// beginning, and what picks the look of a symbol or joins two.
fn hides(text: &str) -> bool {
    let mut before = None;
    for (at, c) in hygiene::read_of(text).enumerate() {
        let is_ordinary = match c {
            '\r' | '\t' => true,
            '\u{feff}' => at == 0,
            '\u{fe0e}' | '\u{fe0f}' | '\u{200d}' => before.is_some_and(|c: char| {
                !c.is_alphabetic() && !c.is_whitespace() && !is_invisible(c)
            }),
            _ => false,
        };
        if is_invisible(c) && !is_ordinary {
            return true;
        }
        // A symbol with its look picked may be joined to another.
        if c != '\u{fe0f}' {
            before = Some(c);
        }
    }
    false
}
