//! The use cases of people's own accounts and of their ways in, put together.

use std::sync::Arc;

use argus_store::Store;
use argus_types::sign_in::ProviderButton;

use crate::clock::SharedClock;
use crate::config::{Config, Profile, SignInProvider};
use crate::limits::RateLimits;
use crate::same_origin::PublicOrigin;
use crate::service::api_tokens::ApiTokens;
use crate::service::devices::Devices;
use crate::service::passkeys::{OwnPasskeys, PasskeySignIn, RelyingParty, StepUps};
use crate::service::recovery::Recovery;
use crate::service::sign_in::{Doors, SignIn};
use crate::service::tickets::Tickets;
use crate::session::Sessions;

/// What handlers need for accounts.
pub struct Accounts {
    pub limits: RateLimits,
    pub sign_in: SignIn,
    pub passkey_sign_in: PasskeySignIn,
    pub own_passkeys: OwnPasskeys,
    pub step_ups: StepUps,
    pub recovery: Recovery,
    pub api_tokens: ApiTokens,
    pub devices: Devices,
    pub tickets: Tickets,
}

impl Accounts {
    /// All of them, over one store and one set of limits.
    pub fn new(
        config: &Config,
        store: &Store,
        sessions: &Arc<Sessions>,
        clock: &SharedClock,
    ) -> Self {
        let party = RelyingParty::at(&config.public_origin);
        if let Some(why) = party.why_not() {
            tracing::warn!(why, "there are no passkeys here");
        }
        let doors = Doors {
            providers: config.providers.iter().map(button).collect(),
            passkey: party.why_not().is_none(),
            demo: config.profile == Profile::Demo,
            insecure_tls: config.trust.is_insecure(),
        };
        let limits = RateLimits::new(config.sign_in_limit);
        let of = || (store.clone(), sessions.clone(), clock.clone());
        let (store, sessions, clock) = of();
        let sign_in = SignIn::new(store, sessions, clock, limits.clone(), doors);
        let (store, sessions, clock) = of();
        let api_tokens = ApiTokens::new(store, sessions, clock);
        let (store, sessions, clock) = of();
        let passkey_sign_in = PasskeySignIn::new(
            store,
            sessions,
            clock,
            party.clone(),
            limits.clone(),
            sign_in.clone(),
        );
        let (store, sessions, clock) = of();
        let own_passkeys = OwnPasskeys::new(store, sessions, clock, party.clone());
        let (store, sessions, clock) = of();
        let recovery = Recovery::new(store, sessions, clock, limits.clone(), sign_in.clone());
        let (store, sessions, clock) = of();
        let origin = PublicOrigin(config.public_origin.as_str().into());
        let devices = Devices::new(
            store,
            sessions,
            clock,
            limits.clone(),
            api_tokens.clone(),
            origin,
        );
        let (store, _, clock) = of();
        let step_ups = StepUps::new(store, clock, party, limits.clone());
        let (store, sessions, clock) = of();
        let tickets = Tickets::new(store, sessions, clock, limits.clone());
        Self {
            limits,
            sign_in,
            passkey_sign_in,
            own_passkeys,
            step_ups,
            recovery,
            api_tokens,
            devices,
            tickets,
        }
    }
}

/// A provider as the sign-in page shows it.
fn button(provider: &SignInProvider) -> ProviderButton {
    ProviderButton {
        id: provider.id().to_owned(),
        name: provider.provider.config().name.clone(),
    }
}
