//! `GET /api/actions/{id}/drift`.

use argus_types::id::ProposalId;
use argus_types::paths;
use argus_types::plan_drift::PlanDrift;

use super::{Api, ApiError};

/// What the plan relies on that is otherwise by now. Proxmox is read for it.
pub async fn drift(api: Api, id: ProposalId) -> Result<PlanDrift, ApiError> {
    api.get(&paths::drift(id)).await
}
