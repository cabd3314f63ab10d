//! From clauses that leave nothing open to steps, each parameter with where it comes from.

use crate::builtin::amount::Change;
use crate::builtin::clause::{Clause, Destination, Said};
use crate::builtin::intent::Intent;
use crate::builtin::kept;
use crate::builtin::slots::Storage;
use crate::drafted::{DraftAction, DraftConfig, DraftStep, HaState, Provenance, Source, Span};
use crate::scene::{Details, Scene, SceneGuest};

/// MiB of a GiB.
const GIB: u64 = 1024;

/// The steps in the order in which they are wanted. One is missing only where a question was asked before.
pub(super) fn of(clauses: &[Clause], scene: &Scene) -> Vec<DraftStep> {
    let mut steps = Vec::new();
    for clause in clauses {
        for intent in &clause.intents {
            if intent.value == Intent::Drain {
                steps.extend(drain(clause, intent.span));
            }
            for (at, said) in clause.mentioned() {
                let maker = Maker {
                    clause,
                    scene,
                    guest: &scene.guests[at],
                    verb: intent.span,
                    said,
                };
                steps.extend(maker.steps(intent.value));
            }
        }
    }
    steps
}

fn drain(clause: &Clause, verb: Span) -> Option<DraftStep> {
    let node = clause.slots.node.as_ref()?;
    Some(DraftStep {
        action: DraftAction::Drain {
            node: node.value.clone(),
        },
        provenance: vec![
            from("/action", Source::Request(verb)),
            from("/node", Source::Request(node.span)),
        ],
    })
}

fn from(parameter: &str, source: Source) -> Provenance {
    Provenance {
        parameter: parameter.to_owned(),
        source,
    }
}

fn request<T>(parameter: &str, said: &Said<T>) -> Provenance {
    from(parameter, Source::Request(said.span))
}

fn inventory(parameter: &str, what: &str) -> Provenance {
    from(parameter, Source::Inventory(what.to_owned()))
}

/// Makes the steps of one verb for one guest.
struct Maker<'a> {
    clause: &'a Clause,
    scene: &'a Scene,
    guest: &'a SceneGuest,
    verb: Span,
    said: Span,
}

