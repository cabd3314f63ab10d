//! `GET /api/actions`.

use argus_types::page::Page;
use argus_types::paths::ACTIONS;
use argus_types::proposal::{ProposalState, ProposalSummary};

use super::{Api, ApiError};

/// A part of the list of proposals, newest first.
pub async fn proposals(
    api: Api,
    state: Option<ProposalState>,
    limit: u16,
    cursor: Option<String>,
) -> Result<Page<ProposalSummary>, ApiError> {
    let mut path = format!("{ACTIONS}?limit={limit}");
    path.push_str(&query_part("state", state.map(ProposalState::as_str)));
    path.push_str(&query_part("cursor", cursor.as_deref()));
    api.get(&path).await
}

/// `&name=value` with the value escaped; nothing without one.
pub fn query_part(name: &str, value: Option<&str>) -> String {
    value.map_or_else(String::new, |value| {
        format!("&{name}={}", js_sys::encode_uri_component(value))
    })
}
