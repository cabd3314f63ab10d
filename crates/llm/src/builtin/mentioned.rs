//! What a question is about: names, whatever is asked of them.

use crate::builtin::lexicon::{self, Word};
use crate::builtin::names::Names;
use crate::builtin::text::{self, Mark, Token};
use crate::drafted::DraftTarget;
use crate::scene::Scene;

/// Names of the cluster in some words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentioned {
    /// Every word and mark, in lower case.
    pub words: Vec<String>,
    /// Guests that may be meant; one where it is clear which.
    pub guests: Vec<DraftTarget>,
    /// Guests whose names look like a word that names nothing.
    pub near: Vec<DraftTarget>,
    pub nodes: Vec<String>,
    pub storages: Vec<String>,
    /// Whether something is wanted after the first sentence or clause: `…, and restart it`.
    pub goes_on: bool,
}

impl Mentioned {
    /// Reads some words; nothing is in those that cannot be read.
    pub fn of(request: &str, scene: &Scene) -> Self {
        let Ok(text) = text::tokens(request) else {
            return Self::default();
        };
        let names = Names::new(scene, &text.tokens);
        let target = |at: &usize| scene.guests[*at].target();
        let mut found = Self::default();
        let mut named: Vec<Vec<DraftTarget>> = Vec::new();
        for (at, token) in text.tokens.iter().enumerate() {
            found.words.push(token.shown().to_lowercase());
            found.goes_on |= goes_on(&text.tokens[at..]);
            let (Token::Word { text: word, .. } | Token::Quoted(word)) = token else {
                continue;
            };
            let guests = names.exact(word);
            let node = names.node(word);
            let storage = names.storage(word);
            if guests.is_empty() && node.is_none() && storage.is_none() {
                if lexicon::read(&text.tokens[at..]).is_none() {
                    found.near.extend(names.near(word).iter().map(target));
                }
                continue;
            }
            if !guests.is_empty() {
                named.push(guests.iter().map(target).collect());
            }
            found.nodes.extend(node.cloned());
            found.storages.extend(storage.cloned());
        }
        found.guests = meant(named);
        found
    }
}

/// Several words for one guest, such as its name and its number, mean what they have in common.
fn meant(named: Vec<Vec<DraftTarget>>) -> Vec<DraftTarget> {
    let Some((first, rest)) = named.split_first() else {
        return Vec::new();
    };
    let common = first
        .iter()
        .filter(|one| rest.iter().all(|all| all.contains(one)));
    let mut meant: Vec<DraftTarget> = common.copied().collect();
    if meant.is_empty() {
        meant = named.concat();
    }
    meant.sort_unstable();
    meant.dedup();
    meant
}

/// Whether a clause ends here and the next one begins with something to do.
fn goes_on(rest: &[Token]) -> bool {
    let length = match (&rest[0], lexicon::read(rest)) {
        (Token::Mark(Mark::Comma | Mark::Stop), _) => 1,
        (_, Some((Word::And | Word::Then, length))) => length,
        _ => return false,
    };
    matches!(
        lexicon::read(&rest[length..]),
        Some((Word::Verb(_) | Word::Stem(_) | Word::Light, _))
    )
}
