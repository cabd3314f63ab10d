//! `GET /api/cluster`.

use argus_types::Timestamp;
use argus_types::cluster::{Cluster, OBSERVED_AT_HEADER, STALE_HEADER};
use argus_types::paths;

use super::answer::{decode_large, text};
use super::{Api, ApiError};

/// The answer with its freshness.
pub struct Observed {
    /// The snapshot; `None` while the one that the caller holds is still the present one.
    pub cluster: Option<Cluster>,
    /// The snapshot's entity tag.
    pub etag: Option<String>,
    /// When Proxmox last answered.
    pub observed_at: Option<Timestamp>,
    /// Whether the snapshot is older than its deadline.
    pub stale: bool,
}

/// The inventory snapshot, unless it still is the one with `etag`.
pub async fn cluster(api: Api, etag: Option<&str>) -> Result<Observed, ApiError> {
    let response = api.get_if_changed(paths::CLUSTER, etag).await?;
    let headers = response.headers();
    let observed_at = headers
        .get(OBSERVED_AT_HEADER)
        .and_then(|text| serde_json::from_value(serde_json::Value::String(text)).ok());
    let stale = headers.get(STALE_HEADER).as_deref() == Some("true");
    let new_etag = headers.get("etag");
    if response.status() == 304 {
        return Ok(Observed {
            cluster: None,
            etag: new_etag.or_else(|| etag.map(str::to_owned)),
            observed_at,
            stale,
        });
    }
    Ok(Observed {
        cluster: Some(decode_large(&text(&response).await?, response.status())?),
        etag: new_etag,
        observed_at,
        stale,
    })
}
