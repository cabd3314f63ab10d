//! A plan in a few words, by template.

use argus_types::action::ActionKind;
use argus_types::plan::Step;

use crate::catalogue::target_label;

/// Most targets that a title names.
const MOST_NAMES: usize = 3;

/// One step: its sentence. One guest: its verbs. Otherwise verbs with names or counts.
pub(crate) fn of(steps: &[Step]) -> String {
    if let [only] = steps {
        return only.title.clone();
    }
    let mut targets: Vec<(String, Vec<ActionKind>, String)> = Vec::new();
    for step in steps {
        let key = step.target.to_string();
        match targets.iter_mut().find(|(known, ..)| *known == key) {
            Some((_, actions, _)) if actions.contains(&step.action) => {}
            Some((_, actions, _)) => actions.push(step.action),
            None => targets.push((key, vec![step.action], target_label(&step.target))),
        }
    }
    let same = targets
        .first()
        .filter(|(_, first, _)| targets.iter().all(|(_, actions, _)| actions == first));
    let text = match same {
        Some((_, actions, _)) => {
            let verbs: Vec<String> = actions
                .iter()
                .map(|action| action.phrase().to_owned())
                .collect();
            let whom = if targets.len() <= MOST_NAMES {
                let names: Vec<String> = targets.iter().map(|(.., name)| name.clone()).collect();
                join(&names)
            } else {
                counted(targets.iter().map(|(key, ..)| key.as_str()))
            };
            format!("{} {whom}", join(&verbs))
        }
        None => counts(&targets),
    };
    capitalised(&text)
}

/// `snapshot 3 guests, migrate 1 guest, reboot node pve2`, in the order in which the verbs first come.
fn counts(targets: &[(String, Vec<ActionKind>, String)]) -> String {
    let mut order: Vec<ActionKind> = Vec::new();
    for action in targets.iter().flat_map(|(_, actions, _)| actions) {
        if !order.contains(action) {
            order.push(*action);
        }
    }
    let parts: Vec<String> = order
        .iter()
        .map(|action| {
            let of: Vec<_> = targets
                .iter()
                .filter(|(_, actions, _)| actions.contains(action))
                .collect();
            let whom = match of.as_slice() {
                // A node has no number to be counted by; its name says more.
                [(key, _, name)] if noun(key) != GUEST => name.clone(),
                _ => counted(of.iter().map(|(key, ..)| key.as_str())),
            };
            format!("{} {whom}", action.phrase())
        })
        .collect();
    parts.join(", ")
}

const GUEST: &str = "guest";

/// What a target is, by the name that leases and records give it.
fn noun(key: &str) -> &'static str {
    if key.starts_with("node/") {
        "node"
    } else if key.starts_with("volume/") {
        "volume"
    } else {
        GUEST
    }
}

/// `3 guests`.
fn counted<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let nouns: Vec<&str> = keys.map(noun).collect();
    let what = match nouns.first() {
        Some(first) if nouns.iter().all(|noun| noun == first) => first,
        _ => "target",
    };
    let plural = if nouns.len() == 1 { "" } else { "s" };
    format!("{} {what}{plural}", nouns.len())
}

fn join(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
