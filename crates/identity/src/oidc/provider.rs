//! The two halves of a sign-in.

use std::{fmt, sync::Arc};

use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use time::OffsetDateTime;
use tokio::time::Instant;
use url::Url;

use super::{
    claims::{self, Expected},
    config::{ConfigError, ProviderConfig},
    discovery::Metadata,
    error::Error,
    exchange,
    http::Http,
    id_token::IdToken,
    keys::{BadSignature, Keys},
    known::Knowledge,
    pending::{Answer, MAX_AGE, Pending, random},
    proven::Proven,
    shown::{shown, shown_without},
};

/// One provider. Cheap to clone; clones share what they know of it.
#[derive(Clone)]
pub struct Provider {
    config: Arc<ProviderConfig>,
    knowledge: Arc<Knowledge>,
}

impl Provider {
    /// Sets a provider up. Opens no connection; reads the file of certificate authorities where there is one.
    pub fn new(config: ProviderConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let http = Http::new(config.ca_file.as_deref())?;
        Ok(Self {
            knowledge: Arc::new(Knowledge::new(config.issuer.clone(), http)),
            config: Arc::new(config),
        })
    }

    /// What it was set up with.
    pub fn config(&self) -> &ProviderConfig {
        &self.config
    }

    /// Fetches the provider's description unless it is known, for a check before anybody signs in.
    pub async fn probe(&self) -> Result<(), Error> {
        let known = self.knowledge.get().await?;
        exchange::client(&self.config, &known.metadata).map(|_| ())
    }

    /// Begins: where to send the browser, and what to keep on the server until it comes back.
    pub async fn begin(&self, now: OffsetDateTime) -> Result<(Url, Pending), Error> {
        let known = self.knowledge.get().await?;
        self.knowledge.renew_if_old(&known);
        let pending = Pending {
            provider: self.config.id.clone(),
            begun_at: now,
            state: random(),
            nonce: random(),
            verifier: random(),
        };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(
            pending.verifier.clone(),
        ));
        let scopes = self.config.scopes.iter().filter(|scope| *scope != "openid");
        let (address, _) = exchange::client(&self.config, &known.metadata)?
            .authorize_url(|| CsrfToken::new(pending.state.clone()))
            .add_scope(Scope::new("openid".to_owned()))
            .add_scopes(scopes.cloned().map(Scope::new))
            .add_extra_param("nonce", pending.nonce.as_str())
            .set_pkce_challenge(challenge)
            .url();
        Ok((address, pending))
    }

    /// Ends: checks the answer against what was begun, exchanges the code, verifies the ID token and reads it.
    pub async fn finish(
        &self,
        pending: Pending,
        answer: Answer,
        now: OffsetDateTime,
    ) -> Result<Proven, Error> {
        let began = Instant::now();
        self.belongs(&pending, &answer, now)?;
        let known = self.knowledge.get().await?;
        self.is_from_the_provider(&known.metadata, &answer)?;
        let code = code(answer)?;
        let tokens = exchange::exchange(
            &exchange::client(&self.config, &known.metadata)?,
            &self.knowledge.http,
            &code,
            &pending.verifier,
            self.config.client_secret.as_ref(),
        )
        .await?;
        let token = IdToken::parse(&tokens.id)?;
        self.verify(&token, &known.keys).await?;
        let claims = token.claims()?;
        let checked = claims::check(
            &claims,
            &Expected {
                issuer: self.config.issuer.as_str(),
                client_id: &self.config.client_id,
                nonce: &pending.nonce,
                access_token_hash: &token.algorithm.half_digest(&tokens.access),
                // A slow provider must not look like one whose clock is ahead.
                now: now + began.elapsed(),
            },
        )?;
        Ok(Proven::read(&self.config, checked, claims, tokens.refresh))
    }

    fn belongs(
        &self,
        pending: &Pending,
        answer: &Answer,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        if pending.provider != self.config.id {
            return Err(Error::OtherProvider);
        }
        let answered = answer
            .state
            .as_deref()
            .is_some_and(|state| pending.is_answered_by(state));
        if !answered {
            return Err(Error::OtherState);
        }
        if now - pending.begun_at > MAX_AGE {
            return Err(Error::TooLate);
        }
        Ok(())
    }

    /// RFC 9207: without this, a code of one provider could be made to be shown to another.
    fn is_from_the_provider(&self, metadata: &Metadata, answer: &Answer) -> Result<(), Error> {
        match &answer.iss {
            Some(iss) if iss == self.config.issuer.as_str() => Ok(()),
            Some(iss) => Err(Error::AnswerOfOtherIssuer {
                expected: self.config.issuer.to_string(),
                found: shown(iss),
            }),
            None if metadata.names_itself() => Err(Error::AnswerWithoutIssuer),
            None => Ok(()),
        }
    }

    /// Verifies the signature, with newer keys if these do not fit. A token without a key's name fails by its signature
    /// when keys were exchanged, so that is a reason to look for newer ones, too.
    async fn verify(&self, token: &IdToken<'_>, keys: &Arc<Keys>) -> Result<(), Error> {
        let Err(bad) = token.verify(keys) else {
            return Ok(());
        };
        let may_be_newer = bad == BadSignature::NoKey || token.key_id.is_none();
        if !may_be_newer {
            return Err(bad.into());
        }
        match self.knowledge.newer_keys(keys).await? {
            Some(newer) => token.verify(&newer).map_err(Error::from),
            None => Err(bad.into()),
        }
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("id", &self.config.id)
            .field("issuer", &self.config.issuer.as_str())
            .finish_non_exhaustive()
    }
}

impl From<BadSignature> for Error {
    fn from(bad: BadSignature) -> Self {
        match bad {
            BadSignature::NoKey => Self::UnknownKey,
            BadSignature::Ambiguous => Self::AmbiguousKey,
            BadSignature::Wrong => Self::SignatureWrong,
        }
    }
}

/// The code, or why there is none.
fn code(answer: Answer) -> Result<String, Error> {
    let secrets = [
        answer.code.as_deref().unwrap_or_default(),
        answer.state.as_deref().unwrap_or_default(),
    ];
    if let Some(error) = answer.error.as_deref() {
        let said = shown_without(answer.error_description.as_deref(), &secrets);
        return Err(match error {
            "access_denied" => Error::Denied(said),
            other => Error::NotAuthorized {
                code: shown_without(Some(other), &secrets)
                    .unwrap_or_else(|| "an unnamed error".to_owned()),
                said,
            },
        });
    }
    answer
        .code
        .filter(|code| !code.is_empty())
        .ok_or(Error::NoCode)
}

/// Routes await both halves on any thread.
const _: fn(&Provider, Pending, Answer, OffsetDateTime) = |provider, pending, answer, now| {
    fn is_send(_: &impl Send) {}
    is_send(&provider.begin(now));
    is_send(&provider.finish(pending, answer, now));
};
