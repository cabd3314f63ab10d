//! The OpenAPI document, made from the handlers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

use crate::{routes, stream};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Argus",
        description = "Operations console for Proxmox VE: proposals, two-phase confirmation, verified execution.\n\nUnsafe requests carry the session cookie, `X-CSRF-Token`, our own `Origin` and an `Idempotency-Key`. Errors are RFC 9457 problems with a code from a closed list."
    ),
    paths(
        routes::session::read,
        routes::session::end,
        routes::sign_in::ways,
        routes::sign_in::as_demo_person,
        routes::sign_in::by_link,
        routes::sign_in::refresh,
        routes::sign_in::passkey::begin,
        routes::sign_in::passkey::finish,
        routes::sign_in::passkey::recover,
        routes::sign_in::device::begin,
        routes::sign_in::device::poll,
        routes::single_sign_on::begin,
        routes::single_sign_on::finish,
        routes::people::list,
        routes::people::change,
        routes::people::end_sessions,
        routes::people::invite,
        routes::session::ticket,
        routes::account::overview::account,
        routes::account::overview::sessions,
        routes::account::overview::end_others,
        routes::account::overview::end,
        routes::account::passkeys::begin,
        routes::account::passkeys::finish,
        routes::account::passkeys::rename,
        routes::account::passkeys::remove,
        routes::account::passkeys::recovery_codes,
        routes::account::step_up::begin,
        routes::account::step_up::finish,
        routes::account::tokens::list,
        routes::account::tokens::make,
        routes::account::tokens::revoke,
        routes::account::devices::look,
        routes::account::devices::decide,
        routes::cluster::cluster,
        routes::cluster::nodes,
        routes::metrics::read,
        routes::logs::list,
        routes::actions::propose,
        routes::actions::list,
        routes::actions::read,
        routes::actions::confirm,
        routes::actions::put_off,
        routes::actions::take_back,
        routes::actions::snapshots,
        routes::actions::cancel,
        routes::actions::approvals,
        routes::actions::decide,
        routes::actions::export,
        routes::actions::revoke,
        routes::actions::request_changes,
        routes::actions::diff,
        routes::actions::collisions,
        routes::actions::alternatives,
        routes::actions::choose,
        routes::actions::drift,
        routes::actions::break_glass,
        routes::actions::review_break_glass,
        routes::actions::broken_glass,
        routes::drafting::status,
        routes::drafting::stop,
        routes::drafting::providers,
        routes::drafting::test,
        routes::drafting::scorecard,
        routes::drafting::record,
        routes::policy::active,
        routes::policy::versions,
        routes::policy::version,
        routes::policy::check,
        routes::policy::propose,
        routes::policy::decide,
        routes::policy::confirm,
        routes::policy::withdraw,
        routes::executions::read,
        routes::executions::evidence,
        routes::executions::resolve,
        routes::executions::undo,
        routes::executions::step_log,
        routes::emergency_stop::read,
        routes::emergency_stop::set,
        routes::emergency_stop::release,
        routes::emergency_stop::begin_drill,
        routes::emergency_stop::end_drill,
        routes::ledger::list,
        routes::health::live,
        routes::health::ready,
        stream::overview,
        stream::journal,
        serve,
    )
)]
struct Document;

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The document, for tools.
#[utoipa::path(get, path = argus_types::paths::OPENAPI, tag = "health", responses((status = 200)))]
pub async fn serve() -> Response {
    Json(document()).into_response()
}
