//! Where a cluster's API is.

use std::{fmt, net::IpAddr, str::FromStr};

use url::{Host, Url};

use crate::resolve;

/// Base address of one Proxmox API, always `https` and always ending in `/api2/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The address, such as `https://pve1.example:8006/api2/json`.
    pub url: Url,
}

/// Why an address is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an absolute URL.
    #[error("not an address such as https://pve1.example:8006/api2/json")]
    Syntax,
    /// Any scheme but `https`: the token would cross the network in the clear.
    #[error("the scheme is {0:?}, only https keeps the token secret")]
    Scheme(String),
    /// A user name or password in the address.
    #[error("the address holds credentials, which belong in the token")]
    Credentials,
    /// A query or fragment.
    #[error("the address has a query or fragment")]
    Query,
    /// A path of another API format.
    #[error("the path is {0:?}, expected /api2/json")]
    Path(String),
    /// An address that no Proxmox listens on, such as link-local or multicast.
    #[error("{0} is not the address of a Proxmox node")]
    Address(IpAddr),
}

impl Endpoint {
    /// Reads an address. A trailing slash and a missing `/api2/json` are put right.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let mut url = Url::parse(text.trim()).map_err(|_| EndpointError::Syntax)?;
        if url.scheme() != "https" {
            return Err(EndpointError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::Query);
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(EndpointError::Syntax),
        };
        // A literal loopback address is somebody's explicit choice (a simulator, a tunnel); a name must not lead there.
        if let Some(address) = address.filter(|&address| !resolve::is_dialable(address, true)) {
            return Err(EndpointError::Address(address));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        let path = match path.strip_suffix("/json").unwrap_or(&path) {
            base if base.ends_with("/api2") => format!("{base}/json"),
            _ if path.contains("/api2/") => return Err(EndpointError::Path(path)),
            _ => format!("{path}/api2/json"),
        };
        url.set_path(&path);
        Ok(Self { url })
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        Self::parse(text)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_a_missing_path_are_put_right() {
        for text in [
            "https://pve1.example:8006/api2/json",
            "https://pve1.example:8006/api2/json/",
            "https://pve1.example:8006/api2",
            "https://pve1.example:8006/",
            "  https://pve1.example:8006 ",
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(
                endpoint.url.as_str(),
                "https://pve1.example:8006/api2/json",
                "{text}"
            );
        }
        let behind_proxy = Endpoint::parse("https://lan.example/pve/").unwrap();
        assert_eq!(
            behind_proxy.url.as_str(),
            "https://lan.example/pve/api2/json"
        );
    }

    #[test]
    fn what_would_leak_the_token_or_lead_astray_is_refused() {
        let table = [
            ("pve1", EndpointError::Syntax),
            ("", EndpointError::Syntax),
            (
                "http://pve1:8006/api2/json",
                EndpointError::Scheme("http".into()),
            ),
            ("ftp://pve1/", EndpointError::Scheme("ftp".into())),
            ("https://root@pve1:8006", EndpointError::Credentials),
            ("https://u:p@pve1:8006", EndpointError::Credentials),
            ("https://pve1:8006/api2/json?a=b", EndpointError::Query),
            ("https://pve1:8006/#x", EndpointError::Query),
            (
                "https://pve1:8006/api2/extjs",
                EndpointError::Path("/api2/extjs".into()),
            ),
            (
                "https://169.254.169.254/",
                EndpointError::Address([169, 254, 169, 254].into()),
            ),
            (
                "https://0.0.0.0:8006/",
                EndpointError::Address([0, 0, 0, 0].into()),
            ),
        ];
        for (text, expected) in table {
            assert_eq!(Endpoint::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_literal_loopback_address_is_allowed() {
        assert!(Endpoint::parse("https://127.0.0.1:8006").is_ok());
        assert!(Endpoint::parse("https://[::1]:8006").is_ok());
    }
}
