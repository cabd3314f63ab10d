//! `/api/ledger`: who did what.

use axum::extract::State;
use axum::{Json, Router, extract::FromRef, routing};
use serde::Deserialize;
use std::sync::Arc;

use argus_store::{LedgerFilter, Store};
use argus_types::ledger::LedgerRecord;
use argus_types::page::Page;
use argus_types::paths;

use crate::extract::{Caller, Parameters, act};
use crate::problem::ApiProblem;
use crate::service::within::Within;
use crate::session::Sessions;

/// The routes.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Sessions>: FromRef<S>,
    Store: FromRef<S>,
    Within: FromRef<S>,
{
    Router::new().route(paths::LEDGER, routing::get(list))
}

/// Which records.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Only records about this, such as `proposal/01997…`.
    subject: Option<String>,
    /// From the page before.
    cursor: Option<String>,
    /// Records a page, 1 to 200; 50 where absent.
    limit: Option<u32>,
}

/// Records, the youngest first.
#[utoipa::path(get, path = paths::LEDGER, tag = "ledger", params(Filter),
    responses((status = 200, body = Page<LedgerRecord>), (status = 401, body = argus_types::problem::Problem)))]
pub async fn list(
    State(store): State<Store>,
    State(within): State<Within>,
    caller: Caller<act::Read>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<Page<LedgerRecord>>, ApiProblem> {
    within
        .require_subject(caller.reach(), filter.subject.as_deref())
        .await?;
    let page = store
        .ledger_page(
            LedgerFilter {
                subject: filter.subject.as_deref(),
            },
            filter.cursor.as_deref(),
            crate::routes::page_size(filter.limit),
        )
        .await?;
    Ok(Json(page))
}
