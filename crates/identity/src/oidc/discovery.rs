//! The discovery document: where the provider's parts are.

use serde::Deserialize;
use url::Url;

use super::{error::Error, fault::Endpoint, http::Http, issuer::Issuer, shown::shown};

/// What we need of a discovery document.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) jwks_uri: Url,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

/// How a client with a secret proves that it has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretIn {
    /// `client_secret_basic`.
    Header,
    /// `client_secret_post`.
    Body,
}

/// Fetches the document and refuses one that is not this issuer's own.
pub(crate) async fn fetch(http: &Http, issuer: &Issuer) -> Result<Metadata, Error> {
    let metadata: Metadata =
        http.document(&issuer.discovery())
            .await
            .map_err(|fault| Error::Unreachable {
                endpoint: Endpoint::Discovery,
                fault,
            })?;
    metadata.check(issuer)?;
    Ok(metadata)
}

impl Metadata {
    fn check(&self, issuer: &Issuer) -> Result<(), Error> {
        if self.issuer != issuer.as_str() {
            return Err(Error::OtherIssuer {
                configured: issuer.to_string(),
                found: shown(&self.issuer),
            });
        }
        for (endpoint, address) in [
            (Endpoint::Authorization, &self.authorization_endpoint),
            (Endpoint::Token, &self.token_endpoint),
            (Endpoint::Keys, &self.jwks_uri),
        ] {
            if !issuer.may_name(address) {
                return Err(Error::InsecureEndpoint { endpoint });
            }
        }
        Ok(())
    }

    /// Whether an answer without `iss` is one of somebody else (RFC 9207).
    pub(crate) fn names_itself(&self) -> bool {
        self.authorization_response_iss_parameter_supported == Some(true)
    }

    /// The first way of proving a secret that both know. The standard's default is the header.
    pub(crate) fn secret_in(&self) -> Result<SecretIn, Error> {
        let Some(methods) = &self.token_endpoint_auth_methods_supported else {
            return Ok(SecretIn::Header);
        };
        let has = |name: &str| methods.iter().any(|method| method == name);
        if has("client_secret_basic") {
            Ok(SecretIn::Header)
        } else if has("client_secret_post") {
            Ok(SecretIn::Body)
        } else {
            Err(Error::NoWayToProveTheSecret {
                offered: shown(&methods.join(", ")),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document(change: &Value) -> Metadata {
        let mut document = json!({
            "issuer": "https://idp.lan",
            "authorization_endpoint": "https://idp.lan/auth",
            "token_endpoint": "https://idp.lan/token",
            "jwks_uri": "https://keys.lan/jwks",
            "response_types_supported": ["code"],
        });
        for (name, value) in change.as_object().expect("an object") {
            document[name] = value.clone();
        }
        serde_json::from_value(document).expect("a discovery document")
    }

    fn check(change: &Value) -> Result<(), Error> {
        document(change).check(&Issuer::parse("https://idp.lan").expect("an issuer"))
    }

    #[test]
    fn a_document_of_the_very_issuer_is_taken() {
        check(&json!({})).unwrap();
    }

    #[test]
    fn a_document_of_another_issuer_is_refused_even_if_only_a_slash_differs() {
        let error = check(&json!({"issuer": "https://idp.lan/"})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the provider calls itself `https://idp.lan/`, and `https://idp.lan` is configured"
        );
    }

    #[test]
    fn every_endpoint_must_have_tls() {
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            for address in [
                "http://idp.lan/x",
                "http://127.0.0.1/x",
                "file:///etc/passwd",
            ] {
                let error = check(&json!({name: address})).unwrap_err();
                assert_eq!(error.reason(), "endpoint_insecure", "{name} {address}");
            }
        }
    }

    #[test]
    fn the_secret_goes_where_both_agree() {
        let offered = |methods: Value| {
            document(&json!({"token_endpoint_auth_methods_supported": methods})).secret_in()
        };
        assert_eq!(document(&json!({})).secret_in().unwrap(), SecretIn::Header);
        assert_eq!(
            offered(json!(["client_secret_post", "client_secret_basic"])).unwrap(),
            SecretIn::Header
        );
        assert_eq!(
            offered(json!(["client_secret_post"])).unwrap(),
            SecretIn::Body
        );
        assert!(offered(json!(["private_key_jwt"])).is_err());
    }
}
