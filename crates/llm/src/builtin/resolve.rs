//! From words to guests and nodes: whole tokens only. What is merely near is never taken, only offered.

use crate::scene::{GuestKind, Scene, SceneGuest};

/// Most near names that a question offers.
const MOST_NEAR: usize = 5;

/// Guests that a word names exactly: vmid, `qemu/101`, or the whole name without regard to case.
pub(super) fn exact(word: &str, scene: &Scene) -> Vec<usize> {
    let low = word.to_lowercase();
    let (kind, number) = match low.split_once('/') {
        Some(("qemu" | "vm", number)) => (Some(GuestKind::Qemu), number),
        Some(("lxc" | "ct", number)) => (Some(GuestKind::Lxc), number),
        _ => (None, low.as_str()),
    };
    let vmid: Option<u32> = number
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| number.parse().ok())
        .flatten();
    let by = |test: &dyn Fn(&SceneGuest) -> bool| -> Vec<usize> {
        let found = scene.guests.iter().enumerate();
        found
            .filter(|(_, guest)| test(guest))
            .map(|(at, _)| at)
            .collect()
    };
    match (vmid, kind) {
        (Some(vmid), kind) => by(&|guest| {
            let is_vmid = guest.vmid == vmid && kind.is_none_or(|kind| guest.kind == kind);
            // A guest may be called `2024`: then the word is ambiguous, and ambiguity is a question.
            is_vmid || (kind.is_none() && guest.name.to_lowercase() == low)
        }),
        (None, Some(_)) => Vec::new(),
        (None, None) => by(&|guest| guest.name.to_lowercase() == low),
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

/// Guests whose name looks like the word.
pub(super) fn near(word: &str, scene: &Scene) -> Vec<usize> {
    let mut found: Vec<(usize, u32, usize)> = scene
        .guests
        .iter()
        .enumerate()
        .filter_map(|(at, guest)| nearness(word, &guest.name).map(|edits| (edits, guest.vmid, at)))
        .collect();
    found.sort_unstable();
    found
        .into_iter()
        .take(MOST_NEAR)
        .map(|(.., at)| at)
        .collect()
}

/// The node of this name, spelt as Proxmox spells it.
pub(super) fn node<'a>(word: &str, scene: &'a Scene) -> Option<&'a String> {
    let mut same = scene
        .nodes
        .iter()
        .filter(|node| node.eq_ignore_ascii_case(word));
    let first = same.next();
    // Two nodes that differ in case only are told apart by their exact spelling.
    if same.next().is_some() {
        scene.nodes.iter().find(|node| *node == word)
    } else {
        first
    }
}

/// Nodes whose name looks like the word; all of them where none does.
pub(super) fn near_nodes<'a>(word: &str, scene: &'a Scene) -> Vec<&'a String> {
    let near: Vec<&String> = scene
        .nodes
        .iter()
        .filter(|node| nearness(word, node).is_some())
        .collect();
    if near.is_empty() {
        scene.nodes.iter().collect()
    } else {
        near
    }
}

/// Edits between two names that a hasty reader might take for each other.
fn nearness(word: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let (folded_word, folded_name) = (fold(word), fold(name));
    if folded_word == folded_name {
        return Some(0);
    }
    let (word_length, name_length) = (folded_word.chars().count(), folded_name.chars().count());
    let allowed = match word_length.min(name_length) {
        0..=2 => return None,
        3..=4 => 1,
        _ => 2,
    };
    // Also keeps an endless word from being compared letter by letter with every guest.
    if word_length.abs_diff(name_length) > allowed {
        return None;
    }
    let edits = distance(&folded_word, &folded_name);
    (edits <= allowed).then_some(edits)
}

/// The name without what the eye passes over: case, separators, look-alike letters.
fn fold(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '-' | '_' | '.' | ' '))
        .map(|c| match c {
            'o' => '0',
            'l' | 'i' => '1',
            c => c,
        })
        .collect()
}

/// How many characters must be added, removed or replaced to make one text the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
