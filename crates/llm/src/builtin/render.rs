//! Clauses in the rules' own plain words: what a choice posts, and what always drafts again.

use crate::builtin::amount::Change;
use crate::builtin::clause::{Clause, Destination, Group};
use crate::builtin::intent::Intent;
use crate::builtin::slots::{Pick, Slots, Storage};
use crate::drafted::HaState;
use crate::scene::{GuestKind, Scene};

/// The whole request.
pub(super) fn render(clauses: &[Clause], scene: &Scene) -> String {
    let mut parts = Vec::new();
    for clause in clauses {
        for intent in &clause.intents {
            parts.extend(one(clause, intent.value, scene));
        }
    }
    parts.join("; ")
}

/// Text in quotation marks that it does not hold itself.
pub(super) fn quote(text: &str) -> String {
    let pairs = [('"', '"'), ('«', '»'), ('‘', '’'), ('`', '`')];
    let fitting = pairs.iter().find(|(_, close)| !text.contains(*close));
    match fitting {
        Some((open, close)) => format!("{open}{text}{close}"),
        // A choice that cannot be said asks once more.
        None => "\"\"".to_owned(),
    }
}

fn one(clause: &Clause, intent: Intent, scene: &Scene) -> Vec<String> {
    let slots = &clause.slots;
    let guests = guests(clause, intent, scene);
    let text = match intent {
        Intent::Start => format!("start {guests}"),
        Intent::Shutdown => format!("shut down {guests}"),
        Intent::Stop => format!("hard stop {guests}"),
        Intent::SwitchOff => format!("power off {guests}"),
        Intent::Reboot => format!("reboot {guests}"),
        Intent::Reset => format!("reset {guests}"),
        Intent::Suspend => format!("pause {guests}"),
        Intent::Resume => format!("resume {guests}"),
        Intent::Hibernate => format!("hibernate {guests}"),
        Intent::Snapshot => {
            let memory = clause.memory.as_ref().is_some_and(|said| said.value);
            let memory = if memory { " with memory" } else { "" };
            format!("snapshot {guests}{}{memory}", called(clause))
        }
        Intent::DeleteSnapshot => format!("delete {} of {guests}", snapshots(slots)),
        Intent::Rollback => match &slots.pick {
            Some(_) => format!("roll back {guests} to {}", snapshots(slots)),
            None => format!("roll back {guests}"),
        },
        Intent::Back => format!("zurücksetzen {guests}"),
        Intent::Migrate => match &clause.to {
            Some(said) => format!("migrate {guests} to {}", destination(&said.value)),
            None => format!("migrate {guests}"),
        },
        Intent::Clone => format!(
            "clone {guests}{}{}{}",
            called(clause),
            number(slots),
            storage(" on storage", slots)
        ),
        Intent::Destroy => format!("delete {guests}"),
        Intent::Remove => format!("remove {guests}"),
        Intent::Backup => format!("back up {guests}{}", storage(" to storage", slots)),
        Intent::Restore => format!(
            "restore {guests}{}{}{}",
            backup(slots),
            if slots.new.is_some() { " as new" } else { "" },
            number(slots)
        ),
        Intent::Configure => return settings(slots, &guests),
        Intent::GrowDisk => size(
            &disk(slots),
            slots.disk_size.as_ref().map(|s| s.value),
            &guests,
        ),
        Intent::MoveDisk => format!(
            "move {} of {guests}{}",
            disk(slots),
            storage(" to storage", slots)
        ),
        Intent::AddTags => format!("add tag {} to {guests}", tags(slots)),
        Intent::RemoveTags => format!("remove tag {} from {guests}", tags(slots)),
        Intent::SetTags => format!("set tags of {guests} to {}", tags(slots)),
        Intent::SetNotes => {
            let text = slots.text.as_ref().map(|said| quote(&said.value));
            format!("set notes of {guests} to {}", text.unwrap_or_default())
        }
        Intent::Autostart(on) => format!("{} autostart of {guests}", able(on)),
        Intent::Protection(on) => format!("{} protection of {guests}", able(on)),
        Intent::HaAdd => {
            let state = match slots.state.as_ref().map(|said| said.value) {
                Some(HaState::Started) => " as started",
                Some(HaState::Stopped) => " as stopped",
                None => "",
            };
            format!("add {guests} to HA{state}")
        }
        Intent::HaRemove => format!("remove {guests} from HA"),
        Intent::PoolAdd => format!("add {guests} to pool {}", pool(slots)),
        Intent::PoolRemove => format!("remove {guests} from pool {}", pool(slots)),
        Intent::Drain => {
            let node = slots.node.as_ref().map(|said| said.value.as_str());
            format!("drain {}", node.unwrap_or_default())
        }
    };
    vec![text.trim_end().to_owned()]
}

