//! What an approver signs.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Flaw;
use crate::hash::Hash;

/// The format of statements that this version writes and reads.
pub const STATEMENT_FORMAT: &str = "argus approval 1";

/// One decision on one plan. Its RFC 8785 form is hashed, and the hash is the challenge that the passkey signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// [`STATEMENT_FORMAT`].
    pub format: String,
    /// The proposal's id.
    pub proposal: String,
    /// Which of its plans: from 1.
    pub revision: u32,
    /// The plan: SHA-256 over its RFC 8785 form.
    pub digest: Hash,
    /// The word on it.
    pub verdict: Verdict,
    /// Who gives it.
    pub approver: Approver,
    /// 32 random bytes in base64url, so that no two statements are alike and no challenge can be foreseen.
    pub nonce: String,
    /// When the approver was asked, in RFC 3339.
    pub time: String,
    /// The relying party that passkeys belong to: the console's host.
    pub rp_id: String,
    /// The console's origin, as browsers name it.
    pub origin: String,
}

/// The word on a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It may be done.
    Approve,
    /// It must not.
    Reject,
}

/// Who gives their word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approver {
    /// The account's id.
    pub account: String,
    /// The id of the human behind it; absent where nobody vouched for one.
    pub human: Option<String>,
    /// What the account was called.
    pub name: String,
}

impl Statement {
    /// The text that is hashed.
    ///
    /// # Panics
    /// Never: see the reason in the body.
    pub fn canonical(&self) -> String {
        let bytes = serde_json_canonicalizer::to_vec(self)
            .expect("a statement holds text and one small number, all of which RFC 8785 can write");
        String::from_utf8(bytes).expect("JSON is UTF-8")
    }

    /// The challenge that says it.
    pub fn challenge(&self) -> [u8; 32] {
        challenge(&self.canonical())
    }

    /// The statement that `text` is: only its canonical form, so that one text has one meaning.
    pub(super) fn parse(text: &str) -> Result<Self, Flaw> {
        let statement: Self = serde_json::from_str(text).map_err(|_| Flaw::Statement)?;
        if statement.format == STATEMENT_FORMAT && statement.canonical() == text {
            Ok(statement)
        } else {
            Err(Flaw::Statement)
        }
    }
}

/// The challenge for a statement's text.
pub(super) fn challenge(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
