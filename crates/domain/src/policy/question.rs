//! What the policy is asked: a plan as plain values. Kept with each plan, so that it can be asked again.

use std::collections::BTreeSet;

use argus_types::Timestamp;
use argus_types::action::ActionKind;
use argus_types::id::{ClusterId, GuestKey, GuestKind, VolumeId};
use argus_types::plan::{Command, Step, StepTarget};
use argus_types::proposal::{Origin, RiskLevel};
use serde::{Deserialize, Serialize};

use crate::catalogue;
use crate::facts::{Facts, GuestFacts};
use crate::planner::{Assessed, Planned};

/// A plan and how it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The cluster that it changes.
    pub cluster: ClusterId,
    /// Who or what wrote the draft.
    pub origin: Origin,
    /// Whether its author is a script with an API token.
    pub by_token: bool,
    /// Whether its author said why.
    pub with_reason: bool,
    /// Whether a language model drafts it otherwise without text of others.
    #[serde(default)]
    pub disputed: bool,
    /// Its level of risk.
    pub risk: RiskLevel,
    /// Whether it loses what nothing brings back.
    pub destructive: bool,
    /// Its steps.
    pub steps: Vec<StepAsked>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepAsked {
    /// From 1.
    pub number: u16,
    /// The action's name, such as `guest.stop`.
    pub action: String,
    /// The guest that it changes; absent where it changes none.
    pub guest: Option<Guest>,
    /// Nodes on which it does something.
    pub nodes: Vec<String>,
    /// Storages on which it does something.
    pub storages: Vec<String>,
}

/// A guest as rules look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Such as `qemu/101`.
    pub key: String,
    /// For messages only.
    pub name: String,
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Its pool.
    pub pool: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its youngest backup.
    pub backup: Backup,
}

/// What is known of a guest's youngest backup.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backup {
    /// Nobody looked, or Proxmox did not say: it counts as none.
    #[default]
    Unknown,
    /// There is none.
    None,
    /// There is one.
    Taken {
        /// When.
        at: Timestamp,
        /// Whether it was verified.
        verified: bool,
    },
}

/// How a plan was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Who or what wrote the draft.
    pub origin: Origin,
    /// Whether its author is a script with an API token.
    pub by_token: bool,
    /// Whether its author said why.
    pub with_reason: bool,
    /// See [`Question::disputed`].
    pub disputed: bool,
}

impl Question {
    /// The question about `planned`.
    pub fn about(planned: &Planned, asked: Asked) -> Self {
        Self {
            cluster: planned.plan.cluster.clone(),
            origin: asked.origin,
            by_token: asked.by_token,
            with_reason: asked.with_reason,
            disputed: asked.disputed,
            risk: planned.risk.level,
            destructive: planned.risk.destructive,
            steps: planned.asked.clone(),
        }
    }

    /// The question about a plan that was reviewed earlier, by the facts of now.
    pub fn again(cluster: ClusterId, assessed: &Assessed, asked: Asked) -> Self {
        Self {
            cluster,
            origin: asked.origin,
            by_token: asked.by_token,
            with_reason: asked.with_reason,
            disputed: asked.disputed,
            risk: assessed.risk.level,
            destructive: assessed.risk.destructive,
            steps: assessed.asked.clone(),
        }
    }

    /// Different guests that it changes.
    pub fn guests(&self) -> usize {
        guests(self.steps.iter())
    }

    /// Different nodes on which it does something.
    pub fn nodes(&self) -> usize {
        let nodes: BTreeSet<&str> = self
            .steps
            .iter()
            .flat_map(|step| step.nodes.iter().map(String::as_str))
            .collect();
        nodes.len()
    }
}

/// Different guests of some steps.
pub(super) fn guests<'a>(steps: impl Iterator<Item = &'a StepAsked>) -> usize {
    let keys: BTreeSet<&str> = steps
        .filter_map(|step| step.guest.as_ref())
        .map(|guest| guest.key.as_str())
        .collect();
    keys.len()
}

/// Steps as rules look at them: the one place where plan and facts become the policy's plain values.
pub(crate) fn steps(steps: &[Step], facts: &Facts) -> Vec<StepAsked> {
    steps.iter().map(|step| asked(step, facts)).collect()
}

fn asked(step: &Step, facts: &Facts) -> StepAsked {
    let mut nodes = vec![step.target.node().to_string()];
    if let Command::Migrate { to, .. } | Command::HaMove { to, .. } = &step.command {
        nodes.push(to.to_string());
    }
    let (guest, mut storages) = match &step.target {
        StepTarget::Guest(target) => (
            Some(guest(target.key(), &target.name, facts, None)),
            Vec::new(),
        ),
        StepTarget::Node(_) => (None, Vec::new()),
        StepTarget::Volume(target) => {
            // Deleting a backup takes something from the guest that it is of.
            let owner = catalogue::owner_of_backup(&target.volume)
                .filter(|_| step.action == ActionKind::DeleteBackup)
                .and_then(|key| facts.guests.get(&key))
                .map(|owner| guest(owner.key, &owner.name, facts, Some(&target.volume)));
            (owner, vec![target.volume.storage().to_string()])
        }
    };
    storages.extend(
        match &step.command {
            Command::Clone { storage, .. } | Command::Restore { storage, .. } => storage.as_ref(),
            Command::MoveDisk { storage, .. } | Command::Backup { storage, .. } => Some(storage),
            _ => None,
        }
        .map(ToString::to_string),
    );
    StepAsked {
        number: step.number,
        action: step.action.as_str().to_owned(),
        guest,
        nodes,
        storages,
    }
}

/// Tags are as fresh as all facts; the pool stands in the list only. `gone` is a backup that the step itself deletes.
fn guest(key: GuestKey, name: &str, facts: &Facts, gone: Option<&VolumeId>) -> Guest {
    let listed = facts.inventory.guest(key);
    let fresh = facts.guests.get(&key);
    let tags = fresh
        .map(|guest| &guest.tags)
        .or(listed.map(|guest| &guest.tags));
    Guest {
        key: key.to_string(),
        name: name.to_owned(),
        kind: key.kind,
        pool: listed.and_then(|guest| guest.pool.clone()),
        tags: tags.cloned().unwrap_or_default(),
        backup: backup(fresh, gone),
    }
}

/// The youngest backup; they come in that order.
fn backup(guest: Option<&GuestFacts>, gone: Option<&VolumeId>) -> Backup {
    let Some(backups) = guest.and_then(|guest| guest.kept.backups.as_ref()) else {
        return Backup::Unknown;
    };
    let left = backups
        .iter()
        .filter(|backup| gone.is_none() || backup.volume.as_ref() != gone);
    let mut dated = left.filter_map(|backup| {
        let at = backup.taken.and_then(Timestamp::from_unix)?;
        Some((at, backup.verified == Some(true)))
    });
    dated
        .next()
        .map_or(Backup::None, |(at, verified)| Backup::Taken {
            at,
            verified,
        })
}
