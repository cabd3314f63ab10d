//! What each clause comes to, once all of it is read; what fits nothing is a leftover.

use crate::builtin::clause::{Clause, Said};
use crate::builtin::intent::Intent;
use crate::builtin::lexicon::{Thing, Verb};
use crate::builtin::slots::{Pick, Slot};

/// Brings verbs, things, values and manner together.
pub(super) fn settle(clause: &mut Clause, leftovers: &mut Vec<String>) {
    verbs(clause, leftovers);
    for said in &clause.verbs {
        match Intent::of(said.value, clause) {
            Some(intent) => clause.intents.push(Said {
                value: intent,
                span: said.span,
            }),
            None => leftovers.push(format!("{:?}", said.value).to_lowercase()),
        }
    }
    name_of_what_is_there(clause);
    light(clause, leftovers);
    manner(clause, leftovers);
    things(clause, leftovers);
    slots(clause, leftovers);
    switched_off(clause);
}

fn verbs(clause: &mut Clause, leftovers: &mut Vec<String>) {
    if let Some(stem) = clause.stem.take() {
        match stem.value.alone() {
            Some(verb) => clause.verbs.push(Said {
                value: verb,
                span: stem.span,
            }),
            None => leftovers.push("a verb without its second half".to_owned()),
        }
    }
    // `take web-01 out of HA`
    let moved = [Thing::Ha, Thing::Pool, Thing::Maintenance];
    if clause.verbs.is_empty()
        && moved.iter().any(|thing| clause.is_about(*thing))
        && let Some(light) = clause.light.take()
    {
        clause.verbs.push(Said {
            value: Verb::Put,
            span: light.span,
        });
    }
}

/// `delete the snapshot called x1`: the name is of something that is there.
fn name_of_what_is_there(clause: &mut Clause) {
    let picks =
        |said: &Said<Intent>| matches!(said.value, Intent::DeleteSnapshot | Intent::Rollback);
    if clause.slots.pick.is_none()
        && !clause.intents.is_empty()
        && clause.intents.iter().all(picks)
        && let Some(name) = clause.name.take()
    {
        clause.slots.pick = Some(Said {
            value: Pick::Named(name.value),
            span: name.span,
        });
    }
}

fn light(clause: &mut Clause, leftovers: &mut Vec<String>) {
    if let Some(light) = clause.light.take()
        && !clause.means(Intent::Snapshot)
        && !clause.means(Intent::Backup)
    {
        leftovers.push(light.value);
    }
}

fn manner(clause: &Clause, leftovers: &mut Vec<String>) {
    let all_are = |may: &[Intent]| clause.intents.iter().all(|said| may.contains(&said.value));
    if clause.gently && !all_are(&[Intent::Shutdown, Intent::Reboot, Intent::SwitchOff]) {
        leftovers.push("gracefully".to_owned());
    }
    if clause.hard && !all_are(&[Intent::Stop, Intent::SwitchOff]) {
        leftovers.push("hard".to_owned());
    }
    if clause.live && !all_are(&[Intent::Migrate]) {
        leftovers.push("live".to_owned());
    }
}

fn things(clause: &Clause, leftovers: &mut Vec<String>) {
    for said in &clause.things {
        let mut intents = clause.intents.iter();
        if !clause.intents.is_empty()
            && !intents.any(|intent| intent.value.about().contains(&said.value))
        {
            leftovers.push(format!("{:?}", said.value).to_lowercase());
        }
    }
}

fn slots(clause: &Clause, leftovers: &mut Vec<String>) {
    if clause.slots.loose.is_some() {
        leftovers.push("a size, and not of what".to_owned());
    }
    let mut said = clause.slots.said();
    if clause.name.is_some() {
        said.push((Slot::Name, "a name"));
    }
    if clause.memory.is_some() {
        said.push((Slot::WithMemory, "with or without memory"));
    }
    if clause.to.is_some() {
        said.push((Slot::To, "the node to move to"));
    }
    let without_verb = clause.intents.is_empty();
    for (slot, word) in said {
        let taken = clause
            .intents
            .iter()
            .any(|intent| intent.value.takes().contains(&slot));
        // A place alone is asked about: what shall be done there?
        let open = without_verb && slot == Slot::To;
        if !taken && !open {
            leftovers.push(word.to_owned());
        }
    }
    if clause.means(Intent::Clone) && clause.intents.len() > 1 {
        leftovers.push("what else beside cloning".to_owned());
    }
    let drains = clause.means(Intent::Drain);
    if drains && (!clause.groups.is_empty() || clause.intents.len() > 1) {
        leftovers.push("guests beside a node".to_owned());
    }
}

fn switched_off(clause: &mut Clause) {
    let settled = match (clause.gently, clause.hard) {
        (true, false) => Intent::Shutdown,
        (false, true) => Intent::Stop,
        _ => return,
    };
    for said in &mut clause.intents {
        if said.value == Intent::SwitchOff {
            said.value = settled;
        }
    }
}
