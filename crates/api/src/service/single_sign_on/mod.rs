//! Single sign-on: from a provider's button to a session.
//!
//! ```text
//! begin ──▶ cookie + row, ten minutes ──▶ provider's pages ──▶ finish ──▶ session
//!                                                                └─▶ refused, recorded
//! ```
//!
//! The row belongs to the browser that has the cookie and is taken out by the first answer, right or wrong. What the
//! provider says of a person is turned into rights in [`arrival`]; nothing else of it decides anything.

mod arrival;

use std::sync::Arc;

use argus_identity::oidc::{Answer, Error, MAX_AGE, Pending, Proven};
use argus_store::{NewOidcTransaction, Store};
use argus_types::problem::ProblemCode;
use argus_types::sign_in::OidcFinish;
use secrecy::{ExposeSecret, SecretString};

use self::arrival::Arrival;
use super::rights_record;
use super::sign_in::SignIn;
use crate::clock::SharedClock;
use crate::config::SignInProvider;
use crate::problem::{ApiProblem, sentence};
use crate::record;
use crate::session::{Opened, SessionKeys, Sessions, Visit, Way};

/// Signs people in at providers.
#[derive(Clone)]
pub struct SingleSignOn {
    store: Store,
    sessions: Arc<Sessions>,
    sign_in: SignIn,
    clock: SharedClock,
    providers: Arc<[SignInProvider]>,
}

/// A sign-in that was begun.
pub struct Begun {
    /// The provider's page.
    pub url: String,
    /// What the browser shows when it comes back.
    pub browser: SecretString,
}

impl SingleSignOn {
    /// Sign-in at these providers.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        sign_in: SignIn,
        clock: SharedClock,
        providers: Arc<[SignInProvider]>,
    ) -> Self {
        Self {
            store,
            sessions,
            sign_in,
            clock,
            providers,
        }
    }

    /// Says where to send the browser, and keeps what its answer is checked against.
    pub async fn begin(&self, provider: &str) -> Result<Begun, ApiProblem> {
        let provider = self.provider(provider)?;
        let at = self.clock.now();
        let (url, pending) = match provider.provider.begin(at.get()).await {
            Ok(begun) => begun,
            Err(error) => return Err(self.failed(provider, &error).await?),
        };
        let browser = SessionKeys::new_token();
        self.store
            .keep_oidc_transaction(NewOidcTransaction {
                browser_hash: self.sessions.keys().hash(browser.expose_secret()),
                provider: provider.id(),
                pending: &serde_json::to_value(&pending).map_err(ApiProblem::internal)?,
                at,
                expires_at: at.plus_seconds(MAX_AGE.whole_seconds()),
            })
            .await?;
        Ok(Begun {
            url: url.into(),
            browser,
        })
    }

    /// Checks what the provider sent the browser back with, and opens a session for whom it vouches.
    pub async fn finish(
        &self,
        browser: Option<&SecretString>,
        input: OidcFinish,
        visit: &Visit,
    ) -> Result<Opened, ApiProblem> {
        let provider = self.provider(&input.provider)?;
        let pending = self.take(browser, provider).await?;
        let answer = Answer {
            code: input.code,
            state: Some(input.state),
            iss: input.iss,
            error: input.error,
            error_description: input.error_description,
        };
        let now = self.clock.now().get();
        match provider.provider.finish(pending, answer, now).await {
            Ok(proven) => self.arrive(provider, &proven, visit).await,
            Err(error) => Err(self.failed(provider, &error).await?),
        }
    }

    /// What this browser began with this provider.
    async fn take(
        &self,
        browser: Option<&SecretString>,
        provider: &SignInProvider,
    ) -> Result<Pending, ApiProblem> {
        let taken = match browser {
            Some(browser) => {
                let hash = self.sessions.keys().hash(browser.expose_secret());
                let now = self.clock.now();
                self.store.take_oidc_transaction(hash, now).await?
            }
            None => None,
        };
        match taken {
            Some(taken) if taken.provider == provider.id() => {
                serde_json::from_value(taken.pending).map_err(ApiProblem::internal)
            }
            Some(_) => Err(self.failed(provider, &Error::OtherProvider).await?),
            None => {
                let detail = "This browser has no sign-in under way: it was ended before, begun in another browser, \
                              or more than ten minutes ago. Begin the sign-in again.";
                Err(self.refused(provider, "not_begun", detail).await?)
            }
        }
    }

    /// One transaction from a proven person to a session, or to what is left of their rights.
    async fn arrive(
        &self,
        provider: &SignInProvider,
        proven: &Proven,
        visit: &Visit,
    ) -> Result<Opened, ApiProblem> {
        let at = self.clock.now();
        let mut tx = self.store.begin().await?;
        match arrival::settle(&mut tx, &self.clock, provider, proven).await? {
            Arrival::Welcome { person, changes } => {
                let changed = !changes.is_empty();
                let entries = changes
                    .into_iter()
                    .map(|change| change.entry(at, record::ARGUS))
                    .collect();
                let pending = self
                    .sign_in
                    .open_after(&mut tx, entries, &person, &way(provider), visit)
                    .await?;
                tx.commit().await?;
                if changed {
                    self.sessions.forget_copies();
                }
                self.sessions.opened(pending).await
            }
            Arrival::Refused {
                reason,
                detail,
                changes,
            } => {
                rights_record::append(&mut tx, changes, at, record::ARGUS).await?;
                tx.commit().await?;
                self.sessions.forget_copies();
                Err(self.refused(provider, reason, &detail).await?)
            }
        }
    }

    fn provider(&self, id: &str) -> Result<&SignInProvider, ApiProblem> {
        self.providers
            .iter()
            .find(|provider| provider.id() == id)
            .ok_or_else(|| {
                ApiProblem::new(
                    ProblemCode::NotFound,
                    "There is no sign-in provider of this id here; GET /api/auth/ways lists them.",
                )
            })
    }

    /// Records a sign-in that came to nothing at the provider, and gives the problem with its true cause.
    async fn failed(
        &self,
        provider: &SignInProvider,
        error: &Error,
    ) -> Result<ApiProblem, ApiProblem> {
        let detail = sentence(&format!("{error}: {}", error.remedy()));
        let problem = self.refused(provider, error.reason(), &detail).await?;
        Ok(if is_the_providers(error) {
            ApiProblem::new(ProblemCode::ProviderFailed, detail)
        } else {
            problem
        })
    }

    async fn refused(
        &self,
        provider: &SignInProvider,
        reason: &'static str,
        detail: &str,
    ) -> Result<ApiProblem, ApiProblem> {
        self.sign_in
            .refuse(&way(provider), reason, Some(detail))
            .await?;
        Ok(ApiProblem::new(ProblemCode::SignInRefused, detail))
    }
}

fn way(provider: &SignInProvider) -> Way {
    Way::Oidc(provider.id().to_owned())
}

/// Whether the provider or what it was told of us is to be mended, so that trying again helps nobody.
fn is_the_providers(error: &Error) -> bool {
    matches!(
        error,
        Error::Unreachable { .. }
            | Error::OtherIssuer { .. }
            | Error::InsecureEndpoint { .. }
            | Error::NoWayToProveTheSecret { .. }
            | Error::NotAuthorized { .. }
            | Error::ClientRefused(_)
            | Error::ExchangeRefused { .. }
            | Error::NoIdToken
    )
}
