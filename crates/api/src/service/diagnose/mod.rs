//! Answers to "why is web-01 slow?": numbers and states of the cluster, held against what is ordinary. No model is asked,
//! and nothing but a finding comes of it.
//!
//! What is independent is read at the same time, each read for [`READ`] at most. One that fails leaves its part not known
//! and the others as they are: who looks for a reason often looks at a cluster of which a part does not answer.

mod backup_job;
mod events;
mod listed;
mod observe;
mod series;
mod words;

use std::time::Duration;

use argus_llm::Scene;
use argus_llm::diagnosis::{self, Recognised};
use argus_types::cluster::Cluster;
use argus_types::drafting::Diagnosis;
use futures_util::future::BoxFuture;

use super::draft::{Words, question};
use super::facts::FactReader;
use super::within::Within;
use crate::clock::SharedClock;
use crate::collector::OnDemand;
use crate::problem::ApiProblem;
use crate::session::Reach;

/// Longest time that one read may take: somebody waits for the whole.
const READ: Duration = Duration::from_secs(4);

/// Finds reasons.
#[derive(Clone)]
pub struct Diagnose {
    on_demand: OnDemand,
    facts: FactReader,
    clock: SharedClock,
    within: Within,
}

impl Diagnose {
    /// Reads series through `on_demand` and the rest through `facts`.
    pub fn new(on_demand: OnDemand, facts: FactReader, clock: SharedClock, within: Within) -> Self {
        Self {
            on_demand,
            facts,
            clock,
            within,
        }
    }

    /// The answer to a request that asks for a reason; `None` for every other.
    pub async fn answer(
        &self,
        reach: &Reach,
        request: &str,
        cluster: &Cluster,
        scene: &Scene,
    ) -> Result<Option<Words>, ApiProblem> {
        let inquiry = match diagnosis::recognise(request, scene) {
            None => return Ok(None),
            Some(Recognised::Unclear(open)) => {
                return Ok(Some(Words::Questions {
                    questions: vec![question(open)],
                    by: None,
                }));
            }
            Some(Recognised::Clear(inquiry)) => inquiry,
        };
        let mut scene = scene.clone();
        let observed = self.observe(reach, &inquiry, cluster, &mut scene);
        let observed = Box::pin(observed).await?;
        let subject = words::subject(&inquiry.about, cluster);
        let found = diagnosis::diagnose(inquiry, &observed, &scene);
        Ok(Some(Words::Diagnosis(Diagnosis {
            subject,
            at: self.clock.now(),
            findings: found.findings.into_iter().map(words::finding).collect(),
            looked_at: found
                .known
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect(),
            not_known: found
                .unknown
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect(),
        })))
    }
}

/// What was read in time. Anything else is not known, and the log says why. Boxed, since a diagnosis makes many reads at once
/// and what all of them keep between two polls would otherwise lie on one stack.
fn known<'a, T: Send + 'a>(
    part: &'static str,
    read: impl Future<Output = Result<T, ApiProblem>> + Send + 'a,
) -> BoxFuture<'a, Option<T>> {
    Box::pin(async move {
        match tokio::time::timeout(READ, read).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(problem)) => {
                let code = problem.code().as_str();
                tracing::warn!(part, code, "a part of a diagnosis could not be read");
                None
            }
            Err(_) => {
                let limit_s = READ.as_secs();
                tracing::warn!(part, limit_s, "a part of a diagnosis did not come in time");
                None
            }
        }
    })
}
