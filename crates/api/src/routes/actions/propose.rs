//! `POST /api/actions/proposals`.

use axum::extract::State;

use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::{ProposalInput, ProposalOutcome};

use crate::extract::{Caller, Checked, IdempotencyKey, act};
use crate::problem::ApiProblem;
use crate::service::propose::Propose;
use crate::service::{Once, Reply};

/// Makes a proposal out of words or typed actions. Changes nothing in the cluster.
#[utoipa::path(post, path = paths::PROPOSALS, tag = "actions", request_body = ProposalInput,
    params(("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = ProposalOutcome), (status = 200, body = ProposalOutcome, description = "Questions"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 502, body = Problem),
        (status = 503, body = Problem)))]
pub async fn propose(
    State(service): State<Propose>,
    caller: Caller<act::Propose>,
    key: IdempotencyKey,
    body: Checked<ProposalInput>,
) -> Result<Reply, ApiProblem> {
    let token = caller.token().map(|token| token.id);
    let once =
        Once::new(caller.person(), key, paths::PROPOSALS, body.fingerprint).with_token(token);
    service.run(&once, caller.reach(), body.value).await
}
