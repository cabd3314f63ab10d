//! An action with the world that it needs, made and planned once and played many times.

use std::sync::Arc;

use argus_store::ExecutionRecord;
use argus_types::action::ActionKind;
use argus_types::execution::ExecutionState;

use crate::alone::{Cluster, Run, planned};
use crate::catalogue::rows::{Row, row};
use crate::catalogue::stage::set_scene;
use crate::catalogue::truth::Truth;

/// What every play begins with.
pub struct Scene {
    pub kind: ActionKind,
    pub row: Row,
    pub before: Truth,
    /// The plan of the action, as it was confirmed.
    pub record: ExecutionRecord,
    state: Arc<[u8]>,
}

impl Scene {
    pub async fn set(kind: ActionKind) -> Self {
        let cluster = Cluster::start(None).await;
        let (simulator, client) = (&cluster.simulator, cluster.client());
        let row = row(kind);
        set_scene(simulator, &row, async |actions| {
            let record = planned(&client, actions).await;
            let state = Run::begin(client.clone(), record).ended().await;
            assert_eq!(state, ExecutionState::Succeeded, "{kind}");
        })
        .await;
        let before = Truth::of(simulator);
        let action = (row.action)(&before);
        Self {
            kind,
            record: planned(&client, vec![action]).await,
            state: simulator.state().expect("a state"),
            row,
            before,
        }
    }

    /// The world of the scene, for one play.
    pub async fn cluster(&self) -> Cluster {
        Cluster::start(Some(Arc::clone(&self.state))).await
    }
}
