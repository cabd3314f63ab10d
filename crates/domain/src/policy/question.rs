//! What the policy is asked: a plan as plain values. Kept with each plan, so that it can be asked again.

use std::collections::BTreeSet;

use argus_types::Timestamp;
use argus_types::id::{ClusterId, GuestKey, GuestKind};
use argus_types::plan::{Command, Step};
use argus_types::proposal::{Origin, RiskLevel};
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::planner::Planned;

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
}

impl Question {
    /// The question about `planned`.
    pub fn about(planned: &Planned, asked: Asked) -> Self {
        Self {
            cluster: planned.plan.cluster.clone(),
            origin: asked.origin,
            by_token: asked.by_token,
            with_reason: asked.with_reason,
            risk: planned.risk.level,
            destructive: planned.risk.destructive,
            steps: planned.asked.clone(),
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
    let mut nodes = vec![step.target.node.to_string()];
    if let Command::Migrate { to, .. } = &step.command {
        nodes.push(to.to_string());
    }
    StepAsked {
        number: step.number,
        action: step.action.as_str().to_owned(),
        guest: Some(guest(step.target.key(), &step.target.name, facts)),
        nodes,
        storages: Vec::new(),
    }
}

/// Tags are as fresh as all facts; the pool stands in the list only.
fn guest(key: GuestKey, name: &str, facts: &Facts) -> Guest {
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
        backup: Backup::Unknown,
    }
}
