//! From words to guests and nodes: whole tokens only. What is merely near is never taken, only offered.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use crate::builtin::text::Token;
use crate::scene::{GuestKind, Scene};

/// Most near names that a question offers.
const MOST_NEAR: usize = 5;
/// Most words of one request that are compared with every name. Any of them is a question already.
const MOST_COMPARED: u32 = 4;

/// A scene's names, as far as the words of a request may be some.
///
/// The guests are gone through once: a request has few words, and a cluster has many guests.
pub(super) struct Names<'a> {
    pub scene: &'a Scene,
    by_name: HashMap<String, Vec<usize>>,
    by_vmid: HashMap<u32, Vec<usize>>,
    folded: OnceCell<Vec<Folded>>,
    compared: Cell<u32>,
}

impl<'a> Names<'a> {
    /// The names that these tokens can be.
    pub fn new(scene: &'a Scene, tokens: &[Token]) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_vmid: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut lengths = HashSet::new();
        for token in tokens {
            if let Token::Word { text, .. } | Token::Quoted(text) = token {
                let low = text.to_lowercase();
                by_vmid.extend(vmid(kind_and_number(&low).1).map(|vmid| (vmid, Vec::new())));
                lengths.insert(low.len());
                by_name.insert(low, Vec::new());
            }
        }
        for (at, guest) in scene.guests.iter().enumerate() {
            // Lower case of other alphabets may have another length.
            if (!guest.name.is_ascii() || lengths.contains(&guest.name.len()))
                && let Some(found) = by_name.get_mut(lower(&guest.name).as_ref())
            {
                found.push(at);
            }
            if let Some(found) = by_vmid.get_mut(&guest.vmid) {
                found.push(at);
            }
        }
        Self {
            scene,
            by_name,
            by_vmid,
            folded: OnceCell::new(),
            compared: Cell::new(0),
        }
    }

    /// Guests that a word names exactly: vmid, `qemu/101`, or the whole name without regard to case.
    pub fn exact(&self, word: &str) -> Vec<usize> {
        let low = word.to_lowercase();
        let (kind, number) = kind_and_number(&low);
        let named = || self.by_name.get(low.as_str()).into_iter().flatten();
        match (vmid(number), kind) {
            (Some(vmid), kind) => {
                let numbered = self.by_vmid.get(&vmid).into_iter().flatten();
                let mut found: Vec<usize> = numbered
                    .filter(|at| kind.is_none_or(|kind| self.scene.guests[**at].kind == kind))
                    .copied()
                    .collect();
                if kind.is_none() {
                    // A guest may be called `2024`: then the word is ambiguous, and ambiguity is a question.
                    found.extend(named());
                    found.sort_unstable();
                    found.dedup();
                }
                found
            }
            (None, Some(_)) => Vec::new(),
            (None, None) => named().copied().collect(),
        }
    }

    /// Whether the word names a guest exactly.
    pub fn is_guest(&self, word: &str) -> bool {
        !self.exact(word).is_empty()
    }

    /// Guests whose name looks like the word.
    pub fn near(&self, word: &str) -> Vec<usize> {
        if self.compared.replace(self.compared.get() + 1) >= MOST_COMPARED {
            return Vec::new();
        }
        let guests = &self.scene.guests;
        let folded = self.folded.get_or_init(|| {
            let names = guests.iter();
            names.map(|guest| Folded::of(&guest.name)).collect()
        });
        let word = Folded::of(word);
        let mut row = Vec::new();
        let all = folded.iter().enumerate();
        let mut found: Vec<(usize, u32, usize)> = all
            .filter_map(|(at, name)| Some((word.nearness(name, &mut row)?, guests[at].vmid, at)))
            .collect();
        found.sort_unstable();
        let best = found.into_iter().take(MOST_NEAR);
        best.map(|(.., at)| at).collect()
    }

