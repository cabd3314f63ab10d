//! `POST /api/actions/{id}/snapshots`.

use argus_types::id::{PlanDigest, ProposalId};
use argus_types::paths;
use argus_types::proposal::SnapshotFirst;
use uuid::Uuid;

use super::{Api, ApiError};

/// Plans anew with a snapshot before each guest's first change: a new revision with a new digest.
pub async fn snapshots(
    api: Api,
    id: ProposalId,
    digest: PlanDigest,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::snapshots(id), &SnapshotFirst { digest }, key)
        .await
}
