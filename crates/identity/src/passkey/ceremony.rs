//! What must be remembered between question and answer.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, PasskeyAuthentication, PasskeyRegistration,
};

/// An open question to an authenticator: opaque JSON, kept on the server, used once.
///
/// In a browser's hands it would let an old answer pass for a new one, so it never leaves the server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ceremony(pub(super) Kind);

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Enrolment {
        person: Uuid,
        state: Box<PasskeyRegistration>,
    },
    SignIn {
        state: Box<DiscoverableAuthentication>,
    },
    StepUp {
        person: Uuid,
        state: Box<PasskeyAuthentication>,
    },
}

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Enrolment { .. } => "Ceremony(enrolment)",
            Kind::SignIn { .. } => "Ceremony(sign-in)",
            Kind::StepUp { .. } => "Ceremony(step-up)",
        })
    }
}
