//! What network cards are plugged into, and who may plug them in: `SDN.Use` of the bridge, of the VLAN where a card is on
//! one, of each VLAN of a trunk (`PVE::GuestHelpers::check_vnet_access`).

use super::guest::Config;
use super::{Caller, Machine};

impl Machine {
    /// The first of the paths that the cards of a configuration need and the caller has no `SDN.Use` of.
    pub(crate) fn barred_plug(&self, caller: &Caller, config: &Config) -> Option<String> {
        let cards = config.iter().filter(|(key, _)| {
            let number = key.strip_prefix("net");
            number.is_some_and(|n| n.parse::<u8>().is_ok())
        });
        cards
            .flat_map(|(_, line)| plugs(line))
            .find(|path| !self.allows(caller, path, &["SDN.Use"]))
    }
}

/// The paths of one card.
fn plugs(line: &str) -> Vec<String> {
    let part = |name: &str| {
        let mut parts = line.split(',').filter_map(|p| p.split_once('='));
        parts.find_map(|(key, value)| (key == name).then_some(value))
    };
    let Some(bridge) = part("bridge") else {
        return Vec::new();
    };
    let path = format!("/sdn/zones/localnetwork/{bridge}");
    let trunks = part("trunks").into_iter().flat_map(|t| t.split(';'));
    let trunks = trunks.filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let numbers = first.parse::<u16>().ok().zip(last.parse::<u16>().ok());
        numbers.map(|(first, last)| first..=last)
    });
    let tag = part("tag").and_then(|tag| tag.parse().ok());
    let vlans: Vec<u16> = tag.into_iter().chain(trunks.flatten()).collect();
    if vlans.is_empty() {
        return vec![path];
    }
    vlans.iter().map(|vlan| format!("{path}/{vlan}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_needs_its_bridge_or_its_vlans() {
        let of = |line: &str| plugs(line).join(" ");
        let zone = "/sdn/zones/localnetwork";
        assert_eq!(
            of("virtio=BC:24:11:00:00:01,bridge=vmbr0"),
            format!("{zone}/vmbr0")
        );
        assert_eq!(
            of("name=eth0,bridge=vmbr1,tag=20"),
            format!("{zone}/vmbr1/20")
        );
        assert_eq!(
            of("virtio,bridge=vmbr1,trunks=5;7-8"),
            format!("{zone}/vmbr1/5 {zone}/vmbr1/7 {zone}/vmbr1/8")
        );
        assert_eq!(of("e1000=BC:24:11:00:00:02"), "");
    }
}
