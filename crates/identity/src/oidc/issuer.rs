//! The name of a provider. It is compared as text, so it is kept as text: a URL library would add a slash.

use std::fmt;

use url::{Host, Url};

/// An issuer as it was configured: an `https` address, or `http` on this very machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer {
    text: String,
    url: Url,
}

/// Why a text names no issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// No absolute URL.
    #[error("an issuer is an absolute URL such as https://idp.example.lan")]
    NotAnAddress,
    /// Neither `https` nor on a loopback host.
    #[error("an issuer has https, or http on a loopback host")]
    Insecure,
    /// Something a discovery document could not be found below.
    #[error("an issuer has no user name, no query and no fragment")]
    Decorated,
}

impl Issuer {
    /// Takes an issuer over exactly as it is written.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError::NotAnAddress)?;
        if !url.has_host() || text.trim() != text {
            return Err(IssuerError::NotAnAddress);
        }
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(IssuerError::Decorated);
        }
        if url.scheme() != "https" && !is_loopback_http(&url) {
            return Err(IssuerError::Insecure);
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    /// The text that everything is compared with.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the discovery document is.
    pub(crate) fn discovery(&self) -> Url {
        let mut url = self.url.clone();
        let path = format!(
            "{}/.well-known/openid-configuration",
            self.url.path().trim_end_matches('/')
        );
        url.set_path(&path);
        url
    }

    /// Whether an address from the discovery document may be talked to. Only a provider on this very machine may do
    /// without TLS: anybody else's document must not send us to a port of ours.
    pub(crate) fn may_name(&self, endpoint: &Url) -> bool {
        endpoint.scheme() == "https" || (is_loopback_http(&self.url) && is_loopback_http(endpoint))
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_loopback_http(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_stays_as_it_is_written() {
        for text in [
            "https://idp.lan",
            "https://idp.lan/",
            "https://IdP.lan/realms/Home",
            "http://127.0.0.1:9000",
            "http://[::1]:9000",
            "http://localhost:9000/x",
        ] {
            assert_eq!(Issuer::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn an_issuer_without_tls_or_with_ornaments_is_refused() {
        use IssuerError::{Decorated, Insecure, NotAnAddress};
        for (text, why) in [
            ("http://idp.lan", Insecure),
            ("http://127.0.0.1.nip.lan", Insecure),
            ("http://localhost.lan", Insecure),
            ("ftp://localhost", Insecure),
            ("https://idp.lan?tenant=1", Decorated),
            ("https://idp.lan#x", Decorated),
            ("https://me@idp.lan", Decorated),
            ("idp.lan", NotAnAddress),
            (" https://idp.lan", NotAnAddress),
            ("mailto:x@y", NotAnAddress),
            ("", NotAnAddress),
        ] {
            assert_eq!(Issuer::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn the_discovery_document_is_below_the_issuer() {
        for (issuer, document) in [
            (
                "https://idp.lan",
                "https://idp.lan/.well-known/openid-configuration",
            ),
            (
                "https://idp.lan/realms/lan/",
                "https://idp.lan/realms/lan/.well-known/openid-configuration",
            ),
        ] {
            assert_eq!(
                Issuer::parse(issuer).unwrap().discovery().as_str(),
                document
            );
        }
    }

    #[test]
    fn only_a_provider_on_this_machine_may_name_endpoints_without_tls() {
        let endpoint = Url::parse("http://127.0.0.1:1/token").unwrap();
        let here = Issuer::parse("http://localhost:9000").unwrap();
        let elsewhere = Issuer::parse("https://idp.lan").unwrap();
        assert!(here.may_name(&endpoint));
        assert!(!elsewhere.may_name(&endpoint));
        assert!(!here.may_name(&Url::parse("http://idp.lan/token").unwrap()));
        assert!(elsewhere.may_name(&Url::parse("https://other.lan/token").unwrap()));
    }
}
