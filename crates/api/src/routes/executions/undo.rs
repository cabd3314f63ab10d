//! `POST /api/executions/{id}/undo`.

use axum::extract::{Path, State};

use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::ProposalOutcome;
use argus_types::undo::UndoInput;

use crate::extract::{Caller, Checked, IdempotencyKey, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::propose::Propose;
use crate::service::within::Within;
use crate::service::{Once, Reply};

/// Proposes to take back what the execution did. Changes nothing in the cluster: the proposal is reviewed, approved and
/// confirmed as every other.
#[utoipa::path(post, path = paths::UNDO, tag = "executions", request_body = UndoInput,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = ProposalOutcome), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn undo(
    State(service): State<Propose>,
    State(within): State<Within>,
    caller: Caller<act::Propose>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    body: Checked<UndoInput>,
) -> Result<Reply, ApiProblem> {
    let id: ExecutionId = routes::id(&id)?;
    within.require_execution(caller.reach(), id).await?;
    let token = caller.token().map(|token| token.id);
    let path = paths::undo(id);
    let once = Once::new(caller.person(), key, &path, body.fingerprint).with_token(token);
    service.undo(&once, caller.reach(), id, body.value).await
}
