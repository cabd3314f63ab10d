//! A plan in a few words, by template.

use std::collections::BTreeMap;

use argus_types::action::ActionKind;
use argus_types::id::GuestKey;
use argus_types::plan::Step;

use crate::catalogue::{target_label, verb};

/// Most guests that a title names.
const MOST_NAMES: usize = 3;

/// One step: its sentence. One guest: its verbs. Otherwise verbs with names or counts.
pub(crate) fn of(steps: &[Step]) -> String {
    if let [only] = steps {
        return only.title.clone();
    }
    let mut guests: Vec<(GuestKey, Vec<ActionKind>, String)> = Vec::new();
    for step in steps {
        let key = step.target.key();
        match guests.iter_mut().find(|(known, ..)| *known == key) {
            Some((_, actions, _)) if actions.contains(&step.action) => {}
            Some((_, actions, _)) => actions.push(step.action),
            None => guests.push((key, vec![step.action], target_label(&step.target))),
        }
    }
    let same = guests
        .first()
        .filter(|(_, first, _)| guests.iter().all(|(_, actions, _)| actions == first));
    let text = match same {
        Some((_, actions, _)) => {
            let verbs: Vec<String> = actions
                .iter()
                .map(|action| verb(*action).to_owned())
                .collect();
            let whom = if guests.len() <= MOST_NAMES {
                let names: Vec<String> = guests.iter().map(|(.., name)| name.clone()).collect();
                join(&names)
            } else {
                format!("{} guests", guests.len())
            };
            format!("{} {whom}", join(&verbs))
        }
        None => counts(&guests),
    };
    capitalised(&text)
}

/// `snapshot 3 guests, migrate 1 guest`, in the order in which the verbs first come.
fn counts(guests: &[(GuestKey, Vec<ActionKind>, String)]) -> String {
    let mut order: Vec<ActionKind> = Vec::new();
    let mut count: BTreeMap<ActionKind, usize> = BTreeMap::new();
    for action in guests.iter().flat_map(|(_, actions, _)| actions) {
        if !order.contains(action) {
            order.push(*action);
        }
        *count.entry(*action).or_default() += 1;
    }
    let parts: Vec<String> = order
        .iter()
        .map(|action| {
            let count = count.get(action).copied().unwrap_or_default();
            let plural = if count == 1 { "" } else { "s" };
            format!("{} {count} guest{plural}", verb(*action))
        })
        .collect();
    parts.join(", ")
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
