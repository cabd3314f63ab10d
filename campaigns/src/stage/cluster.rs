//! Three nodes and as many equal virtual machines as a campaign wants, on shared storage.

use anyhow::{Context, Result, anyhow};
use argus_api::collector::Collector;
use argus_domain::inventory::Inventory;
use argus_proxmox::Client;
use argus_proxmox_sim::Scenario;
use argus_proxmox_sim::scenario::{Durations, Guest, GuestKind, Pressure};

/// The cluster's name in Argus.
pub const CLUSTER: &str = "lab";
/// The number of the first guest; the others follow.
pub const FIRST_GUEST: u32 = 101;

/// Guests that differ in number and node alone: what can be done to one can be done to each.
pub fn scenario(guests: u32) -> Result<Scenario> {
    let mut scenario = Scenario::generated(0, 3).context("a cluster without guests")?;
    scenario.guest = (0..guests).map(guest).collect();
    // A campaign waits for what happens, and not for bytes.
    scenario.durations_ms = Durations {
        migrate_online: 5_000,
        copy_per_gib: 200,
        ..Durations::default()
    };
    Ok(scenario)
}

fn guest(n: u32) -> Guest {
    Guest {
        vmid: FIRST_GUEST + n,
        kind: GuestKind::Qemu,
        name: format!("guest-{n}"),
        node: format!("pve{}", n % 3 + 1),
        running: true,
        template: false,
        tags: Vec::new(),
        pool: None,
        cores: 2,
        memory_mib: 512,
        storage: "nfs-vm".into(),
        disk_gib: 4,
        format: None,
        lock: None,
        ha: false,
        ignores_shutdown: false,
        agent: true,
        agent_silent: false,
        onboot: false,
        pressure: Pressure::default(),
        description: None,
        backup: Vec::new(),
    }
}

/// Everything that the cluster lists, as the API keeps it.
pub async fn lists(client: &Client) -> Result<Inventory> {
    let id = CLUSTER.parse().context("a cluster id")?;
    let listed = Collector::once(client.clone(), id).await;
    let listed = listed.map_err(|problem| anyhow!("the cluster is not seen: {problem:?}"))?;
    Ok(Inventory::from(&*listed))
}