fn settings(slots: &Slots, guests: &str) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(said) = &slots.memory {
        parts.push(size("memory", Some(said.value), guests));
    }
    if let Some(said) = &slots.cores {
        parts.push(change("cores", Some(said.value), guests, ""));
    }
    parts
}

fn size(what: &str, said: Option<Change>, guests: &str) -> String {
    change(what, said, guests, " MB")
}

fn change(what: &str, said: Option<Change>, guests: &str, unit: &str) -> String {
    match said {
        Some(Change::To(to)) => format!("set {what} of {guests} to {to}{unit}"),
        Some(Change::More(by)) => format!("increase {what} of {guests} by {by}{unit}"),
        Some(Change::Less(by)) => format!("decrease {what} of {guests} by {by}{unit}"),
        Some(Change::Double) => format!("double {what} of {guests}"),
        Some(Change::Halve) => format!("halve {what} of {guests}"),
        Some(Change::Open(number)) => format!("increase {what} of {guests} {number}{unit}"),
        Some(Change::NoUnit(number)) => format!("set {what} of {guests} to {number}"),
        None => format!("increase {what} of {guests}"),
    }
}

fn snapshots(slots: &Slots) -> String {
    match slots.pick.as_ref().map(|said| &said.value) {
        Some(Pick::Named(name)) => format!("snapshot {}", quote(name)),
        Some(Pick::Oldest) => "the oldest snapshot".to_owned(),
        Some(Pick::Newest) => "the newest snapshot".to_owned(),
        Some(Pick::OlderThan(days)) => format!("snapshots older than {days} days"),
        Some(Pick::All) => "all snapshots".to_owned(),
        None => "snapshot".to_owned(),
    }
}

fn backup(slots: &Slots) -> String {
    match slots.pick.as_ref().map(|said| &said.value) {
        Some(Pick::Named(volume)) => format!(" from backup {}", quote(volume)),
        Some(Pick::Oldest) => " from the oldest backup".to_owned(),
        Some(_) => " from the newest backup".to_owned(),
        None => String::new(),
    }
}

fn called(clause: &Clause) -> String {
    let name = clause.name.as_ref();
    name.map_or_else(String::new, |said| {
        format!(" called {}", quote(&said.value))
    })
}

fn number(slots: &Slots) -> String {
    let number = slots.number.as_ref();
    number.map_or_else(String::new, |said| format!(" with id {}", said.value))
}

fn storage(before: &str, slots: &Slots) -> String {
    match slots.storage.as_ref().map(|said| &said.value) {
        Some(Storage::Known(name) | Storage::Unknown(name)) => format!("{before} {}", quote(name)),
        None => String::new(),
    }
}

fn disk(slots: &Slots) -> String {
    let disk = slots.disk.as_ref();
    disk.map_or_else(|| "disk".to_owned(), |said| format!("disk {}", said.value))
}

fn tags(slots: &Slots) -> String {
    let tags = slots.tags.iter().map(|said| quote(&said.value));
    tags.collect::<Vec<_>>().join(", ")
}

fn pool(slots: &Slots) -> String {
    let pool = slots.pool.as_ref().map(|said| quote(&said.value));
    pool.unwrap_or_default()
}

fn able(on: bool) -> &'static str {
    if on { "enable" } else { "disable" }
}

fn destination(to: &Destination) -> String {
    match to {
        Destination::Node(node) => node.clone(),
        Destination::Unknown(text) => quote(text),
    }
}

fn guests(clause: &Clause, intent: Intent, scene: &Scene) -> String {
    let groups = clause.groups.iter().map(|group| {
        let text = group_text(group, scene);
        match group {
            Group::Named {
                place: Some(node), ..
            } => {
                let from = if intent == Intent::Migrate {
                    "from"
                } else {
                    "on"
                };
                format!("{text} {from} {node}")
            }
            _ => text,
        }
    });
    groups.collect::<Vec<_>>().join(", ")
}

fn group_text(group: &Group, scene: &Scene) -> String {
    let keys = |members: &[usize]| {
        members
            .iter()
            .filter_map(|at| scene.guests.get(*at))
            .map(|guest| format!("{}/{}", guest.kind.as_str(), guest.vmid))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (group.certain(), group) {
        (Some(members), _) => keys(members),
        (None, Group::Named { text, .. }) => quote(text),
        (None, Group::Set { kind, .. }) => match kind {
            Some(GuestKind::Qemu) => "all VMs".to_owned(),
            Some(GuestKind::Lxc) => "all containers".to_owned(),
            None => "all guests".to_owned(),
        },
    }
}
