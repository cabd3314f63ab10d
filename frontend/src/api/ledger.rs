//! `GET /api/ledger`.

use argus_ledger::Record;
use argus_types::page::Page;
use argus_types::paths::LEDGER;

use super::{Api, ApiError, proposals::query_part};

/// Records a part.
const LIMIT: u16 = 100;

/// A part of the ledger, newest first. The records are decoded as the ledger has them, every text as it was
/// hashed, so that the browser can check the chain itself.
pub async fn ledger(
    api: Api,
    subject: Option<String>,
    cursor: Option<String>,
) -> Result<Page<Record>, ApiError> {
    let mut path = format!("{LEDGER}?limit={LIMIT}");
    path.push_str(&query_part("subject", subject.as_deref()));
    path.push_str(&query_part("cursor", cursor.as_deref()));
    api.get(&path).await
}
