//! A passkey that nobody has, to check an answer against that names an unknown one: so that the check takes as long
//! and whoever tries learns nothing from it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use super::{Error, StoredPasskey};

/// A point whose private half was thrown away when it was made.
const X: &str = "7vc0sHoSR6TKaTRiRwqkgXhHu_iHyWVP8_MAa7o1qhs";
const Y: &str = "2QWpF3ppjJT0Nh8mZmmc3nXKdf4FHEDAB_YptL6Cl2g";

impl StoredPasskey {
    /// A passkey of this id, said to be this person's, whose signature nobody can make.
    pub fn decoy(person: Uuid, id: &[u8]) -> Result<Self, Error> {
        let passkey = json!({"cred": {
            "cred_id": URL_SAFE_NO_PAD.encode(id),
            "cred": {"type_": "ES256", "key": {"EC_EC2": {"curve": "SECP256R1", "x": X, "y": Y}}},
            "counter": 0,
            "transports": null,
            "user_verified": true,
            "backup_eligible": false,
            "backup_state": false,
            "registration_policy": "required",
            "extensions": {
                "cred_protect": "Ignored",
                "hmac_create_secret": "NotRequested",
                "appid": "NotRequested",
                "cred_props": "Ignored",
            },
            "attestation": {"data": "None", "metadata": "None"},
            "attestation_format": "none",
        }});
        let passkey =
            serde_json::from_value(passkey).map_err(|error| Error::Malformed(error.into()))?;
        Ok(Self { person, passkey })
    }
}
