//! Names to addresses, with the addresses checked before anyone dials them.
//!
//! The HTTP client connects to exactly what this returns, so a name cannot lead to one address when it is checked
//! and to another when it is dialled. Literal addresses never come here; [`crate::Endpoint`] checks those.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name leads only to addresses that are never dialled.
#[derive(Debug, thiserror::Error)]
#[error("{name} resolves to no address that a Proxmox node may have")]
pub(crate) struct NoDialableAddress {
    name: String,
}

/// Asks the system's resolver and drops what must not be dialled.
#[derive(Debug)]
pub(crate) struct CheckedResolver;

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = dialable(&name, found);
            if allowed.is_empty() {
                return Err(NoDialableAddress { name }.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn dialable(name: &str, found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let bare = name.trim_end_matches('.').to_ascii_lowercase();
    let loopback = bare == "localhost" || bare.ends_with(".localhost");
    found
        .filter(|address| is_dialable(address.ip(), loopback))
        .collect()
}

/// Whether an address may be dialled at all; loopback only where it was asked for by name or number.
pub(crate) fn is_dialable(address: IpAddr, loopback: bool) -> bool {
    let address = address.to_canonical();
    if address.is_loopback() {
        return loopback;
    }
    let special = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !(special || address.is_unspecified() || address.is_multicast())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(addresses: &[&str]) -> impl Iterator<Item = SocketAddr> {
        addresses
            .iter()
            .map(|text| SocketAddr::new(text.parse().unwrap(), 0))
            .collect::<Vec<_>>()
            .into_iter()
    }

    #[test]
    fn a_name_cannot_lead_to_loopback_or_a_metadata_service() {
        let addresses = [
            "127.0.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "169.254.169.254",
            "fe80::1",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "255.255.255.255",
        ];
        assert_eq!(dialable("pve1.example", found(&addresses)), []);
    }

    #[test]
    fn addresses_of_a_lan_are_dialled() {
        let addresses = ["192.168.1.5", "10.0.0.1", "fd00::5", "2001:db8::1"];
        assert_eq!(dialable("pve1.example", found(&addresses)).len(), 4);
    }

    #[test]
    fn localhost_may_be_loopback() {
        assert_eq!(dialable("localhost", found(&["127.0.0.1"])).len(), 1);
        assert_eq!(dialable("LOCALHOST.", found(&["::1"])).len(), 1);
        assert_eq!(dialable("notlocalhost", found(&["::1"])), []);
    }
}
