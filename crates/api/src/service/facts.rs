//! Fresh facts, through the API's own, reading token.

use argus_domain::facts::{Facts, Wanted};
use argus_domain::inventory::Inventory;
use argus_executor::sight;
use argus_proxmox::Client;
use argus_types::id::GuestKey;
use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;

/// Reads facts.
#[derive(Clone)]
pub struct FactReader {
    client: Client,
}

impl FactReader {
    /// Reads through `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Everything that is wanted, every guest of it, or the problem that stands in the way.
    pub async fn read(&self, known: Inventory, wanted: &Wanted) -> Result<Facts, ApiProblem> {
        let facts = self.look(known, wanted).await?;
        match facts.absent.first() {
            Some(key) => Err(gone(*key, wanted)),
            None => Ok(facts),
        }
    }

    /// Everything that is wanted, as far as it is there.
    pub async fn look(&self, known: Inventory, wanted: &Wanted) -> Result<Facts, ApiProblem> {
        Ok(sight::facts(&self.client, known, wanted).await?)
    }
}

fn gone(key: GuestKey, wanted: &Wanted) -> ApiProblem {
    let listed = wanted
        .guests
        .get(&key)
        .map_or_else(String::new, |guest| format!(" on {}", guest.node));
    ApiProblem::new(
        ProblemCode::GuestNotFound,
        format!(
            "{key} was listed{listed} a moment ago and no node that answers has it now. Look again in a few seconds."
        ),
    )
}
