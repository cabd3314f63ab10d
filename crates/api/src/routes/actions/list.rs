//! `GET /api/actions`, `GET /api/actions/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;

use argus_store::{ProposalFilter, Store};
use argus_types::id::ProposalId;
use argus_types::page::Page;
use argus_types::paths;
use argus_types::problem::{Problem, ProblemCode};
use argus_types::proposal::{Proposal, ProposalState, ProposalSummary};

use crate::clock::SharedClock;
use crate::extract::{Caller, Parameters, act};
use crate::problem::ApiProblem;
use crate::routes;
use crate::service::within::Within;

/// Which proposals.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Only those in this state.
    state: Option<ProposalState>,
    /// From the page before.
    cursor: Option<String>,
    /// Proposals a page, 1 to 200; 50 where absent.
    limit: Option<u32>,
}

/// Proposals, the youngest first.
#[utoipa::path(get, path = paths::ACTIONS, tag = "actions", params(Filter),
    responses((status = 200, body = Page<ProposalSummary>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list(
    State(store): State<Store>,
    State(within): State<Within>,
    State(clock): State<SharedClock>,
    caller: Caller<act::Read>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<Page<ProposalSummary>>, ApiProblem> {
    let wanted = ProposalFilter {
        state: filter.state,
        author: None,
    };
    let limit = routes::page_size(filter.limit);
    let mut page = store
        .proposals(wanted, filter.cursor.as_deref(), limit, clock.now())
        .await?;
    page.items = within.seen(caller.reach(), page.items).await?;
    Ok(Json(page))
}

/// One proposal.
#[utoipa::path(get, path = paths::ACTION, tag = "actions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Proposal), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn read(
    State(store): State<Store>,
    State(within): State<Within>,
    State(clock): State<SharedClock>,
    caller: Caller<act::Read>,
    Path(id): Path<String>,
) -> Result<Json<Proposal>, ApiProblem> {
    let id: ProposalId = routes::id(&id)?;
    within.require_proposal(caller.reach(), id).await?;
    let stored = store.proposal(id, clock.now()).await?.ok_or_else(|| {
        ApiProblem::new(ProblemCode::NotFound, "There is no proposal with this id.")
    })?;
    Ok(Json(stored.proposal))
}
