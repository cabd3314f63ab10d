//! What is kept of a passkey.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{COSEKeyType, Credential, ECDSACurve, Passkey};

/// A passkey and whose it is: the public half only, as JSON for the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredPasskey {
    pub(super) person: Uuid,
    pub(super) passkey: Passkey,
}

/// A passkey's public half, by its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicHalf {
    /// A point on P-256.
    P256 {
        /// One coordinate.
        x: [u8; 32],
        /// The other.
        y: [u8; 32],
    },
    /// A point on P-384.
    P384 {
        /// One coordinate.
        x: [u8; 48],
        /// The other.
        y: [u8; 48],
    },
    /// An RSA key.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The exponent.
        e: [u8; 3],
    },
}

impl StoredPasskey {
    /// Whose it is.
    pub fn person(&self) -> Uuid {
        self.person
    }

    /// The id that the authenticator gave it. No two passkeys may share one, whosever they are.
    pub fn id(&self) -> &[u8] {
        self.passkey.cred_id().as_slice()
    }

    /// How often it was used, as far as it says: passkeys that are synchronised always say 0.
    pub fn counter(&self) -> u32 {
        self.credential().counter
    }

    /// Whether it may be copied to the person's other devices.
    pub fn can_be_backed_up(&self) -> bool {
        self.credential().backup_eligible
    }

    /// Whether it was copied when it was last used.
    pub fn is_backed_up(&self) -> bool {
        self.credential().backup_state
    }

    /// The key that checks its signatures; nothing where it is of a kind that can't be enrolled here.
    pub fn public_half(&self) -> Option<PublicHalf> {
        match self.credential().cred.key {
            COSEKeyType::EC_EC2(key) => match key.curve {
                ECDSACurve::SECP256R1 => Some(PublicHalf::P256 {
                    x: key.x.try_into().ok()?,
                    y: key.y.try_into().ok()?,
                }),
                ECDSACurve::SECP384R1 => Some(PublicHalf::P384 {
                    x: key.x.try_into().ok()?,
                    y: key.y.try_into().ok()?,
                }),
                ECDSACurve::SECP521R1 => None,
            },
            COSEKeyType::RSA(key) => Some(PublicHalf::Rsa { n: key.n, e: key.e }),
            COSEKeyType::EC_OKP(_) => None,
        }
    }

    fn credential(&self) -> Credential {
        self.passkey.clone().into()
    }
}
