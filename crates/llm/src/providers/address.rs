//! Which addresses a provider may have. The configuration names hosts; this says where their names may lead.
//!
//! The HTTP library connects to exactly what is returned here, so that a name cannot lead to one address when it is
//! checked and to another when it is dialled.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name leads only to addresses that are never dialled.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that a provider may have")]
struct NoDialableAddress;

/// Asks the system's resolver and drops what must not be dialled.
#[derive(Debug)]
pub(super) struct CheckedResolver;

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = allowed(&name, found);
            if allowed.is_empty() {
                return Err(NoDialableAddress.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// What of the addresses that a name leads to may be dialled.
fn allowed(name: &str, found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let loopback = is_localhost(name);
    found
        .filter(|address| is_dialable(address.ip(), loopback))
        .collect()
}

/// Whether a name is one of this machine itself.
pub(super) fn is_localhost(name: &str) -> bool {
    let bare = name.trim_end_matches('.').to_ascii_lowercase();
    bare == "localhost" || bare.ends_with(".localhost")
}

/// Whether an address may be dialled; loopback only where the configuration says so itself. Link-local addresses are
/// where clouds keep their metadata services.
pub(super) fn is_dialable(address: IpAddr, loopback: bool) -> bool {
    let address = address.to_canonical();
    if address.is_loopback() {
        return loopback;
    }
    let is_special = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !(is_special || address.is_unspecified() || address.is_multicast())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialable(address: &str, loopback: bool) -> bool {
        is_dialable(address.parse().unwrap(), loopback)
    }

    #[test]
    fn a_name_cannot_lead_to_loopback_or_a_metadata_service() {
        let inside: SocketAddr = "10.0.0.5:0".parse().unwrap();
        let loopback: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let metadata: SocketAddr = "169.254.169.254:0".parse().unwrap();
        let of = |name| allowed(name, [loopback, inside, metadata].into_iter());
        assert_eq!(of("gpu.lan"), [inside]);
        assert_eq!(of("localhost"), [loopback, inside]);

        for address in [
            "127.0.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "169.254.169.254",
            "fe80::1",
            "0.0.0.0",
            "::",
        ] {
            assert!(!dialable(address, false), "{address}");
        }
        for address in ["169.254.169.254", "224.0.0.1", "255.255.255.255"] {
            assert!(!dialable(address, true), "{address}");
        }
    }

    #[test]
    fn addresses_of_a_lan_and_of_the_world_are_dialled() {
        for address in [
            "192.168.1.5",
            "10.0.0.1",
            "fd00::5",
            "2001:db8::1",
            "93.184.215.14",
        ] {
            assert!(dialable(address, false), "{address}");
        }
    }

    #[test]
    fn only_localhost_itself_may_be_loopback() {
        assert!(is_localhost("LOCALHOST.") && is_localhost("ollama.localhost"));
        assert!(!is_localhost("notlocalhost") && !is_localhost("localhost.example"));
        assert!(dialable("127.0.0.1", true));
    }
}