impl Maker<'_> {
    fn steps(&self, intent: Intent) -> Vec<DraftStep> {
        match intent {
            Intent::Destroy => self.destroy(),
            Intent::DeleteSnapshot => self.delete_snapshots(),
            other => self.one(other).into_iter().collect(),
        }
    }

    fn step(&self, action: DraftAction, more: Vec<Provenance>) -> DraftStep {
        let mut provenance = vec![from("/action", Source::Request(self.verb))];
        provenance.push(from("/target", Source::Request(self.said)));
        provenance.extend(more);
        DraftStep { action, provenance }
    }

    fn details(&self) -> Option<&Details> {
        self.scene.details.get(&self.guest.target())
    }

    fn one(&self, intent: Intent) -> Option<DraftStep> {
        let target = self.guest.target();
        let plain = |action| Some(self.step(action, Vec::new()));
        match intent {
            Intent::Start => plain(DraftAction::Start { target }),
            Intent::Shutdown => plain(DraftAction::Shutdown { target }),
            Intent::Stop => plain(DraftAction::Stop { target }),
            Intent::Reboot => plain(DraftAction::Reboot { target }),
            Intent::Reset => plain(DraftAction::Reset { target }),
            Intent::Suspend => plain(DraftAction::Suspend { target }),
            Intent::Resume => plain(DraftAction::Resume { target }),
            Intent::Hibernate => plain(DraftAction::Hibernate { target }),
            Intent::HaRemove => plain(DraftAction::HaRemove { target }),
            Intent::Snapshot => Some(self.snapshot()),
            Intent::Rollback => self.rollback(),
            Intent::Migrate => self.migrate(),
            Intent::Clone => Some(self.clone_guest()),
            Intent::Backup => self.backup(),
            Intent::Restore => self.restore(),
            Intent::Configure => self.configure(),
            Intent::GrowDisk => self.grow_disk(),
            Intent::MoveDisk => self.move_disk(),
            Intent::AddTags | Intent::RemoveTags | Intent::SetTags => self.tags(intent),
            Intent::SetNotes => {
                let text = self.clause.slots.text.as_ref()?;
                let set = DraftConfig {
                    description: Some(text.value.clone()),
                    ..DraftConfig::default()
                };
                Some(self.set(set, vec![request("/set/description", text)]))
            }
            Intent::Autostart(on) => Some(self.switch(
                "/set/onboot",
                DraftConfig {
                    onboot: Some(on),
                    ..DraftConfig::default()
                },
            )),
            Intent::Protection(on) => Some(self.switch(
                "/set/protection",
                DraftConfig {
                    protection: Some(on),
                    ..DraftConfig::default()
                },
            )),
            Intent::HaAdd => Some(self.ha_add()),
            Intent::PoolAdd | Intent::PoolRemove => self.pool(intent),
            Intent::SwitchOff
            | Intent::Back
            | Intent::Remove
            | Intent::Destroy
            | Intent::DeleteSnapshot
            | Intent::Drain => None,
        }
    }

    fn snapshot(&self) -> DraftStep {
        let mut more = Vec::new();
        more.extend(self.clause.name.as_ref().map(|name| request("/name", name)));
        let memory = self.clause.memory.as_ref().filter(|said| said.value);
        more.extend(memory.map(|said| request("/include_memory", said)));
        let action = DraftAction::Snapshot {
            target: self.guest.target(),
            name: self.clause.name.as_ref().map(|said| said.value.clone()),
            include_memory: memory.is_some(),
        };
        self.step(action, more)
    }

    /// The provenance of the one snapshot or backup that was chosen.
    fn picked(&self, parameter: &str, what: &str) -> Vec<Provenance> {
        match &self.clause.slots.pick {
            Some(said) if kept::is_named(&said.value) => vec![request(parameter, said)],
            Some(said) => vec![request(parameter, said), inventory(parameter, what)],
            None => vec![inventory(parameter, what)],
        }
    }

    fn delete_snapshots(&self) -> Vec<DraftStep> {
        let names = kept::snapshots(self.clause, self.guest, self.scene).unwrap_or_default();
        let step = |name: String| {
            let target = self.guest.target();
            self.step(
                DraftAction::DeleteSnapshot { target, name },
                self.picked("/name", "snapshots"),
            )
        };
        names.into_iter().map(step).collect()
    }

    fn rollback(&self) -> Option<DraftStep> {
        let names = kept::snapshots(self.clause, self.guest, self.scene).ok()?;
        let action = DraftAction::Rollback {
            target: self.guest.target(),
            name: names.into_iter().next()?,
        };
        Some(self.step(action, self.picked("/name", "snapshots")))
    }

    fn migrate(&self) -> Option<DraftStep> {
        let said = self.clause.to.as_ref()?;
        let Destination::Node(node) = &said.value else {
            return None;
        };
        let action = DraftAction::Migrate {
            target: self.guest.target(),
            node: node.clone(),
        };
        Some(self.step(action, vec![request("/node", said)]))
    }

    fn clone_guest(&self) -> DraftStep {
        let slots = &self.clause.slots;
        let mut more = Vec::new();
        more.extend(slots.number.as_ref().map(|said| request("/new_vmid", said)));
        more.extend(self.clause.name.as_ref().map(|said| request("/name", said)));
        more.extend(slots.storage.as_ref().map(|said| request("/storage", said)));
        let action = DraftAction::Clone {
            target: self.guest.target(),
            new_vmid: slots.number.as_ref().map(|said| said.value),
            name: self.clause.name.as_ref().map(|said| said.value.clone()),
            storage: self.storage(),
        };
        self.step(action, more)
    }

    fn storage(&self) -> Option<String> {
        match &self.clause.slots.storage.as_ref()?.value {
            Storage::Known(name) => Some(name.clone()),
            Storage::Unknown(_) => None,
        }
    }

    fn backup(&self) -> Option<DraftStep> {
        let (storage, source) = if let Some(said) = &self.clause.slots.storage {
            (self.storage()?, request("/storage", said))
        } else {
            let mut only = self.details()?.backup_storages.as_ref()?.iter();
            let storage = only.next()?.clone();
            (
                storage,
                inventory("/storage", "the only storage for backups"),
            )
        };
        let action = DraftAction::Backup {
            target: self.guest.target(),
            storage,
        };
        Some(self.step(action, vec![source]))
    }

    fn restore(&self) -> Option<DraftStep> {
        let volume = kept::backup(self.clause, self.guest, self.scene)?;
        let number = self.clause.slots.number.as_ref();
        let mut provenance = vec![from("/action", Source::Request(self.verb))];
        provenance.push(from("/volume", Source::Request(self.said)));
        provenance.extend(self.picked("/volume", "backups"));
        provenance.extend(number.map(|said| request("/new_vmid", said)));
        Some(DraftStep {
            action: DraftAction::Restore {
                volume,
                new_vmid: number.map(|said| said.value),
            },
            provenance,
        })
    }

    fn set(&self, set: DraftConfig, more: Vec<Provenance>) -> DraftStep {
        let target = self.guest.target();
        self.step(DraftAction::SetConfig { target, set }, more)
    }

    fn switch(&self, parameter: &str, set: DraftConfig) -> DraftStep {
        self.set(set, vec![from(parameter, Source::Request(self.verb))])
    }

    fn configure(&self) -> Option<DraftStep> {
        let slots = &self.clause.slots;
        let mut set = DraftConfig::default();
        let mut more = Vec::new();
        let mut value = |said: &Option<Said<Change>>, parameter: &str, what: &str, now| {
            let said = said.as_ref()?;
            more.push(request(parameter, said));
            if said.value.needs_now() {
                more.push(inventory(parameter, what));
            }
            u32::try_from(said.value.applied(now)?).ok()
        };
        let details = self.details();
        let now = |field: fn(&Details) -> Option<u32>| details.and_then(field).map(u64::from);
        let memory = now(|details| details.memory_mib);
        let cores = now(|details| details.cores);
        set.memory_mib = value(&slots.memory, "/set/memory_mib", "memory", memory);
        set.cores = value(&slots.cores, "/set/cores", "cores", cores);
        let all = set.memory_mib.is_some() == slots.memory.is_some()
            && set.cores.is_some() == slots.cores.is_some();
        all.then(|| self.set(set, more))
    }

    fn disk(&self) -> Option<(String, Provenance)> {
        if let Some(said) = &self.clause.slots.disk {
            return Some((said.value.clone(), request("/disk", said)));
        }
        let only = self.details()?.disks.as_ref()?.first()?;
        Some((only.key.clone(), inventory("/disk", "the only disk")))
    }

    fn grow_disk(&self) -> Option<DraftStep> {
        let said = self.clause.slots.disk_size.as_ref()?;
        let (disk, source) = self.disk()?;
        let now = self
            .details()
            .and_then(|details| kept::disk_mib(details, &disk));
        let mib = said.value.applied(now)?;
        let mut more = vec![source, request("/size_gib", said)];
        if said.value.needs_now() {
            more.push(inventory("/size_gib", "disks"));
        }
        let action = DraftAction::ResizeDisk {
            target: self.guest.target(),
            disk,
            size_gib: u32::try_from(mib / GIB).ok()?,
        };
        Some(self.step(action, more))
    }

    fn move_disk(&self) -> Option<DraftStep> {
        let said = self.clause.slots.storage.as_ref()?;
        let (disk, source) = self.disk()?;
        let action = DraftAction::MoveDisk {
            target: self.guest.target(),
            disk,
            storage: self.storage()?,
        };
        Some(self.step(action, vec![source, request("/storage", said)]))
    }

    fn tags(&self, intent: Intent) -> Option<DraftStep> {
        let said = &self.clause.slots.tags;
        let named: Vec<String> = said.iter().map(|one| one.value.clone()).collect();
        let mut tags: Vec<String> = match intent {
            Intent::SetTags => named,
            Intent::AddTags => self.guest.tags.iter().cloned().chain(named).collect(),
            _ => {
                let kept = self.guest.tags.iter().filter(|tag| !named.contains(tag));
                kept.cloned().collect()
            }
        };
        tags.sort_unstable();
        tags.dedup();
        let mut more: Vec<Provenance> = said.iter().map(|one| request("/set/tags", one)).collect();
        if intent != Intent::SetTags {
            more.push(inventory("/set/tags", "tags"));
        }
        (!said.is_empty()).then(|| {
            let set = DraftConfig {
                tags: Some(tags),
                ..DraftConfig::default()
            };
            self.set(set, more)
        })
    }

    fn ha_add(&self) -> DraftStep {
        let said = self.clause.slots.state.as_ref();
        let source = match said {
            Some(said) => request("/state", said),
            None => inventory("/state", "status"),
        };
        let running = if self.guest.running {
            HaState::Started
        } else {
            HaState::Stopped
        };
        let action = DraftAction::HaAdd {
            target: self.guest.target(),
            state: said.map_or(running, |said| said.value),
        };
        self.step(action, vec![source])
    }

    fn pool(&self, intent: Intent) -> Option<DraftStep> {
        let said = self.clause.slots.pool.as_ref()?;
        let (target, pool) = (self.guest.target(), said.value.clone());
        let action = if intent == Intent::PoolAdd {
            DraftAction::PoolAdd { target, pool }
        } else {
            DraftAction::PoolRemove { target, pool }
        };
        Some(self.step(action, vec![request("/pool", said)]))
    }

    /// Removing needs a guest that is stopped.
    fn destroy(&self) -> Vec<DraftStep> {
        let target = self.guest.target();
        let mut steps = Vec::new();
        if self.guest.running {
            let mut first = self.step(DraftAction::Shutdown { target }, Vec::new());
            let rule = "a guest is shut down before it is deleted".to_owned();
            first.provenance[0] = from("/action", Source::Default(rule));
            steps.push(first);
        }
        steps.push(self.step(DraftAction::Destroy { target }, Vec::new()));
        steps
    }
}
