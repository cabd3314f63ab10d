//! Where each parameter of a model's step comes from. What is said in the request has its place there; what the linter
//! lets pass from a closed list has that list; the rest is the model's own word, which is shown as such.

use crate::builtin::{Entailed, Spoken, disk_mib};
use crate::drafted::{DraftAction, DraftConfig, DraftTarget, HaState, Provenance, Source, Span};
use crate::scene::{Details, Scene, SceneGuest};

/// MiB of a GiB.
const GIB: u64 = 1024;

/// Reads where parameters come from.
pub(super) struct Reader<'a> {
    scene: &'a Scene,
    entailed: Entailed,
    spoken: Spoken,
}

impl<'a> Reader<'a> {
    pub(super) fn new(request: &str, scene: &'a Scene) -> Self {
        Self {
            scene,
            entailed: Entailed::of(request, scene),
            spoken: Spoken::of(request),
        }
    }

    /// At least one entry for each parameter.
    pub(super) fn read(&self, action: &DraftAction) -> Vec<Provenance> {
        // Where the rules draft the same, they know every place of it.
        let mut own = self.entailed.steps.iter().flatten();
        if let Some(step) = own.find(|step| step.action == *action) {
            return step.provenance.clone();
        }
        let mut found = Found(vec![Provenance {
            parameter: "/action".to_owned(),
            source: Source::Model,
        }]);
        if let Some(target) = action.target() {
            found.add("/target", [said(self.mention(target))]);
        }
        self.parameters(action, &mut found);
        found.0
    }

    fn parameters(&self, action: &DraftAction, found: &mut Found) {
        let details = action
            .target()
            .and_then(|target| self.scene.details.get(&target));
        match action {
            DraftAction::Snapshot {
                name,
                include_memory,
                ..
            } => {
                self.own_word("/name", name.as_ref(), found);
                if *include_memory {
                    found.add("/include_memory", [Source::Model]);
                }
            }
            DraftAction::DeleteSnapshot { name, .. } | DraftAction::Rollback { name, .. } => {
                found.add("/name", [self.listed(name, "snapshots")]);
            }
            DraftAction::SetConfig { target, set } => self.settings(*target, set, details, found),
            DraftAction::Migrate { node, .. } | DraftAction::Drain { node } => {
                found.add("/node", [said(self.spoken.word(node))]);
            }
            DraftAction::Clone {
                new_vmid,
                name,
                storage,
                ..
            } => {
                self.number_to_be(*new_vmid, found);
                self.own_word("/name", name.as_ref(), found);
                self.own_word("/storage", storage.as_ref(), found);
            }
            DraftAction::ResizeDisk { disk, size_gib, .. } => {
                found.add("/disk", [self.listed(disk, "disks")]);
                let now = details.and_then(|details| disk_mib(details, disk));
                let after = u64::from(*size_gib) * GIB;
                let sources = computed(after, now, "disks", |mib| self.spoken.size(mib));
                found.add("/size_gib", sources);
            }
            DraftAction::MoveDisk { disk, storage, .. } => {
                found.add("/disk", [self.listed(disk, "disks")]);
                found.add("/storage", [said(self.spoken.word(storage))]);
            }
            DraftAction::Backup { storage, .. } => {
                found.add("/storage", [self.listed(storage, "backup_storages")]);
            }
            DraftAction::Restore { volume, new_vmid } => {
                found.add("/volume", [self.listed(volume, "backups")]);
                self.number_to_be(*new_vmid, found);
            }
            DraftAction::HaAdd { state, .. } => {
                let words = match state {
                    HaState::Started => ["started", "gestartet"],
                    HaState::Stopped => ["stopped", "gestoppt"],
                };
                let span = words.iter().find_map(|word| self.spoken.word(word));
                let source = span.map_or_else(|| inventory("status"), Source::Request);
                found.add("/state", [source]);
            }
            DraftAction::PoolAdd { pool, .. } | DraftAction::PoolRemove { pool, .. } => {
                found.add("/pool", [said(self.spoken.word(pool))]);
            }
            _ => {}
        }
    }

