//! `GET /api/actions/{id}/collisions`, as much of it as is shown.

use argus_types::Timestamp;
use argus_types::id::{ExecutionId, GuestKey, PlanDigest, ProposalId};
use argus_types::paths;
use serde::Deserialize;

use super::{Api, ApiError};

/// What a plan would meet if it started now: `Collisions`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Met {
    /// The plan that was asked about.
    pub digest: PlanDigest,
    /// When it was looked.
    pub checked_at: Timestamp,
    /// When the plan is over at the latest.
    pub ends_by: Timestamp,
    /// What it meets, what is in its way first.
    pub items: Vec<MetItem>,
    /// What could not be looked at.
    pub unseen: Vec<String>,
}

/// One thing that is met: `Collision`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MetItem {
    /// What it is, as far as one can go there.
    pub with: MetThing,
    /// The steps that meet it.
    pub steps: Vec<u16>,
    /// Since when, or from when on.
    pub from: Option<Timestamp>,
    /// Until when at the latest.
    pub until: Option<Timestamp>,
    /// Whether it is in the way.
    pub blocks: bool,
    /// All of it in words.
    pub text: String,
}

/// Where one reads more: what `CollidesWith` has of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct MetThing {
    /// Another proposal.
    pub proposal: Option<ProposalId>,
    /// Its execution.
    pub execution: Option<ExecutionId>,
    /// A guest that is locked.
    pub guest: Option<GuestKey>,
}

/// What the plan in review would meet if it started now.
pub async fn collisions(api: Api, id: ProposalId) -> Result<Met, ApiError> {
    api.get(&paths::collisions(id)).await
}

#[cfg(test)]
mod tests {
    use argus_types::collision::{CollidesWith, Standing};

    use super::*;

    fn read(with: &CollidesWith) -> MetThing {
        serde_json::from_value(serde_json::to_value(with).unwrap()).unwrap()
    }

    #[test]
    fn what_the_api_writes_is_read_as_far_as_it_is_shown() {
        let proposal: ProposalId = "00000000-0000-0000-0000-000000000002".parse().unwrap();
        let other = read(&CollidesWith::Proposal {
            proposal,
            title: "Reboot web-01".to_owned(),
            standing: Standing::Waiting,
            execution: None,
        });
        assert_eq!((other.proposal, other.execution), (Some(proposal), None));
        let guest: GuestKey = serde_json::from_str("{\"kind\":\"qemu\",\"vmid\":101}").unwrap();
        let locked = read(&CollidesWith::GuestLock {
            guest,
            lock: "backup".to_owned(),
            task: None,
        });
        assert_eq!(locked.guest, Some(guest));
        let task = read(&CollidesWith::Task {
            upid: "UPID".to_owned(),
            node: "pve1".to_owned(),
            kind: "vzdump".to_owned(),
            by: "root@pam".to_owned(),
        });
        assert_eq!(task, MetThing::default());
    }
}
