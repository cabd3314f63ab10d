//! Replication.

use super::{Write, done, node_call};
use crate::call::CallBuilder;

/// `POST /nodes/{node}/replication/{job}/schedule_now` on the job's source: it runs within a minute, without a task;
/// [`crate::read::replication_status`] shows when. What Proxmox answers says nothing. Needs `VM.Replicate` on the
/// guest, before 9 `Datastore.Allocate` on `/storage`.
pub fn replication_schedule_now(node: &str, job: &str) -> Write<()> {
    let call = node_call(CallBuilder::post(), node)
        .segment("replication")
        .segment(job)
        .segment("schedule_now");
    done(call)
}
