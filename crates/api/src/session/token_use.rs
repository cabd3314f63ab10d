//! Uses of API tokens, noted: the first one in the ledger, later ones once a minute in the token's row.

use argus_store::{Store, StoredApiToken};
use argus_types::Timestamp;
use serde_json::json;

use crate::auth_event;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// How often the last use is written down, in seconds.
const TOUCH_S: i64 = 60;

/// Notes that a token is used now.
pub async fn note(store: &Store, token: &StoredApiToken, now: Timestamp) -> Result<(), ApiProblem> {
    match token.last_used_at {
        None => note_first(store, token, now).await,
        Some(last) if last.plus_seconds(TOUCH_S) < now => {
            Ok(store.touch_api_token(token.id, now).await?)
        }
        Some(_) => Ok(()),
    }
}

async fn note_first(
    store: &Store,
    token: &StoredApiToken,
    now: Timestamp,
) -> Result<(), ApiProblem> {
    let mut tx = store.begin().await?;
    if tx.note_first_use(token.id, now).await? {
        let body = json!({ "token": token.id, "may": token.may });
        tx.append_ledger(record::of_person(
            now,
            &token.person,
            Kind::ApiTokenFirstUsed,
            body,
        ))
        .await?;
        tx.commit().await?;
        auth_event::count(Kind::ApiTokenFirstUsed, token.may.as_str());
    }
    Ok(())
}
