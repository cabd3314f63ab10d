//! Somebody who has plans of starts carried out, for others to follow.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use argus_types::action::{Action, Draft, Target};
use argus_types::execution::{Execution, ExecutionState};
use argus_types::id::{ExecutionId, GuestKind, Vmid};
use argus_types::paths;
use argus_types::person::Role;
use argus_types::proposal::{Confirmation, Proposal, ProposalInput, ProposalOutcome};
use serde::Deserialize;

use super::door::{Door, Visitor};

/// Between two looks at an execution.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Somebody who may confirm, alone, what is not destructive.
pub struct Operator {
    door: Door,
    visitor: Visitor,
}

#[derive(Deserialize)]
struct Confirmed {
    execution: ExecutionId,
}

impl Operator {
    /// Signs in at the Argus at `address`, whose page's origin is `origin`.
    pub async fn come(address: SocketAddr, origin: &str) -> Result<Self> {
        let door = Door::find(address, origin).await?;
        let visitor = door.sign_in(Role::Admin).await?;
        Ok(Self { door, visitor })
    }

    /// Has these VMs started, one after the other.
    pub async fn start(&self, guests: &[u32]) -> Result<ExecutionId> {
        self.confirm(&self.plan(guests).await?).await
    }

    /// Proposes to start these VMs, one after the other.
    pub async fn plan(&self, guests: &[u32]) -> Result<Proposal> {
        let starts = guests.iter().map(|vmid| {
            Ok(Action::Start {
                target: Target {
                    kind: GuestKind::Qemu,
                    vmid: Vmid::try_from(*vmid)?,
                    node: None,
                },
            })
        });
        let input = ProposalInput {
            supersedes: None,
            request: None,
            draft: Some(Draft::of(starts.collect::<Result<_>>()?)),
            reason: None,
        };
        let outcome = self.door.post(&self.visitor, paths::PROPOSALS, &input);
        let ProposalOutcome::Proposal { proposal } = outcome.await? else {
            bail!("Argus asks back instead of planning")
        };
        Ok(*proposal)
    }

    /// Confirms a plan that needs no snapshot first.
    pub async fn confirm(&self, proposal: &Proposal) -> Result<ExecutionId> {
        let confirmation = Confirmation {
            digest: proposal.digest,
            without_snapshot: None,
            step_up: None,
        };
        let path = paths::confirm(proposal.id);
        let confirmed: Confirmed = self.door.post(&self.visitor, &path, &confirmation).await?;
        Ok(confirmed.execution)
    }

    /// The execution as it stands.
    pub async fn look(&self, id: ExecutionId) -> Result<Execution> {
        self.door.get(&self.visitor, &paths::execution(id)).await
    }

    /// The execution once it has succeeded.
    pub async fn succeeded(&self, id: ExecutionId, patience: Duration) -> Result<Execution> {
        let ended = async {
            loop {
                let execution = self.look(id).await?;
                if execution.state.is_final() {
                    return anyhow::Ok(execution);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let execution = tokio::time::timeout(patience, ended)
            .await
            .context("the execution does not end in time")??;
        ensure!(
            execution.state == ExecutionState::Succeeded,
            "the execution is {}: {:?}",
            execution.state.as_str(),
            execution.message
        );
        Ok(execution)
    }
}
