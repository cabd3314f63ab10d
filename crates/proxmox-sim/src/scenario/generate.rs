//! Clusters of any size for benches: the same numbers give the same cluster.

use super::{
    Acl, Backup, Guest, GuestKind, Node, Pool, Pressure, Scenario, Storage, Strain, Token, User,
};

const TRADES: [&str; 8] = [
    "web", "db", "cache", "mail", "build", "queue", "files", "proxy",
];

/// A cluster with shared and local storage and the demo's tokens.
pub(super) fn cluster(guests: u32, nodes: u32) -> Scenario {
    let lab = Scenario::lab();
    let guest: Vec<Guest> = (0..guests).map(|n| guest(n, nodes.max(1))).collect();
    let (local, shared) = needed(&guest, nodes.max(1));
    Scenario {
        cluster: Some("bench".into()),
        release: lab.release,
        transport: lab.transport,
        durations_ms: lab.durations_ms,
        node: (1..=nodes).map(node).collect(),
        storage: vec![
            storage("local", "dir", false, "iso,vztmpl,backup", 200),
            storage(
                "local-lvm",
                "lvmthin",
                false,
                "images,rootdir",
                local.max(4_000),
            ),
            storage(
                "nfs-vm",
                "nfs",
                true,
                "images,rootdir,backup",
                shared.max(40_000),
            ),
            storage("pbs", "pbs", true, "backup", shared.max(20_000)),
        ],
        file: Vec::new(),
        pool: ["prod", "lab"].map(pool).into(),
        guest,
        role: lab.role,
        user: lab.user.into_iter().collect::<Vec<User>>(),
        token: lab.token.into_iter().collect::<Vec<Token>>(),
        acl: lab.acl.into_iter().collect::<Vec<Acl>>(),
        ha_rule: Vec::new(),
        ha_resource: Vec::new(),
        ha_group: Vec::new(),
        replication: Vec::new(),
        backup_job: Vec::new(),
    }
}

/// GiB of a node's own storage and of the shared one, so that the guests' disks are at most the used share of it.
fn needed(guests: &[Guest], nodes: u32) -> (u64, u64) {
    let mut shared = 0;
    let mut local = vec![0; nodes as usize];
    for (n, guest) in guests.iter().enumerate() {
        if guest.storage == "nfs-vm" {
            shared += guest.disk_gib;
        } else {
            local[n % nodes as usize] += guest.disk_gib;
        }
    }
    let most: u64 = local.into_iter().max().unwrap_or(0);
    (most * 5 / 2, shared * 5 / 2)
}

fn node(number: u32) -> Node {
    Node {
        name: format!("pve{number}"),
        ip: format!("10.20.{}.{}", number / 250, number % 250 + 1),
        cpus: 64,
        memory_gib: 512,
        uptime_hours: 200 + u64::from(number),
        wakeonlan: None,
        strain: Strain::default(),
    }
}

fn storage(id: &str, kind: &str, shared: bool, content: &str, total_gib: u64) -> Storage {
    Storage {
        id: id.into(),
        kind: kind.into(),
        shared,
        nodes: Vec::new(),
        content: content.into(),
        total_gib,
        used: 0.4,
    }
}

fn pool(id: &str) -> Pool {
    Pool {
        id: id.into(),
        comment: String::new(),
        storages: Vec::new(),
    }
}

fn guest(n: u32, nodes: u32) -> Guest {
    let trade = TRADES[n as usize % TRADES.len()];
    let kind = if n.is_multiple_of(3) {
        GuestKind::Lxc
    } else {
        GuestKind::Qemu
    };
    let prod = n.is_multiple_of(2);
    Guest {
        vmid: 100 + n,
        kind,
        name: format!("{trade}-{:04}", n / 8 + 1),
        node: format!("pve{}", n % nodes + 1),
        running: !n.is_multiple_of(7),
        template: false,
        tags: vec![trade.into(), if prod { "prod" } else { "test" }.into()],
        pool: Some(if prod { "prod" } else { "lab" }.into()),
        cores: 2 + n % 3 * 2,
        memory_mib: 2_048 * u64::from(1 + n % 4),
        storage: if n.is_multiple_of(4) {
            "local-lvm"
        } else {
            "nfs-vm"
        }
        .into(),
        disk_gib: 16 + u64::from(n % 5) * 8,
        format: None,
        lock: None,
        ha: false,
        ignores_shutdown: false,
        agent: n.is_multiple_of(2),
        agent_silent: false,
        onboot: prod,
        pressure: Pressure::default(),
        description: None,
        backup: backups(n),
    }
}

/// One guest in four has no backup; the others have one of the last three days.
fn backups(n: u32) -> Vec<Backup> {
    if n.is_multiple_of(4) {
        return Vec::new();
    }
    vec![Backup {
        storage: "pbs".into(),
        age_hours: 6 + u64::from(n % 66),
        size_gib: None,
        protected: n.is_multiple_of(10),
        verified: Some(!n.is_multiple_of(50)),
        notes: None,
    }]
}
