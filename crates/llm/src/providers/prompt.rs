//! The port: what a model is asked, by whatever stands behind it.

use super::exchange::Asked;
use crate::redact::Redacted;
use crate::wire::WireSchema;

/// One question to a model. Everything in it is either redacted or our own.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What the model is told of its task.
    pub system: Redacted,
    /// The request with its context.
    pub user: Redacted,
    /// What the answer has to look like.
    pub schema: WireSchema,
}

/// Something that answers prompts. It proposes text and decides nothing.
pub trait Model: Send + Sync {
    /// Asks. Dropping the future ends the request: the connection is closed, and nothing is sent again.
    fn ask(&self, prompt: &Prompt) -> impl Future<Output = Asked> + Send;
}
