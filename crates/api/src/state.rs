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
use crate::service::alternatives::Choose;
use crate::service::api_tokens::ApiTokens;
use crate::service::approve::Approve;
use crate::service::broken_glass::Glass;
use crate::service::cancel::Cancel;
use crate::service::collisions::Collide;
use crate::service::confirm::Confirm;
use crate::service::devices::Devices;
use crate::service::drift::DriftReader;
use crate::service::emergency_stop::StopAll;
use crate::service::models::Models;
use crate::service::passkeys::{OwnPasskeys, PasskeySignIn, StepUps};
use crate::service::people::People;
use crate::service::policy::{ChangePolicy, PolicyReader};
use crate::service::propose::Propose;
use crate::service::recovery::Recovery;
use crate::service::resolve::Resolve;
use crate::service::sign_in::SignIn;
use crate::service::single_sign_on::SingleSignOn;
use crate::service::snapshots::AddSnapshots;
use crate::service::tickets::Tickets;
use crate::service::within::Within;
use crate::session::Sessions;
use crate::stream::{Feeds, Holding, Hub};

/// Declares the parts and how a handler gets at each of them.
macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident: $of:ty,)*) => {
        /// The parts.
        pub struct Parts {
            $($(#[$doc])* pub $name: $of,)*
        }

        $(impl FromRef<Shared> for $of {
            fn from_ref(shared: &Shared) -> Self {
                shared.0.$name.clone()
            }
        })*
    };
}

/// The parts as the router holds them. It clones its state several times a request, so that has to cost next to
/// nothing: handlers take only the parts that they name.
#[derive(Clone)]
pub struct Shared(Arc<Parts>);

impl From<Parts> for Shared {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

parts! {
    /// PostgreSQL.
    store: Store,
    /// Time and ids.
    clock: SharedClock,
    /// Who is signed in.
    sessions: Arc<Sessions>,
    /// The console's own origin.
    origin: PublicOrigin,
    /// Who may say for whom they speak.
    proxies: TrustedProxies,
    /// The policy of HTML answers.
    policy: ContentSecurityPolicy,
    /// What is known of the cluster.
    inventory: Inventory,
    /// What is read from Proxmox when somebody asks.
    on_demand: OnDemand,
    /// Messages to browsers.
    hub: Hub,
    /// Journals that somebody follows.
    feeds: Feeds,
    /// Which sessions of open connections still hold.
    holding: Holding,
    /// Use case: signing in and out.
    sign_in: SignIn,
    /// Use case: signing in at a provider.
    single_sign_on: SingleSignOn,
    /// Use case: people and their rights.
    people: People,
    /// The snapshot for roles that do not reach everywhere.
    trimmed: Trimmed,
    /// What a caller reaches.
    within: Within,
    /// How often who may ask.
    limits: RateLimits,
    /// Use case: signing in with a passkey.
    passkey_sign_in: PasskeySignIn,
    /// Use case: looking after one's own passkeys.
    own_passkeys: OwnPasskeys,
    /// Use case: fresh passkey assertions.
    step_ups: StepUps,
    /// Use case: recovery codes.
    recovery: Recovery,
    /// Use case: API tokens.
    api_tokens: ApiTokens,
    /// Use case: programs that ask for an API token.
    devices: Devices,
    /// Use case: tickets for WebSockets.
    tickets: Tickets,
    /// Reads the policy.
    policy_reader: PolicyReader,
    /// Use case: changing the policy.
    change_policy: ChangePolicy,
    /// Use case: making proposals.
    propose: Propose,
    /// Use case: language models.
    models: Models,
    /// Use case: choosing between ways.
    choose: Choose,
    /// Use case: what a plan would meet.
    collide: Collide,
    /// Use case: confirming.
    confirm: Confirm,
    /// Compares plans with the cluster.
    drift: DriftReader,
    /// Use case: approving and rejecting.
    approve: Approve,
    /// Use case: looking at broken glass.
    glass: Glass,
    /// Use case: planning again with snapshots.
    add_snapshots: AddSnapshots,
    /// Use case: cancelling.
    cancel: Cancel,
    /// Use case: saying what became of an undecided step.
    resolve: Resolve,
    /// Use case: the emergency stop.
    stop_all: StopAll,
}
