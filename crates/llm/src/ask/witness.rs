//! Who is told what happens in a round: before bytes leave, after they came, and how far it is.

use crate::providers::{Asked, Sealed, Usage};
use crate::wire::WireSchema;

/// The caller's eyes and hands in a round. Whatever it records stands before the bytes leave.
pub trait Witness: Send + Sync {
    /// Why the round ends early: nothing could be recorded, nothing may be spent.
    type Stop: Send;

    /// How far the round is.
    fn stage(&self, stage: Stage);

    /// These very bytes are about to leave. Nothing is sent where this fails. A provider may be sent the same bytes up to
    /// three times, and Ollama a second body that differs in `think` alone; [`Witness::came`] tells.
    fn leaves(
        &self,
        outgoing: &Outgoing<'_>,
    ) -> impl Future<Output = Result<(), Self::Stop>> + Send;

    /// What came of them, to the byte.
    fn came(
        &self,
        outgoing: &Outgoing<'_>,
        asked: &Asked,
    ) -> impl Future<Output = Result<(), Self::Stop>> + Send;
}

/// A question to a model, sealed.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// Why it is asked.
    pub purpose: Purpose,
    /// The provider's name in the configuration.
    pub provider: &'a str,
    /// Its model.
    pub model: &'a str,
    /// Whether nothing of it leaves our own network.
    pub is_local: bool,
    /// What the answer has to look like.
    pub schema: &'a WireSchema,
    /// The body, with its digest.
    pub sent: Sealed,
    /// The most tokens that it can take.
    pub worst: Usage,
}

/// Why a model is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// For a draft.
    Draft,
    /// For a better one, with what was wrong. Once at most.
    Repair,
    /// For the same without the text of others.
    Counterfactual,
}

impl Purpose {
    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Repair => "repair",
            Self::Counterfactual => "counterfactual",
        }
    }
}

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// What is the request about?
    Resolving,
    /// A model is asked.
    Asking,
    /// Its answer is read.
    Validating,
    /// Its draft is held against the request.
    Linting,
    /// It is asked once more.
    Repairing,
    /// It is asked without the text of others.
    Comparing,
}

impl Stage {
    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolving => "resolving",
            Self::Asking => "asking",
            Self::Validating => "validating",
            Self::Linting => "linting",
            Self::Repairing => "repairing",
            Self::Comparing => "comparing",
        }
    }
}
