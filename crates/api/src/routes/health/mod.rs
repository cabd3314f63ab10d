//! `/api/health`: for load balancers and people in a hurry. Needs no session, tells no secret.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, extract::FromRef, routing};
use http::StatusCode;

use argus_store::Store;
use argus_types::health::{Health, HealthCheck};
use argus_types::paths;

use crate::collector::Inventory;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Store: FromRef<S>,
    Inventory: FromRef<S>,
{
    Router::new()
        .route(paths::HEALTH_LIVE, routing::get(live))
        .route(paths::HEALTH_READY, routing::get(ready))
}

/// The process answers.
#[utoipa::path(get, path = paths::HEALTH_LIVE, tag = "health", responses((status = 200, body = Health)))]
pub async fn live() -> Json<Health> {
    Json(Health {
        ok: true,
        checks: Vec::new(),
    })
}

/// The process can work: database and Proxmox answer.
#[utoipa::path(get, path = paths::HEALTH_READY, tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn ready(State(store): State<Store>, State(inventory): State<Inventory>) -> Response {
    let database = store.ping().await.is_ok();
    let fresh = !inventory.is_stale();
    let checks = vec![
        check("database", database, "PostgreSQL does not answer."),
        check(
            "proxmox",
            fresh,
            "What Argus knows of the cluster is too old. Run `argus-api doctor` on the server.",
        ),
    ];
    let ok = database && fresh;
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut response = (status, Json(Health { ok, checks })).into_response();
    // The body is the answer, also where the status is 503: it must not be replaced by a problem.
    response.extensions_mut().insert(crate::problem::Answered);
    response
}

fn check(name: &str, ok: bool, otherwise: &str) -> HealthCheck {
    HealthCheck {
        name: name.to_owned(),
        ok,
        message: (!ok).then(|| otherwise.to_owned()),
    }
}