    fn settings(
        &self,
        target: DraftTarget,
        set: &DraftConfig,
        details: Option<&Details>,
        found: &mut Found,
    ) {
        if let Some(mib) = set.memory_mib.map(u64::from) {
            let now = details.and_then(|one| one.memory_mib).map(u64::from);
            let sources = computed(mib, now, "memory", |mib| self.spoken.size(mib));
            found.add("/set/memory_mib", sources);
        }
        if let Some(cores) = set.cores.map(u64::from) {
            let now = details.and_then(|one| one.cores).map(u64::from);
            let sources = computed(cores, now, "cores", |number| self.spoken.number(number));
            found.add("/set/cores", sources);
        }
        for (parameter, is_set) in [
            ("/set/onboot", set.onboot.is_some()),
            ("/set/protection", set.protection.is_some()),
        ] {
            if is_set {
                found.add(parameter, [Source::Model]);
            }
        }
        if let Some(tags) = &set.tags {
            let guest = self.guest(target);
            let has = |tag: &String| guest.is_some_and(|guest| guest.tags.contains(tag));
            let sources = tags.iter().map(|tag| {
                if has(tag) {
                    inventory("tags")
                } else {
                    said(self.spoken.word(tag))
                }
            });
            // No tags at all are taken away from what there was.
            let sources = sources.chain(tags.is_empty().then(|| inventory("tags")));
            found.add("/set/tags", sources);
        }
        self.own_word("/set/description", set.description.as_ref(), found);
    }

    fn guest(&self, target: DraftTarget) -> Option<&SceneGuest> {
        let mut guests = self.scene.guests.iter();
        guests.find(|guest| guest.target() == target)
    }

    fn mention(&self, target: DraftTarget) -> Option<Span> {
        let by_words = || {
            let guest = self.guest(target)?;
            let (kind, vmid) = (guest.kind, guest.vmid);
            [
                guest.name.clone(),
                vmid.to_string(),
                format!("{}/{vmid}", kind.as_str()),
            ]
            .iter()
            .find_map(|word| self.spoken.word(word))
        };
        self.entailed.mention(target, self.scene).or_else(by_words)
    }

    /// A name of a closed list: said, or meant by what there is.
    fn listed(&self, name: &str, list: &str) -> Source {
        let span = self.spoken.word(name);
        span.map_or_else(|| inventory(list), Source::Request)
    }

    /// A text that may be the model's own.
    fn own_word(&self, parameter: &str, text: Option<&String>, found: &mut Found) {
        if let Some(text) = text {
            found.add(parameter, [said(self.spoken.word(text))]);
        }
    }

    fn number_to_be(&self, number: Option<u32>, found: &mut Found) {
        if let Some(number) = number {
            found.add("/new_vmid", [said(self.spoken.number(number.into()))]);
        }
    }
}

/// Sources, each once for its parameter.
struct Found(Vec<Provenance>);

impl Found {
    fn add(&mut self, parameter: &str, sources: impl IntoIterator<Item = Source>) {
        for source in sources {
            let one = Provenance {
                parameter: parameter.to_owned(),
                source,
            };
            if !self.0.contains(&one) {
                self.0.push(one);
            }
        }
    }
}

fn said(span: Option<Span>) -> Source {
    span.map_or(Source::Model, Source::Request)
}

fn inventory(what: &str) -> Source {
    Source::Inventory(what.to_owned())
}

/// A number that is said, or the present one with a said one added or taken away, or the present one changed otherwise.
fn computed(
    after: u64,
    now: Option<u64>,
    what: &str,
    find: impl Fn(u64) -> Option<Span>,
) -> Vec<Source> {
    if let Some(span) = find(after) {
        return vec![Source::Request(span)];
    }
    let change = now.and_then(|now| find(after.abs_diff(now)));
    let by = change.map(Source::Request);
    by.into_iter().chain([inventory(what)]).collect()
}
