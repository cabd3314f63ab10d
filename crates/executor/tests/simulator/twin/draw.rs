//! Random drafts whose every action is feasible as the cluster is.

use argus_domain::facts::Facts;
use argus_domain::planner::{PlanInput, plan};
use argus_types::action::{Action, ActionKind, BackupMode, Draft, HaState, Service, Target};
use argus_types::guest_config::ConfigChange;
use argus_types::id::{ProposalId, StorageName, VolumeId};
use argus_types::text::ParameterText;
use uuid::Uuid;

use super::chance::Chance;
use super::suit;
use super::tally::Tally;

/// Actions that are tried before a draft is taken as it is.
const TRIES: usize = 24;
/// How many of the entries that came least often count as rare.
const RARE: usize = 8;

/// A draft of one to four actions, each feasible after the ones before it.
pub fn draft(chance: &mut Chance, facts: &Facts, volumes: &[VolumeId], done: &Tally) -> Draft {
    let wanted = 1 + chance.below(4);
    let mut draft = Draft::of(Vec::new());
    let mut steps = 0;
    let rare = rare(done);
    for _ in 0..TRIES {
        if draft.actions.len() == wanted {
            break;
        }
        // Every other time what came seldom so far: some entries are feasible much less often than others.
        let from = if chance.yes() {
            &rare
        } else {
            &ActionKind::ALL[..]
        };
        let kind = *chance.pick(from).expect("there are entries");
        // Every other time about the guest of the action before: what steps leave for the next ones is what matters.
        let again = draft.actions.last().and_then(Action::guest).cloned();
        let again = again.filter(|_| chance.yes());
        let Some(action) = action(chance, kind, facts, volumes, again) else {
            continue;
        };
        let mut longer = draft.clone();
        longer.actions.push(action);
        let planned = plan(PlanInput {
            proposal: ProposalId(Uuid::from_u128(0)),
            cluster: "lab".parse().expect("a cluster id"),
            draft: &longer,
            facts,
            snapshots_first: false,
        });
        if let Ok(planned) = planned
            && planned.plan.steps.len() > steps
        {
            steps = planned.plan.steps.len();
            draft = longer;
        }
    }
    draft
}

/// The entries that came least often.
fn rare(done: &Tally) -> Vec<ActionKind> {
    let mut kinds = ActionKind::ALL.to_vec();
    kinds.sort_by_key(|kind| done.of(*kind));
    kinds.truncate(RARE);
    kinds
}

