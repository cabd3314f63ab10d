//! Fresh facts about the guests of a draft, a few at a time.

use std::collections::BTreeMap;

use argus_domain::facts::{GuestFacts, Wanted};
use argus_executor::sight::{self, Question};
use argus_proxmox::Client;
use argus_types::id::GuestKey;
use argus_types::problem::ProblemCode;
use futures_util::future::try_join_all;
use tokio::sync::Semaphore;

use crate::problem::ApiProblem;

/// Guests read at the same time: a node answers `status/current` from three workers.
const PARALLEL: usize = 3;

/// Reads facts with the API's own, reading token.
#[derive(Clone)]
pub struct FactReader {
    client: Client,
}

impl FactReader {
    /// Reads through `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Facts about every wanted guest, or the problem that stands in the way.
    pub async fn read(
        &self,
        wanted: &[Wanted],
    ) -> Result<BTreeMap<GuestKey, GuestFacts>, ApiProblem> {
        let places = Semaphore::new(PARALLEL);
        let reads = wanted.iter().map(|wanted| self.read_one(wanted, &places));
        Ok(try_join_all(reads).await?.into_iter().collect())
    }

    async fn read_one(
        &self,
        wanted: &Wanted,
        places: &Semaphore,
    ) -> Result<(GuestKey, GuestFacts), ApiProblem> {
        let _place = places.acquire().await.map_err(ApiProblem::internal)?;
        let question = Question {
            snapshots: true,
            snapshot_feature: wanted.snapshot_feature,
            migrate_to: wanted.migrate_to.clone(),
            elsewhere: Vec::new(),
        };
        let found = sight::guest(&self.client, wanted.key, &wanted.node, &question).await?;
        let found = found.ok_or_else(|| gone(wanted))?;
        Ok((wanted.key, found.facts))
    }
}

fn gone(wanted: &Wanted) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::GuestNotFound,
        format!(
            "{} was listed on {} a moment ago and no node that answers has it now. Look again in a few seconds.",
            wanted.key, wanted.node
        ),
    )
}
