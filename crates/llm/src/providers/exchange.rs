//! What went over the wire, to the byte: the ledger keeps it and the review shows it.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::answer::{Answer, Usage};
use super::failure::Failure;

/// The body of a request, with its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    bytes: Bytes,
    sha256: [u8; 32],
}

impl Sealed {
    /// Seals a body.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let sha256 = Sha256::digest(&bytes).into();
        Self { bytes, sha256 }
    }

    /// The very bytes of the body.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Their SHA-256, in hexadecimal digits.
    pub fn sha256(&self) -> String {
        hex::encode(self.sha256)
    }
}

/// Without the bytes: they are for the ledger and not for logs.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes, {})", self.bytes.len(), self.sha256())
    }
}

/// One request that left, and what came back. A request that was sent again is an exchange of its own each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The provider's name in the configuration.
    pub provider: String,
    /// What was sent.
    pub sent: Sealed,
    /// The status, where an answer began.
    pub status: Option<u16>,
    /// The body of the answer, where it came whole. Our own key is blotted out of it, should a provider repeat that.
    pub received: Option<Sealed>,
    /// The provider's id of it.
    pub request_id: Option<String>,
    /// From the first byte sent to the last one received, or to the failure.
    pub latency: Duration,
}

/// Everything that came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What left, in order. Empty where nothing was sent.
    pub exchanges: Vec<Exchange>,
    /// The answer, or why there is none.
    pub answer: Result<Answer, Failure>,
    /// Tokens of all exchanges together, as far as the provider says.
    pub usage: Option<Usage>,
    /// How long the asker waited.
    pub took: Duration,
}

impl Asked {
    /// Nothing was sent.
    pub(crate) fn not(failure: Failure) -> Self {
        Self {
            exchanges: Vec::new(),
            answer: Err(failure),
            usage: None,
            took: Duration::ZERO,
        }
    }
}
