//! `POST /api/people/invitations`.

use argus_types::account::{InvitationInput, InvitationMade};
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Makes an account and a one-time link into it, which is in the answer and nowhere else.
pub async fn invite(
    api: Api,
    input: InvitationInput,
    key: Uuid,
) -> Result<InvitationMade, ApiError> {
    api.post(paths::INVITATIONS, &input, key).await
}
