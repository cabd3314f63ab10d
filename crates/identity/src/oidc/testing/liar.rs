//! The provider that lies on request.

use serde_json::Value;

use super::browser::client;
use super::peer::Peer;

/// A lying provider, and how to make it lie.
#[derive(Debug)]
pub struct Liar {
    /// The provider.
    pub peer: Peer,
    client: reqwest::Client,
}

impl Liar {
    /// Starts one; it is honest at first.
    pub fn start() -> Self {
        Self {
            peer: Peer::hostile(),
            client: client(),
        }
    }

    /// Lies like this from now on.
    ///
    /// # Panics
    /// Where it is gone.
    pub async fn tells(&self, lies: &Value) {
        let request = self.client.put(format!("{}/lies", self.peer.issuer));
        let answer = request.json(lies).send().await.expect("it listens");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Signs with a key that nobody has seen.
    ///
    /// # Panics
    /// Where it is gone.
    pub async fn rotates(&self) {
        let request = self
            .client
            .post(format!("{}/keys/rotate", self.peer.issuer));
        let answer = request.send().await.expect("it listens");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// How often it was asked for this.
    ///
    /// # Panics
    /// Where it is gone.
    pub async fn asked(&self, what: &str) -> u64 {
        let request = self.client.get(format!("{}/asked", self.peer.issuer));
        let answer = request.send().await.expect("it listens");
        let counts: Value = answer.json().await.expect("counts");
        counts[what].as_u64().expect("a count")
    }
}

impl Default for Liar {
    fn default() -> Self {
        Self::start()
    }
}
