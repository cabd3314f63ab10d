//! `POST /api/actions/{id}/break-glass/review`.

use argus_types::approval::BreakGlassReview;
use argus_types::id::ProposalId;
use argus_types::paths;
use uuid::Uuid;

use super::{Api, ApiError};

/// Says that somebody else has looked at a broken glass, and what they found.
pub async fn review_break_glass(
    api: Api,
    id: ProposalId,
    review: BreakGlassReview,
    key: Uuid,
) -> Result<(), ApiError> {
    api.tell(&paths::break_glass_review(id), &review, key).await
}