    /// The node of this name, spelt as Proxmox spells it.
    pub fn node(&self, word: &str) -> Option<&'a String> {
        one_of(&self.scene.nodes, word)
    }

    /// The storage of this name, spelt as Proxmox spells it.
    pub fn storage(&self, word: &str) -> Option<&'a String> {
        one_of(&self.scene.storages, word)
    }

    /// The pool of this name, spelt as Proxmox spells it.
    pub fn pool(&self, word: &str) -> Option<&'a String> {
        one_of(&self.scene.pools, word)
    }
}

/// Nodes whose name looks like the word; all of them where none does.
pub(super) fn near_nodes<'a>(word: &str, scene: &'a Scene) -> Vec<&'a String> {
    let word = Folded::of(word);
    let mut row = Vec::new();
    let mut is_near = |node: &&String| word.nearness(&Folded::of(node), &mut row).is_some();
    let near: Vec<&String> = scene.nodes.iter().filter(|node| is_near(node)).collect();
    if near.is_empty() {
        scene.nodes.iter().collect()
    } else {
        near
    }
}

/// Whether the word can only be a guest's number: `101`, `qemu/101`.
pub(super) fn is_meant_as_guest(word: &str) -> bool {
    let low = word.to_lowercase();
    let number = match low.split_once('/') {
        Some(("qemu" | "vm" | "lxc" | "ct", number)) => number,
        Some(_) => return false,
        None => low.as_str(),
    };
    // Proxmox numbers guests from 100.
    number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit())
}

fn kind_and_number(low: &str) -> (Option<GuestKind>, &str) {
    match low.split_once('/') {
        Some(("qemu" | "vm", number)) => (Some(GuestKind::Qemu), number),
        Some(("lxc" | "ct", number)) => (Some(GuestKind::Lxc), number),
        _ => (None, low),
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    let is_low = |b: u8| b.is_ascii() && !b.is_ascii_uppercase();
    if name.bytes().all(is_low) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.to_lowercase())
    }
}

fn one_of<'a>(names: &'a [String], word: &str) -> Option<&'a String> {
    let mut same = names.iter().filter(|name| name.eq_ignore_ascii_case(word));
    let first = same.next();
    // Two that differ in case only are told apart by their exact spelling.
    if same.next().is_some() {
        names.iter().find(|name| *name == word)
    } else {
        first
    }
}

/// A name without what the eye passes over, and which characters are in it.
struct Folded {
    text: Vec<char>,
    /// A bit for each character, several to a bit.
    letters: u64,
}

impl Folded {
    fn of(name: &str) -> Self {
        let text: Vec<char> = fold(name).collect();
        let bit = |c: &char| 1_u64 << (u32::from(*c) % 64);
        Self {
            letters: text.iter().map(bit).fold(0, |all, bit| all | bit),
            text,
        }
    }

    /// Edits between two names that a hasty reader might take for each other. `row` is scratch.
    fn nearness(&self, name: &Self, row: &mut Vec<usize>) -> Option<usize> {
        let (word, name_text) = (&self.text, &name.text);
        if name_text.is_empty() {
            return None;
        }
        if word == name_text {
            return Some(0);
        }
        let allowed: usize = match word.len().min(name_text.len()) {
            0..=2 => return None,
            3..=4 => 1,
            _ => 2,
        };
        // One edit changes two letters at most. Both keep an endless word from being compared with every guest.
        let different = (self.letters ^ name.letters).count_ones() as usize;
        if word.len().abs_diff(name_text.len()) > allowed || different > 2 * allowed {
            return None;
        }
        distance(word, name_text, allowed, row)
    }
}

/// The name without what the eye passes over: case, separators, look-alike letters.
fn fold(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '-' | '_' | '.' | ' '))
        .map(|c| match c {
            'o' => '0',
            'l' | 'i' => '1',
            c => c,
        })
}

/// How many characters must be added, removed or replaced to make one text the other, where that is at most `most`.
fn distance(a: &[char], b: &[char], most: usize, row: &mut Vec<usize>) -> Option<usize> {
    row.clear();
    row.extend(0..=b.len());
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            return None;
        }
    }
    Some(row[b.len()]).filter(|edits| *edits <= most)
}

fn vmid(number: &str) -> Option<u32> {
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| number.parse().ok()).flatten()
}
