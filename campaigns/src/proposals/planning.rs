//! Plans drafts as the API does: on what a cluster says of itself at that moment.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context, Result, anyhow};
use argus_api::collector::Collector;
use argus_domain::facts::wanted;
use argus_domain::inventory::Inventory as Known;
use argus_domain::planner::{PlanInput, plan};
use argus_executor::sight;
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust};
use argus_proxmox_sim::{Handle, Options, Scenario, Simulator};
use argus_types::action::Draft;
use argus_types::id::{ClusterId, ProposalId};

/// A simulated cluster, and what its lists say.
pub struct Cluster {
    id: ClusterId,
    client: Client,
    known: Known,
    _simulator: Handle,
    _folder: tempfile::TempDir,
}

/// What came of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planning {
    /// A plan.
    Plan,
    /// Reasons why there is none.
    Refusal,
    /// Neither.
    Panic,
}

impl Cluster {
    /// The scenario that every demo begins with.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir().context("no scratch folder")?;
        let simulator = Simulator::start(Options::new(folder.path(), Scenario::lab()))
            .await
            .context("the simulator does not start")?;
        let token = simulator
            .token("ops")
            .context("the scenario has no token")?;
        let client = Client::new(
            Endpoint::parse(simulator.api_url())?,
            Token::parse(token)?,
            Trust::CaFile(simulator.ca_file().to_owned()),
            Limits::default(),
        )?;
        let id: ClusterId = "lab".parse().context("a cluster id")?;
        let listed = Collector::once(client.clone(), id.clone()).await;
        let listed = listed.map_err(|problem| anyhow!("the cluster is not seen: {problem:?}"))?;
        let known = Known::from(&*listed);
        Ok(Self {
            id,
            client,
            known,
            _simulator: simulator,
            _folder: folder,
        })
    }

    /// Reads what the draft needs, and plans it. The error is that the cluster could not be read.
    pub async fn plan(&self, draft: &Draft) -> Result<Planning> {
        let quietly = AssertUnwindSafe(|| wanted(draft, &self.known));
        let wanted = match catch_unwind(quietly) {
            Ok(Ok(wanted)) => wanted,
            Ok(Err(_)) => return Ok(Planning::Refusal),
            Err(_) => return Ok(Planning::Panic),
        };
        let facts = sight::facts(&self.client, self.known.clone(), &wanted).await?;
        let planned = catch_unwind(AssertUnwindSafe(|| {
            plan(PlanInput {
                proposal: ProposalId(uuid::Uuid::nil()),
                cluster: self.id.clone(),
                draft,
                facts: &facts,
                snapshots_first: false,
            })
        }));
        Ok(match planned {
            Ok(Ok(_)) => Planning::Plan,
            Ok(Err(_)) => Planning::Refusal,
            Err(_) => Planning::Panic,
        })
    }
}
