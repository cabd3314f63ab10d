//! `/api/people`: everybody's accounts and rights, for admins without a limited scope.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Json, Router, extract::FromRef, routing};
use http::StatusCode;

use argus_types::account::{InvitationInput, InvitationMade, PersonChange, PersonView};
use argus_types::paths;
use argus_types::problem::Problem;

use crate::extract::{Checked, IdempotencyKey, SignedIn, act};
use crate::problem::ApiProblem;
use crate::routes::id;
use crate::service::people::People;
use crate::service::within::Within;
use crate::service::{Once, Reply};
use crate::session::Sessions;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    People: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new()
        .route(paths::PEOPLE, routing::get(list))
        .route(paths::PERSON, routing::patch(change))
        .route(paths::PERSON_SESSIONS, routing::delete(end_sessions))
        .route(paths::INVITATIONS, routing::post(invite))
}

/// Everybody, by name, with the claims of each provider account's last sign-in beside what was made of them.
#[utoipa::path(get, path = paths::PEOPLE, tag = "people",
    responses((status = 200, body = Vec<PersonView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    State(people): State<People>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePeople>,
) -> Result<Json<Vec<PersonView>>, ApiProblem> {
    within.require_everything(caller.reach())?;
    Ok(Json(people.list().await?))
}

/// Changes a role, a scope, who somebody is, or whether they get in. All but disabling takes a `step_up` about the
/// person's id. Nobody changes themselves, and what comes from groups is changed by groups.
#[utoipa::path(patch, path = paths::PERSON, tag = "people", request_body = PersonChange,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 200, body = PersonView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn change(
    State(people): State<People>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePeople>,
    key: IdempotencyKey,
    Path(person): Path<String>,
    body: Checked<PersonChange>,
) -> Result<Reply, ApiProblem> {
    within.require_everything(caller.reach())?;
    let path = paths::PERSON.replace("{id}", &person);
    let once = Once::new(caller.person(), key, &path, body.fingerprint);
    let person = id(&person)?;
    people
        .change(&once, caller.session(), person, body.value)
        .await
}

/// Ends all sessions of somebody.
#[utoipa::path(delete, path = paths::PERSON_SESSIONS, tag = "people",
    params(("id" = String, Path), ("X-CSRF-Token" = String, Header)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn end_sessions(
    State(people): State<People>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePeople>,
    Path(person): Path<String>,
) -> Result<StatusCode, ApiProblem> {
    within.require_everything(caller.reach())?;
    people.end_sessions(caller.session(), id(&person)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes an account and a one-time link for it. Takes a `step_up` about `invitation`.
#[utoipa::path(post, path = paths::INVITATIONS, tag = "people", request_body = InvitationInput,
    params(("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = InvitationMade), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn invite(
    State(people): State<People>,
    State(within): State<Within>,
    caller: SignedIn<act::ManagePeople>,
    body: Checked<InvitationInput>,
) -> Result<(StatusCode, Json<InvitationMade>), ApiProblem> {
    within.require_everything(caller.reach())?;
    let made = people.invite(caller.session(), body.value).await?;
    Ok((StatusCode::CREATED, Json(made)))
}
