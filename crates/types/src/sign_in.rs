//! Signing in: which ways there are, and what goes over the wire on each.

use serde::{Deserialize, Serialize};

use crate::id::{CeremonyId, PersonId};
use crate::person::Person;
use crate::text::PlainText;

/// How somebody can sign in here: `GET /api/auth/ways`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignInWays {
    /// Configured OpenID providers, in the order of the configuration.
    pub providers: Vec<ProviderButton>,
    /// The seeded people of the demo profile; empty in every other profile.
    pub demo_people: Vec<Person>,
    /// Whether passkeys work here: browsers have none for a console without a name or without HTTPS.
    #[serde(default)]
    pub passkey: bool,
    /// Set while Proxmox's certificate is not verified (lab profile only): the page shows it on every screen.
    pub insecure_tls: bool,
}

/// A configured OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderButton {
    /// Its id, part of paths.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// `POST /api/auth/demo`: sign in as a seeded person. Exists in the demo profile only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct DemoSignIn {
    /// One of [`SignInWays::demo_people`].
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub person: PersonId,
}

/// `POST /api/auth/link`: use a one-time link (from the server's shell, or an invitation).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct LinkSignIn {
    /// The secret part of the link.
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub token: String,
}

/// `POST /api/auth/oidc/begin`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct OidcBegin {
    /// [`ProviderButton::id`].
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 32)))]
    pub provider: String,
}

/// Where the browser goes to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcRedirect {
    /// The provider's page.
    pub url: String,
}

/// `POST /api/auth/oidc/finish`: what the provider put into the address of the page that it sent the browser back to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct OidcFinish {
    /// [`ProviderButton::id`].
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 32)))]
    pub provider: String,
    /// `code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 4096)))]
    pub code: Option<String>,
    /// `state`.
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub state: String,
    /// `iss` (RFC 9207).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 500)))]
    pub iss: Option<String>,
    /// `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub error: Option<String>,
    /// `error_description`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 2000)))]
    pub error_description: Option<String>,
}

/// A passkey ceremony that the browser carries out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ceremony {
    /// Names it in the answer.
    pub id: CeremonyId,
    /// For `navigator.credentials.create` or `.get`, with binary values in base64url.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub options: serde_json::Value,
    /// What the passkey is asked to sign, where that is a statement: its SHA-256 is the challenge in `options`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
}

/// What the browser's authenticator said to a [`Ceremony`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct CeremonyAnswer {
    /// [`Ceremony::id`].
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub id: CeremonyId,
    /// The credential as JSON, with binary values in base64url.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "serde_json::Map<String, serde_json::Value>")
    )]
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub credential: serde_json::Value,
    /// A name for a new passkey, such as the device's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PlainText<60>>,
}

/// `POST /api/auth/recovery`: sign in with a recovery code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct RecoverySignIn {
    /// The code as it was shown; spaces, hyphens and case do not matter.
    #[cfg_attr(feature = "schema", schemars(length(max = 100)))]
    pub code: String,
}

/// A single-use ticket for one WebSocket: `POST /api/stream/tickets`. It goes into the subprotocol
/// `ticket.TICKET` beside `argus`, never into an address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StreamTicket {
    /// Opens one WebSocket of this session within 30 seconds.
    pub ticket: String,
}
