//! Accounts: what people see and change of their own, and admins of everybody's.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{HumanId, PasskeyId, PersonId, SessionId, StepUpId, TokenId};
use crate::person::{Person, Role, TokenMay};
use crate::scope::Scope;
use crate::text::PlainText;

/// One session: `GET /api/account/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// How it was opened: `passkey`, `recovery`, `link`, `demo` or `oidc/PROVIDER`.
    pub way: String,
    /// The browser, as far as it says.
    pub device: String,
    /// The network address that opened it.
    pub address: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last used, within a minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Whether it is the caller's own.
    pub current: bool,
}

/// One passkey: `GET /api/account/passkeys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PasskeyView {
    /// Its id.
    pub id: PasskeyId,
    /// What the person calls it.
    pub name: String,
    /// When it was enrolled.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Since when it lets nobody in, because a copy of it was seen.
    #[serde(default)]
    pub cloned_at: Option<Timestamp>,
}

/// `PATCH /api/account/passkeys/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct PasskeyName {
    /// The new name.
    pub name: PlainText<60>,
}

/// Fresh recovery codes, shown once: `POST /api/account/recovery-codes`. Those made before open nothing any more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// Each signs in once.
    pub codes: Vec<String>,
}

/// What one has to get in with: `GET /api/account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Account {
    /// Passkeys, the oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// Recovery codes that were not used yet.
    pub recovery_codes: u32,
    /// Accounts at OpenID providers.
    pub identities: Vec<IdentityView>,
}

/// An account at an OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IdentityView {
    /// The provider's id in the configuration.
    pub provider: String,
    /// The provider's own key of the account; with the issuer the only one that counts.
    pub subject: String,
    /// When it last signed in.
    pub last_sign_in_at: Timestamp,
}

/// What a fresh passkey assertion may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum StepUpAct {
    /// Approving a plan; the digest is the plan's.
    Approve,
    /// Confirming without the missing approvals; the digest is the plan's.
    BreakGlass,
    /// An admin's part in releasing the emergency stop.
    ReleaseEmergencyStop,
    /// Changing a person's role, scope or who they are, or inviting somebody; the subject is the person's id or
    /// `invitation`.
    ManagePeople,
    /// Confirming a plan, where the policy asks for it; the digest is the plan's.
    Confirm,
    /// Approving a version of the policy, or putting it into force; the digest is the version's.
    ChangePolicy,
    /// Saying what became of a destructive step; the digest is the evidence's.
    Resolve,
}

impl StepUpAct {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::BreakGlass => "break_glass",
            Self::ReleaseEmergencyStop => "release_emergency_stop",
            Self::ManagePeople => "manage_people",
            Self::Confirm => "confirm",
            Self::ChangePolicy => "change_policy",
            Self::Resolve => "resolve",
        }
    }
}

impl std::str::FromStr for StepUpAct {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [
            Self::Approve,
            Self::BreakGlass,
            Self::ReleaseEmergencyStop,
            Self::ManagePeople,
            Self::Confirm,
            Self::ChangePolicy,
            Self::Resolve,
        ]
        .into_iter()
        .find(|act| act.as_str() == text)
        .ok_or(())
    }
}

/// `POST /api/account/step-up`: asks for a passkey ceremony for exactly this act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct StepUpInput {
    /// The act.
    pub act: StepUpAct,
    /// What it is about: a plan's or a policy's digest, a person's id, `invitation` or `emergency_stop`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 100)))]
    pub subject: String,
}

/// The proof: `POST /api/account/step-up/finish`. Single use, by this session, for this act and subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StepUp {
    /// Goes into `step_up` of the request that it is for.
    pub id: StepUpId,
    /// Five minutes after it was made.
    pub expires_at: Timestamp,
}

/// `POST /api/account/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct ApiTokenInput {
    /// What it is for.
    pub name: PlainText<60>,
    /// What it may do; never more than its person.
    pub may: TokenMay,
    /// Where; never further than its person's role reaches.
    #[serde(default)]
    pub scope: Scope,
    /// Days until it ends.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 365)))]
    pub days: u16,
}

/// One API token, without its secret: `GET /api/account/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApiTokenView {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub may: TokenMay,
    /// Where.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, within a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A new API token with its secret, which is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApiTokenMade {
    /// The token.
    pub token: ApiTokenView,
    /// Goes into `Authorization: Bearer`.
    pub secret: String,
}

/// `POST /api/auth/device`: a program asks for an API token (the shape of RFC 8628).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct DeviceStart {
    /// What the program calls itself, such as `argusctl on laptop`.
    pub name: PlainText<60>,
    /// What it asks for.
    pub may: TokenMay,
}

