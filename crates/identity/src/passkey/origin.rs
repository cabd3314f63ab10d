//! Whether browsers have passkeys for an origin at all.

use url::{Host, Url};
use webauthn_rs::prelude::WebauthnError;

/// Why there are no passkeys for an origin, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    /// Browsers have passkeys for names only.
    #[error(
        "passkeys need a name and {0} is an address: give the console a name in DNS and set the public origin to it"
    )]
    Address(String),
    /// Browsers have passkeys for secure pages only.
    #[error(
        "passkeys need https and the public origin is {0}: serve the console over https, or use localhost to try it"
    )]
    Insecure(String),
    /// Not a web address.
    #[error("passkeys need a public origin with a host, as in https://argus.example.org")]
    NoHost,
    /// The library has another reason.
    #[error("the public origin can't have passkeys")]
    Refused(#[source] WebauthnError),
}

/// The host that passkeys of this origin belong to.
pub(super) fn passkey_host(origin: &Url) -> Result<&str, OriginError> {
    let host = match origin.host() {
        Some(Host::Domain(host)) => host,
        Some(address) => return Err(OriginError::Address(address.to_string())),
        None => return Err(OriginError::NoHost),
    };
    let is_local = host == "localhost" || host.ends_with(".localhost");
    match origin.scheme() {
        "https" => Ok(host),
        "http" if is_local => Ok(host),
        "http" => Err(OriginError::Insecure(origin.origin().ascii_serialization())),
        _ => Err(OriginError::NoHost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passkey::Passkeys;

    fn refused(origin: &str) -> String {
        let origin = Url::parse(origin).unwrap();
        Passkeys::new(&origin, "Argus")
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn names_over_https_and_localhost_have_passkeys() {
        for origin in [
            "https://argus.example.org",
            "https://argus.example.org:8443/console/",
            "https://argus",
            "http://localhost:3000",
            "http://argus.localhost",
        ] {
            assert_eq!(refused(origin), "", "{origin}");
        }
    }

    #[test]
    fn an_address_or_plain_http_is_refused_with_what_to_do() {
        assert!(refused("https://192.0.2.7:8443").contains("give the console a name in DNS"));
        assert!(refused("https://[2001:db8::7]").contains("give the console a name in DNS"));
        assert!(refused("http://127.0.0.1").contains("give the console a name in DNS"));
        assert!(refused("http://argus.example.org").contains("serve the console over https"));
        assert!(refused("http://notlocalhost").contains("serve the console over https"));
        assert!(refused("ftp://argus.example.org").contains("with a host"));
        assert!(refused("data:text/plain,argus").contains("with a host"));
    }
}
