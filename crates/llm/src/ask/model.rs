//! A model that a round can ask.

use crate::providers::{Model, Prompt, Provider, Sealed, Usage};
use crate::wire::Rendering;

/// A model that says who it is and what it would send.
pub trait DraftModel: Model {
    /// The provider's name in the configuration.
    fn provider(&self) -> &str;

    /// The model, by the provider's name of it.
    fn model(&self) -> &str;

    /// Whether nothing that it is sent leaves our own network.
    fn is_local(&self) -> bool;

    /// How the schema is put to it.
    fn rendering(&self) -> Rendering;

    /// The body that asking begins with, to the byte.
    fn seal(&self, prompt: &Prompt) -> Sealed;

    /// The most tokens that asking can take.
    fn worst(&self, prompt: &Prompt) -> Usage;
}

impl DraftModel for Provider {
    fn provider(&self) -> &str {
        self.name()
    }

    fn model(&self) -> &str {
        self.model()
    }

    fn is_local(&self) -> bool {
        self.is_local()
    }

    fn rendering(&self) -> Rendering {
        self.rendering()
    }

    fn seal(&self, prompt: &Prompt) -> Sealed {
        self.seal(prompt)
    }

    fn worst(&self, prompt: &Prompt) -> Usage {
        self.worst(prompt)
    }
}
