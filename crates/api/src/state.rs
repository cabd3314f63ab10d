//! What handlers can ask for. Nobody names this type: routers say which parts they need.

use std::sync::Arc;

use argus_store::Store;
use axum::extract::FromRef;

use crate::address::TrustedProxies;
use crate::clock::SharedClock;
use crate::collector::{Inventory, OnDemand, Trimmed};
use crate::headers::ContentSecurityPolicy;
use crate::limits::RateLimits;
use crate::same_origin::PublicOrigin;
use crate::service::api_tokens::ApiTokens;
use crate::service::approve::Approve;
use crate::service::broken_glass::Glass;
use crate::service::cancel::Cancel;
use crate::service::confirm::Confirm;
use crate::service::devices::Devices;
use crate::service::emergency_stop::StopAll;
use crate::service::passkeys::{OwnPasskeys, PasskeySignIn, StepUps};
use crate::service::people::People;
use crate::service::propose::Propose;
use crate::service::recovery::Recovery;
use crate::service::sign_in::SignIn;
use crate::service::single_sign_on::SingleSignOn;
use crate::service::snapshots::AddSnapshots;
use crate::service::tickets::Tickets;
use crate::service::within::Within;
use crate::session::Sessions;
use crate::stream::Hub;

/// The parts.
#[derive(Clone, FromRef)]
pub struct Parts {
    /// PostgreSQL.
    pub store: Store,
    /// Time and ids.
    pub clock: SharedClock,
    /// Who is signed in.
    pub sessions: Arc<Sessions>,
    /// The console's own origin.
    pub origin: PublicOrigin,
    /// Who may say for whom they speak.
    pub proxies: TrustedProxies,
    /// The policy of HTML answers.
    pub policy: ContentSecurityPolicy,
    /// What is known of the cluster.
    pub inventory: Inventory,
    /// What is read from Proxmox when somebody asks.
    pub on_demand: OnDemand,
    /// Messages to browsers.
    pub hub: Hub,
    /// Use case: signing in and out.
    pub sign_in: SignIn,
    /// Use case: signing in at a provider.
    pub single_sign_on: SingleSignOn,
    /// Use case: people and their rights.
    pub people: People,
    /// The snapshot for roles that do not reach everywhere.
    pub trimmed: Trimmed,
    /// What a caller reaches.
    pub within: Within,
    /// How often who may ask.
    pub limits: RateLimits,
    /// Use case: signing in with a passkey.
    pub passkey_sign_in: PasskeySignIn,
    /// Use case: looking after one's own passkeys.
    pub own_passkeys: OwnPasskeys,
    /// Use case: fresh passkey assertions.
    pub step_ups: StepUps,
    /// Use case: recovery codes.
    pub recovery: Recovery,
    /// Use case: API tokens.
    pub api_tokens: ApiTokens,
    /// Use case: programs that ask for an API token.
    pub devices: Devices,
    /// Use case: tickets for WebSockets.
    pub tickets: Tickets,
    /// Use case: making proposals.
    pub propose: Propose,
    /// Use case: confirming.
    pub confirm: Confirm,
    /// Use case: approving and rejecting.
    pub approve: Approve,
    /// Use case: looking at broken glass.
    pub glass: Glass,
    /// Use case: planning again with snapshots.
    pub add_snapshots: AddSnapshots,
    /// Use case: cancelling.
    pub cancel: Cancel,
    /// Use case: the emergency stop.
    pub stop_all: StopAll,
}