/// What the program shows and polls with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceGrant {
    /// Secret; for polling.
    pub device_code: String,
    /// What the person types or compares, such as `WDJB-MJHT`.
    pub user_code: String,
    /// Where the person decides.
    pub verification_uri: String,
    /// Seconds between two polls, at least.
    pub interval_s: u32,
    /// Seconds until the request is void.
    pub expires_in_s: u32,
}

/// `POST /api/auth/device/token`: is it decided?
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct DevicePoll {
    /// [`DeviceGrant::device_code`].
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub device_code: String,
}

/// The answer to a poll.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum DeviceState {
    /// Nobody has decided yet.
    Pending {},
    /// Allowed; given once.
    Granted {
        /// The token.
        made: Box<ApiTokenMade>,
    },
    /// Refused, expired, or given before.
    Refused {},
}

/// `POST /api/account/devices/look`: what a code asks for, before deciding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct DeviceCode {
    /// [`DeviceGrant::user_code`]; spaces, hyphens and case do not matter.
    #[cfg_attr(feature = "schema", schemars(length(max = 40)))]
    pub user_code: String,
}

/// A program that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceRequest {
    /// What it calls itself.
    pub name: String,
    /// What it asks for.
    pub may: TokenMay,
    /// The network address that asked.
    pub address: String,
    /// When.
    pub created_at: Timestamp,
}

/// `POST /api/account/devices/decide`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct DeviceDecision {
    /// [`DeviceGrant::user_code`].
    #[cfg_attr(feature = "schema", schemars(length(max = 40)))]
    pub user_code: String,
    /// The token that the program gets; absent: it gets none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow: Option<ApiTokenInput>,
}

/// One person as admins see them: `GET /api/people`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PersonView {
    /// The account.
    pub person: Person,
    /// How far the role reaches.
    pub scope: Scope,
    /// Who is behind it; accounts of one human share it. Absent: unknown, and then it cannot give an approval that
    /// two people must give.
    pub human: Option<HumanId>,
    /// Where the role comes from.
    pub role_source: RoleSource,
    /// Since when.
    pub role_since: Timestamp,
    /// Who gave it, where a person did.
    pub role_granted_by: Option<String>,
    /// Whether they may break glass; given on the server's shell only.
    pub may_break_glass: bool,
    /// Since when the account lets nobody in.
    pub disabled_at: Option<Timestamp>,
    /// Why.
    pub disabled_reason: Option<DisabledReason>,
    /// Passkeys that they have.
    pub passkeys: u32,
    /// Sessions that are open.
    pub sessions: u32,
    /// API tokens that work.
    pub tokens: u32,
    /// Accounts at OpenID providers, with the claims of the last sign-in.
    pub identities: Vec<IdentityDetail>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Where a role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum RoleSource {
    /// The server's own shell.
    Shell,
    /// An admin.
    Admin,
    /// An OpenID provider's groups, looked at again at each sign-in.
    Groups,
}

impl RoleSource {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Admin => "admin",
            Self::Groups => "groups",
        }
    }
}

impl std::str::FromStr for RoleSource {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Shell, Self::Admin, Self::Groups]
            .into_iter()
            .find(|source| source.as_str() == text)
            .ok_or(())
    }
}

/// Why an account lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum DisabledReason {
    /// An admin said so.
    Admin,
    /// No group of theirs maps to a role any more.
    NoRole,
}

impl DisabledReason {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::NoRole => "no_role",
        }
    }
}

impl std::str::FromStr for DisabledReason {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Admin, Self::NoRole]
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or(())
    }
}

/// An account at an OpenID provider with what it last said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IdentityDetail {
    /// The account.
    pub identity: IdentityView,
    /// The claims of the last sign-in, as they came.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub claims: serde_json::Value,
    /// What the mapping made of them, in a sentence.
    pub mapping: String,
}

/// `PATCH /api/people/{id}`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct PersonChange {
    /// A new role. Not for one that comes from groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// A new scope. Not for a role that comes from groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether the account lets somebody in. `false` ends its sessions and tokens at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Another account of the same human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub same_human_as: Option<PersonId>,
    /// A fresh passkey assertion for [`StepUpAct::ManagePeople`] about this person; not needed for disabling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
}

/// `POST /api/people/invitations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct InvitationInput {
    /// The person's name.
    pub name: PlainText<100>,
    /// Their role.
    pub role: Role,
    /// How far it reaches.
    #[serde(default)]
    pub scope: Scope,
    /// An account that the same human already has; absent: somebody new, for which the inviting admin vouches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub same_human_as: Option<PersonId>,
    /// Hours for which the link works.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 168)))]
    pub hours: u16,
    /// A fresh passkey assertion for [`StepUpAct::ManagePeople`] about `invitation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
}

/// An invitation with its link, which is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvitationMade {
    /// Whom it lets in.
    pub person: Person,
    /// Opens a session once; its secret is behind `#`, which no server ever sees.
    pub link: String,
    /// After this it opens nothing.
    pub expires_at: Timestamp,
}
