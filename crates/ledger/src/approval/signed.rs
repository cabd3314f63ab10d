//! One statement with its passkey's signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::statement::challenge;
use super::{Flaw, PublicKey, Statement, authenticator, client_data};
use crate::hash::Hash;

/// Says what is hashed; the trailing zero byte cannot occur in JSON text.
const PREFIX: &[u8] = b"argus signed approval 1\0";

/// All that it takes to check an approval later: the statement as text, the rest in base64url without padding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignedApproval {
    /// [`Statement::canonical`].
    pub statement: String,
    /// The authenticator's id of the passkey. It stands under no signature.
    pub credential_id: String,
    /// The passkey's public half, as a COSE key.
    pub public_key: String,
    /// What the authenticator says of the ceremony.
    pub authenticator_data: String,
    /// What the browser says of the ceremony.
    pub client_data_json: String,
    /// Over authenticator data and client data.
    pub signature: String,
}

impl SignedApproval {
    /// The hash by which the ledger names it.
    ///
    /// # Panics
    /// Never: see the reason in the body.
    pub fn sha256(&self) -> Hash {
        let canonical =
            serde_json_canonicalizer::to_vec(self).expect("six texts, which RFC 8785 can write");
        let digest = Sha256::new()
            .chain_update(PREFIX)
            .chain_update(&canonical)
            .finalize();
        Hash::new(digest.into())
    }

    /// The hash by which the ledger names the passkey's public half.
    pub fn key_sha256(&self) -> Result<Hash, Flaw> {
        let cose = decoded("public key", &self.public_key)?;
        Ok(Hash::new(Sha256::digest(cose).into()))
    }
}

/// What was signed, if everything about `signed` holds.
pub fn verify(signed: &SignedApproval) -> Result<Statement, Flaw> {
    let client = decoded("client data", &signed.client_data_json)?;
    let authenticator = decoded("authenticator data", &signed.authenticator_data)?;
    let signature = decoded("signature", &signed.signature)?;
    let key = key(signed)?;
    decoded("credential id", &signed.credential_id)?;
    let statement = Statement::parse(&signed.statement)?;
    let asked = challenge(&signed.statement);
    client_data::check(&client, &asked, &statement.origin)?;
    authenticator::check(&authenticator, &statement.rp_id)?;
    let message = [authenticator.as_slice(), &Sha256::digest(&client)].concat();
    key.check(&message, &signature)?;
    Ok(statement)
}

/// The key that it is signed with.
pub(super) fn key(signed: &SignedApproval) -> Result<PublicKey, Flaw> {
    PublicKey::from_cose(&decoded("public key", &signed.public_key)?)
}

fn decoded(part: &'static str, text: &str) -> Result<Vec<u8>, Flaw> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Flaw::Encoding { part })
}
