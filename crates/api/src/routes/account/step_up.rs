//! Fresh passkey assertions for one act.

use argus_types::account::{StepUp, StepUpInput};
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::extract::{Checked, SignedIn, act};
use crate::problem::ApiProblem;
use crate::service::passkeys::StepUps;

/// Begins a step-up with one of the caller's own passkeys.
#[utoipa::path(post, path = paths::STEP_UP, tag = "account", request_body = StepUpInput,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = Ceremony), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn begin(
    State(step_ups): State<StepUps>,
    caller: SignedIn<act::ManageOwn>,
    body: Checked<StepUpInput>,
) -> Result<(StatusCode, Json<Ceremony>), ApiProblem> {
    let ceremony = step_ups.begin(caller.session(), &body.value).await?;
    Ok((StatusCode::CREATED, Json(ceremony)))
}

/// Ends it: gives the proof that goes into the request which needs it. Good once, for five minutes, in this session.
#[utoipa::path(post, path = paths::STEP_UP_FINISH, tag = "account", request_body = CeremonyAnswer,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = StepUp), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn finish(
    State(step_ups): State<StepUps>,
    caller: SignedIn<act::ManageOwn>,
    body: Checked<CeremonyAnswer>,
) -> Result<(StatusCode, Json<StepUp>), ApiProblem> {
    let step_up = step_ups.finish(caller.session(), &body.value).await?;
    Ok((StatusCode::CREATED, Json(step_up)))
}