#[expect(clippy::too_many_lines, reason = "one arm an entry")]
fn action(
    chance: &mut Chance,
    kind: ActionKind,
    facts: &Facts,
    volumes: &[VolumeId],
    again: Option<Target>,
) -> Option<Action> {
    let node = chance.pick(&suit::nodes(kind, facts))?.clone();
    let storages: Vec<StorageName> = facts
        .storages
        .keys()
        .map(|(_, name)| name.clone())
        .collect();
    let storage = chance.pick(&storages)?.clone();
    let wanted = |volume: &&VolumeId| {
        volume.path().starts_with("backup/") || volume.as_str().starts_with("pbs:")
    };
    let (backups, others): (Vec<&VolumeId>, Vec<_>) = volumes.iter().partition(wanted);
    let service = *chance.pick(&Service::ALL)?;
    let state = *chance.pick(&HaState::ALL)?;
    let target = match again {
        Some(target) => target,
        None => suit::target(chance.pick(&suit::guests(kind, facts))?),
    };
    let guest = facts.guests.get(&target.key());
    let disks: Vec<_> = guest
        .and_then(|guest| guest.disks.as_ref())
        .map(|disks| disks.keys().cloned().collect())
        .unwrap_or_default();
    let own: Vec<_> = guest.iter().flat_map(|guest| &guest.snapshots).collect();
    let name = match chance.pick(&own) {
        Some(snapshot) if kind != ActionKind::Snapshot => snapshot.name.parse().ok()?,
        _ => format!("s{}", chance.below(4)).parse().ok()?,
    };
    let pool = match guest.and_then(|guest| guest.kept.pool.as_ref()?.clone()) {
        Some(pool) if kind == ActionKind::PoolRemove => pool.parse().ok()?,
        _ => ["prod", "lab"][chance.below(2)].parse().ok()?,
    };
    let jobs = guest.and_then(|guest| guest.kept.replication.as_ref());
    let job = jobs
        .and_then(|jobs| jobs.keys().next())
        .copied()
        .unwrap_or(0);
    Some(match kind {
        ActionKind::Start => Action::Start { target },
        ActionKind::Shutdown => Action::Shutdown {
            target,
            timeout_s: None,
        },
        ActionKind::Stop => Action::Stop { target },
        ActionKind::Reboot => Action::Reboot {
            target,
            timeout_s: None,
        },
        ActionKind::Reset => Action::Reset { target },
        ActionKind::Suspend => Action::Suspend { target },
        ActionKind::Resume => Action::Resume { target },
        ActionKind::Hibernate => Action::Hibernate { target },
        ActionKind::Migrate => Action::Migrate { target, node },
        ActionKind::Snapshot => Action::Snapshot {
            target,
            name: Some(name),
            description: None,
            include_memory: chance.yes(),
        },
        ActionKind::DeleteSnapshot => Action::DeleteSnapshot { target, name },
        ActionKind::Rollback => Action::Rollback {
            target,
            name,
            start: chance.yes(),
        },
        ActionKind::Clone => Action::Clone {
            target,
            new_vmid: None,
            name: None,
            storage: chance.yes().then_some(storage),
        },
        ActionKind::SetConfig => Action::SetConfig {
            target,
            set: settings(chance),
        },
        ActionKind::ResizeDisk => Action::ResizeDisk {
            target,
            disk: chance.pick(&disks)?.clone(),
            size_gib: 20 + u32::try_from(chance.below(40)).ok()?,
        },
        ActionKind::MoveDisk => Action::MoveDisk {
            target,
            disk: chance.pick(&disks)?.clone(),
            storage,
        },
        ActionKind::MakeTemplate => Action::MakeTemplate { target },
        ActionKind::Destroy => Action::Destroy {
            target,
            purge: chance.yes(),
        },
        ActionKind::Backup => Action::Backup {
            target,
            storage,
            mode: [BackupMode::Snapshot, BackupMode::Suspend, BackupMode::Stop][chance.below(3)],
            protect: chance.yes(),
        },
        ActionKind::Restore => Action::Restore {
            volume: (*chance.pick(&backups)?).clone(),
            node: chance.yes().then_some(node),
            new_vmid: None,
            storage: chance.yes().then_some(storage),
            start: chance.yes(),
        },
        ActionKind::ProtectBackup => Action::ProtectBackup {
            volume: (*chance.pick(&backups)?).clone(),
        },
        ActionKind::UnprotectBackup => Action::UnprotectBackup {
            volume: (*chance.pick(&backups)?).clone(),
        },
        ActionKind::DeleteBackup => Action::DeleteBackup {
            volume: (*chance.pick(&backups)?).clone(),
        },
        ActionKind::DeleteVolume => Action::DeleteVolume {
            volume: (*chance.pick(&others)?).clone(),
        },
        ActionKind::Drain => Action::Drain { node },
        ActionKind::RebootNode => Action::RebootNode { node },
        ActionKind::ShutdownNode => Action::ShutdownNode { node },
        ActionKind::WakeNode => Action::WakeNode { node },
        ActionKind::RestartService => Action::RestartService { node, service },
        ActionKind::ReloadService => Action::ReloadService { node, service },
        ActionKind::RefreshPackages => Action::RefreshPackages { node },
        ActionKind::HaAdd => Action::HaAdd { target, state },
        ActionKind::HaSet => Action::HaSet { target, state },
        ActionKind::HaRemove => Action::HaRemove { target },
        ActionKind::HaMigrate => Action::HaMigrate { target, node },
        ActionKind::HaRelocate => Action::HaRelocate { target, node },
        ActionKind::RunReplication => Action::RunReplication { target, job },
        ActionKind::PoolAdd => Action::PoolAdd { target, pool },
        ActionKind::PoolRemove => Action::PoolRemove { target, pool },
        ActionKind::AgentPing => Action::AgentPing { target },
        ActionKind::AgentInfo => Action::AgentInfo { target },
        ActionKind::AgentTrim => Action::AgentTrim { target },
    })
}

/// One or two settings; protection seldom, for it ends the destroying.
fn settings(chance: &mut Chance) -> ConfigChange {
    let mut set = ConfigChange::default();
    for _ in 0..=chance.below(2) {
        match chance.below(7) {
            0 => set.cores = Some(1 + u16::try_from(chance.below(8)).expect("a small number")),
            1 => set.memory_mib = Some(512 << chance.below(5)),
            2 => set.cpu_limit = Some(u16::try_from(chance.below(4)).expect("a small number")),
            3 => set.onboot = Some(chance.yes()),
            4 => set.protection = Some(chance.below(4) == 0),
            5 => {
                let tag = ["a", "b", "c"][chance.below(3)];
                set.tags = Some(vec![tag.parse().expect("a tag")]);
            }
            _ => {
                let text = format!("note {}", chance.below(9));
                set.description = Some(ParameterText::new(text).expect("plain text"));
            }
        }
    }
    set
}
