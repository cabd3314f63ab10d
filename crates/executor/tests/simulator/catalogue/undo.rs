//! What a step names as its way back leads back.

use argus_domain::twin;
use argus_types::execution::ExecutionState;

use super::stage::{Stage, ensure, every};
use crate::reading;

#[tokio::test]
async fn every_undo_brings_the_cluster_back_to_what_it_was() {
    every(async |kind| {
        let stage = Stage::set(kind).await;
        let lab = &stage.lab;
        // A disk that has moved and come back has another name.
        let mut volumes = stage.before.volume_ids();
        volumes.retain(|id| id.path().starts_with("backup/") || id.path().starts_with("iso/"));
        let before = reading::everything(&lab.client, &volumes).await?;
        let (plan, ended) = stage.play().await;
        ensure(ended.state == ExecutionState::Succeeded, || {
            format!("{ended:#?}")
        })?;
        let undone: Vec<_> = plan
            .undo(u16::try_from(plan.steps.len()).expect("few steps"))
            .into_iter()
            .map(|(_, action)| action.clone())
            .collect();
        if undone.is_empty() {
            return Ok(());
        }
        // Past the next broadcast of what lists show.
        lab.simulator.advance(15_000);
        let back = lab.run(undone.clone()).await;
        ensure(back.state == ExecutionState::Succeeded, || {
            format!("{undone:?}: {back:#?}")
        })?;
        lab.simulator.advance(15_000);
        let after = reading::everything(&lab.client, &volumes).await?;
        let mut differ = twin::disagreements(&before, &after);
        // A configuration that was written again has another digest even where it says the same.
        differ.retain(|line| !line.contains(" digest: "));
        ensure(differ.is_empty(), || differ.join("\n"))
    })
    .await;
}
