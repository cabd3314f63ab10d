//! `/api/account`: what people see and change of their own. A person in a browser only; no script's token gets here.

pub mod devices;
pub mod overview;
pub mod passkeys;
pub mod step_up;
pub mod tokens;

use std::sync::Arc;

use axum::extract::FromRef;
use axum::{Router, routing};

use argus_types::paths;

use crate::service::api_tokens::ApiTokens;
use crate::service::devices::Devices;
use crate::service::passkeys::{OwnPasskeys, StepUps};
use crate::service::recovery::Recovery;
use crate::service::sign_in::SignIn;
use crate::session::Sessions;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    SignIn: FromRef<S>,
    OwnPasskeys: FromRef<S>,
    StepUps: FromRef<S>,
    Recovery: FromRef<S>,
    ApiTokens: FromRef<S>,
    Devices: FromRef<S>,
{
    Router::new()
        .route(paths::ACCOUNT, routing::get(overview::account))
        .route(
            paths::ACCOUNT_SESSIONS,
            routing::get(overview::sessions).delete(overview::end_others),
        )
        .route(paths::ACCOUNT_SESSION, routing::delete(overview::end))
        .route(paths::PASSKEYS, routing::post(passkeys::begin))
        .route(paths::PASSKEYS_FINISH, routing::post(passkeys::finish))
        .route(
            paths::PASSKEY,
            routing::patch(passkeys::rename).delete(passkeys::remove),
        )
        .route(
            paths::RECOVERY_CODES,
            routing::post(passkeys::recovery_codes),
        )
        .route(paths::STEP_UP, routing::post(step_up::begin))
        .route(paths::STEP_UP_FINISH, routing::post(step_up::finish))
        .route(
            paths::API_TOKENS,
            routing::get(tokens::list).post(tokens::make),
        )
        .route(paths::API_TOKEN, routing::delete(tokens::revoke))
        .route(paths::DEVICE_LOOK, routing::post(devices::look))
        .route(paths::DEVICE_DECIDE, routing::post(devices::decide))
}
