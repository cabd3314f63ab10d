//! All that a tool can reach: reading, and the two ways to propose. There is no way from here to another request.

use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::person::TokenMay;
use argus_types::text::PlainText;
use argus_types::undo::UndoInput;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::server::{Refused, Seen, Server};

/// The server, through a token.
pub struct Reach {
    server: Server,
    may: TokenMay,
}

/// A change that is asked for. The server judges it: nothing in here is believed.
#[derive(Serialize)]
pub struct Wish {
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<PlainText<2000>>,
    /// As typed actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<Value>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

impl Reach {
    /// What a token reaches on its server.
    pub fn new(server: Server, may: TokenMay) -> Self {
        Self { server, may }
    }

    /// Whether the token is good for what `needs` it.
    pub fn may(&self, needs: TokenMay) -> bool {
        needs == TokenMay::Read || self.may == TokenMay::Propose
    }

    /// The console's address, where people decide.
    pub fn console(&self) -> &str {
        self.server.base()
    }

    /// Reads.
    pub fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Seen<T>, Refused> {
        self.server.look(path, query)
    }

    /// Proposes a change.
    pub fn propose(&self, wish: &Wish) -> Result<Value, Refused> {
        self.server.propose(wish)
    }

    /// Proposes to take back what an execution did.
    pub fn propose_undo(&self, of: ExecutionId, input: &UndoInput) -> Result<Value, Refused> {
        self.server.post(&paths::undo(of), input)
    }
}
