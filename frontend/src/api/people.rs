//! `GET /api/people`, `PATCH` of one of them, and `DELETE /api/people/{id}/sessions`.

use argus_types::account::{PersonChange, PersonView};
use argus_types::id::PersonId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Everybody.
pub async fn people(api: Api) -> Result<Vec<PersonView>, ApiError> {
    api.get(paths::PEOPLE).await
}

/// Changes somebody's rights.
pub async fn change(
    api: Api,
    id: PersonId,
    change: PersonChange,
    key: Uuid,
) -> Result<(), ApiError> {
    api.patch(
        &paths::PERSON.replace("{id}", &id.to_string()),
        &change,
        key,
    )
    .await
}

/// Ends all their sessions.
pub async fn end_sessions(api: Api, id: PersonId, key: Uuid) -> Result<(), ApiError> {
    let path = paths::PERSON_SESSIONS.replace("{id}", &id.to_string());
    api.delete(&path, key).await
}
