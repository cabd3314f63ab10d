//! The token endpoint: from a code to tokens.

use std::fmt;

use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
        BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    config::ProviderConfig,
    discovery::{Metadata, SecretIn},
    error::Error,
    fault::{Endpoint, Fault},
    http::Http,
    shown::shown_without,
};

/// The OAuth library's client, with both of the provider's addresses.
pub(crate) type Client = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<WithIdToken, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What OpenID adds to the tokens of OAuth.
#[derive(Serialize, Deserialize)]
pub(crate) struct WithIdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for WithIdToken {}

impl fmt::Debug for WithIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithIdToken").finish_non_exhaustive()
    }
}

/// What a code was worth.
pub(crate) struct Tokens {
    pub(crate) id: String,
    pub(crate) access: String,
    pub(crate) refresh: Option<SecretString>,
}

/// A client as it is configured, for the provider as it described itself.
pub(crate) fn client(config: &ProviderConfig, metadata: &Metadata) -> Result<Client, Error> {
    let mut client = oauth2::Client::new(ClientId::new(config.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(metadata.authorization_endpoint.clone()))
        .set_token_uri(TokenUrl::from_url(metadata.token_endpoint.clone()))
        .set_redirect_uri(RedirectUrl::from_url(config.redirect_uri.clone()));
    if let Some(secret) = &config.client_secret {
        client = client
            .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            .set_auth_type(match metadata.secret_in()? {
                SecretIn::Header => AuthType::BasicAuth,
                SecretIn::Body => AuthType::RequestBody,
            });
    }
    Ok(client)
}

/// Exchanges a code, once: a code is good for one exchange only, so a failed one is never repeated.
pub(crate) async fn exchange(
    client: &Client,
    http: &Http,
    code: &str,
    verifier: &str,
    secret: Option<&SecretString>,
) -> Result<Tokens, Error> {
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
        .request_async(http)
        .await
        .map_err(|error| {
            let secret = secret.map(ExposeSecret::expose_secret).unwrap_or_default();
            refused(error, &[code, verifier, secret])
        })?;
    Ok(Tokens {
        id: answer
            .extra_fields()
            .id_token
            .clone()
            .ok_or(Error::NoIdToken)?,
        access: answer.access_token().secret().clone(),
        refresh: answer
            .refresh_token()
            .map(|token| SecretString::from(token.secret().clone())),
    })
}

/// The library's parse error carries the whole answer, tokens and all: only its class goes on.
fn refused(error: RequestTokenError<Fault, BasicErrorResponse>, secrets: &[&str]) -> Error {
    let unreachable = |fault| Error::Unreachable {
        endpoint: Endpoint::Token,
        fault,
    };
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let said = shown_without(answer.error_description().map(String::as_str), secrets);
            match answer.error() {
                BasicErrorResponseType::InvalidClient => Error::ClientRefused(said),
                BasicErrorResponseType::InvalidGrant => Error::CodeRefused(said),
                other => Error::ExchangeRefused {
                    code: shown_without(Some(other.as_ref()), secrets)
                        .unwrap_or_else(|| "an unnamed error".to_owned()),
                    said,
                },
            }
        }
        RequestTokenError::Request(fault) => unreachable(fault),
        RequestTokenError::Parse(error, _answer) => unreachable(Fault::unreadable(&error)),
        RequestTokenError::Other(_) => unreachable(Fault::Unreadable {
            path: ".".to_owned(),
            reason: "it is empty or not JSON",
        }),
    }
}
