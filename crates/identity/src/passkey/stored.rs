//! What is kept of a passkey.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{Credential, Passkey};

/// A passkey and whose it is: the public half only, as JSON for the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredPasskey {
    pub(super) person: Uuid,
    pub(super) passkey: Passkey,
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

    fn credential(&self) -> Credential {
        self.passkey.clone().into()
    }
}
