//! `POST /api/account/step-up` and `…/finish`: a fresh passkey assertion for one act.

use argus_types::account::{StepUp, StepUpInput};
use argus_types::paths;
use argus_types::sign_in::{Ceremony, CeremonyAnswer};
use uuid::Uuid;

use super::{Api, ApiError};

/// Asks for the ceremony.
pub async fn begin(api: Api, input: StepUpInput, key: Uuid) -> Result<Ceremony, ApiError> {
    api.post(paths::STEP_UP, &input, key).await
}

/// Shows the authenticator's answer, and gets the proof.
pub async fn finish(api: Api, answer: CeremonyAnswer, key: Uuid) -> Result<StepUp, ApiError> {
    api.post(paths::STEP_UP_FINISH, &answer, key).await
}
