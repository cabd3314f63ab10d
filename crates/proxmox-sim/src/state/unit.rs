//! The system services that Proxmox lists for a node: a closed list, and what is usual for each.

use std::collections::BTreeMap;

/// A service that Proxmox knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub name: &'static str,
    /// What systemd says it is.
    pub title: &'static str,
    /// Whether it is installed at all.
    pub installed: bool,
    /// Whether it needs a cluster.
    pub clustered: bool,
    /// Whether Proxmox refuses to stop it.
    pub essential: bool,
}

const fn unit(name: &'static str, title: &'static str) -> Unit {
    Unit {
        name,
        title,
        installed: true,
        clustered: false,
        essential: false,
    }
}

const fn essential(name: &'static str, title: &'static str) -> Unit {
    Unit {
        essential: true,
        ..unit(name, title)
    }
}

const fn absent(name: &'static str) -> Unit {
    Unit {
        installed: false,
        ..unit(name, name)
    }
}

/// All of them, in the order of their names.
pub const UNITS: [Unit; 23] = [
    unit("chrony", "chrony, an NTP client/server"),
    Unit {
        clustered: true,
        ..unit("corosync", "Corosync Cluster Engine")
    },
    unit("cron", "Regular background program processing daemon"),
    unit("ksmtuned", "Kernel Samepage Merging (KSM) Tuning Daemon"),
    unit("lxcfs", "FUSE filesystem for LXC"),
    unit("postfix", "Postfix Mail Transport Agent"),
    unit("proxmox-firewall", "Proxmox nftables firewall"),
    essential("pve-cluster", "The Proxmox VE cluster filesystem"),
    unit("pve-firewall", "Proxmox VE firewall"),
    unit("pve-ha-crm", "PVE Cluster HA Resource Manager Daemon"),
    unit("pve-ha-lrm", "PVE Local HA Resource Manager Daemon"),
    unit("pve-lxc-syscalld", "Proxmox VE LXC Syscall Daemon"),
    essential("pvedaemon", "PVE API Daemon"),
    unit("pvefw-logger", "Proxmox VE firewall logger"),
    essential("pveproxy", "PVE API Proxy Server"),
    unit("pvescheduler", "Proxmox VE scheduler"),
    unit("pvestatd", "PVE Status Daemon"),
    unit("qmeventd", "PVE Qemu Event Daemon"),
    unit("spiceproxy", "PVE SPICE Proxy Server"),
    unit("sshd", "OpenBSD Secure Shell server"),
    absent("syslog"),
    unit("systemd-journald", "Journal Service"),
    absent("systemd-timesyncd"),
];

/// The names of [`UNITS`], as a parameter may say them.
pub const UNIT_NAMES: &[&str] = &names();

const fn names() -> [&'static str; UNITS.len()] {
    let mut names = [""; UNITS.len()];
    let mut at = 0;
    while at < UNITS.len() {
        names[at] = UNITS[at].name;
        at += 1;
    }
    names
}

/// A service by its name.
pub(super) fn unit_named(name: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.name == name)
}

/// Which services run on a node that nobody has touched.
pub(super) fn usual_units(clustered: bool) -> BTreeMap<String, bool> {
    UNITS
        .iter()
        .map(|unit| {
            let runs = unit.installed && (clustered || !unit.clustered);
            (unit.name.to_owned(), runs)
        })
        .collect()
}
