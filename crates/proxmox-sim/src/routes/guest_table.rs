//! The calls that are about one guest, for both kinds.

use super::params::{Form, Kind, Param};
use super::table::{COUNT, FOLD, FREE, NODE, SPANS, local, may, must};
use super::{Check, Handler, Method, Route};
use crate::answers::{config, guest, migrate, power, snapshot};
use crate::scenario::GuestKind::{self, Lxc, Qemu};

const AUDIT: Check = Check::Any("/vms/{vmid}", &["VM.Audit"]);
pub(super) const POWER: Check = Check::Any("/vms/{vmid}", &["VM.PowerMgmt"]);
const MIGRATE: Check = Check::Any("/vms/{vmid}", &["VM.Migrate"]);
const SNAPSHOT: Check = Check::Any("/vms/{vmid}", &["VM.Snapshot"]);
const ROLLBACK: Check = Check::Any("/vms/{vmid}", &["VM.Snapshot", "VM.Snapshot.Rollback"]);
const AGENT: Check = Check::Any(
    "/vms/{vmid}",
    &["VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"],
);
const CONFIG_QEMU: Check = Check::Any(
    "/vms/{vmid}",
    &[
        "VM.Config.Disk",
        "VM.Config.CDROM",
        "VM.Config.CPU",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.HWType",
        "VM.Config.Options",
        "VM.Config.Cloudinit",
    ],
);
const CONFIG_LXC: Check = Check::Any(
    "/vms/{vmid}",
    &[
        "VM.Config.Disk",
        "VM.Config.CPU",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
    ],
);
pub(super) const SNAPNAME: Kind = Kind::Text(Some(40), Form::ConfigId);
const FEATURES: Kind = Kind::Choice(&["snapshot", "clone", "copy"]);
const QEMU_LOCKS: Kind = Kind::Choice(&[
    "backup",
    "clone",
    "create",
    "migrate",
    "rollback",
    "snapshot",
    "snapshot-delete",
    "suspending",
    "suspended",
]);
const LXC_LOCKS: Kind = Kind::Choice(&[
    "backup",
    "create",
    "destroyed",
    "disk",
    "fstrim",
    "migrate",
    "mounted",
    "rollback",
    "snapshot",
    "snapshot-delete",
]);

/// The path of a guest of one kind, out of two written ones: a route's path lives as long as the program.
pub(super) fn path(kind: GuestKind, qemu: &'static str, lxc: &'static str) -> &'static str {
    match kind {
        Qemu => qemu,
        Lxc => lxc,
    }
}

/// Builds both paths out of the part after the guest's number.
macro_rules! guest_path {
    ($kind:expr, $tail:literal) => {
        $crate::routes::guest_table::path(
            $kind,
            concat!("/nodes/{node}/qemu/{vmid}", $tail),
            concat!("/nodes/{node}/lxc/{vmid}", $tail),
        )
    };
}
pub(super) use guest_path;

fn read(kind: GuestKind, path: &'static str, params: Vec<Param>, handler: Handler) -> Route {
    of(kind, Method::Get, path, AUDIT, params, handler)
}

fn of(
    kind: GuestKind,
    method: Method,
    path: &'static str,
    check: Check,
    params: Vec<Param>,
    handler: Handler,
) -> Route {
    Route {
        guest: Some(kind),
        ..local(method, path, check, params, handler).on_node()
    }
}

/// A call that starts a task.
pub(super) fn worker(
    kind: GuestKind,
    method: Method,
    path: &'static str,
    check: Check,
    params: Vec<Param>,
    handler: Handler,
) -> Route {
    Route {
        upid: true,
        ..of(kind, method, path, check, params, handler).protected()
    }
}

pub(super) fn routes() -> Vec<Route> {
    [Qemu, Lxc]
        .into_iter()
        .flat_map(|kind| {
            [reads(kind), powers(kind), snapshots(kind), migrations(kind)]
                .into_iter()
                .flatten()
        })
        .chain([agent_ping(), set_config(Qemu), set_config(Lxc)])
        .collect()
}

fn reads(kind: GuestKind) -> Vec<Route> {
    let snapshot_or_current = vec![may("current", Kind::Flag), may("snapshot", SNAPNAME)];
    let list_params = match kind {
        Qemu => vec![may("full", Kind::Flag)],
        Lxc => vec![],
    };
    let span = vec![must("timeframe", SPANS), may("cf", FOLD)];
    let list = of(
        kind,
        Method::Get,
        path(kind, "/nodes/{node}/qemu", "/nodes/{node}/lxc"),
        Check::User,
        list_params,
        guest::list,
    );
    let rrd = Route {
        proxied: false,
        ..read(kind, guest_path!(kind, "/rrddata"), span, guest::rrddata)
    };
    vec![
        list.protected(),
        read(
            kind,
            guest_path!(kind, "/status/current"),
            vec![],
            guest::current,
        )
        .protected(),
        read(
            kind,
            guest_path!(kind, "/config"),
            snapshot_or_current,
            config::read,
        ),
        read(kind, guest_path!(kind, "/pending"), vec![], config::pending),
        read(
            kind,
            guest_path!(kind, "/feature"),
            vec![must("feature", FEATURES), may("snapname", SNAPNAME)],
            guest::feature,
        )
        .protected(),
        rrd.protected(),
    ]
}

fn powers(kind: GuestKind) -> Vec<Route> {
    let skiplock = || may("skiplock", Kind::Flag);
    let timeout = || may("timeout", COUNT);
    let force = || may("forceStop", Kind::Flag);
    let overrule = || may("overrule-shutdown", Kind::Flag);
    let keep = || may("keepActive", Kind::Flag);
    let post = |path, params, handler| worker(kind, Method::Post, path, POWER, params, handler);
    let (start, stop, shutdown) = match kind {
        Qemu => (
            vec![skiplock(), timeout()],
            vec![skiplock(), timeout(), overrule(), keep()],
            vec![skiplock(), timeout(), force(), keep()],
        ),
        Lxc => (
            vec![skiplock()],
            vec![skiplock(), overrule()],
            vec![timeout(), force()],
        ),
    };
    let mut all = vec![
        post(guest_path!(kind, "/status/start"), start, power::start),
        post(guest_path!(kind, "/status/stop"), stop, power::stop),
        post(
            guest_path!(kind, "/status/shutdown"),
            shutdown,
            power::shutdown,
        ),
        post(
            guest_path!(kind, "/status/reboot"),
            vec![timeout()],
            power::reboot,
        ),
    ];
    if kind == Qemu {
        all.push(post(
            "/nodes/{node}/qemu/{vmid}/status/reset",
            vec![skiplock()],
            power::reset,
        ));
    }
    all
}

fn snapshots(kind: GuestKind) -> Vec<Route> {
    let mut create = vec![must("snapname", SNAPNAME), may("description", FREE)];
    if kind == Qemu {
        create.push(may("vmstate", Kind::Flag));
    }
    vec![
        read(kind, guest_path!(kind, "/snapshot"), vec![], snapshot::list).protected(),
        worker(
            kind,
            Method::Post,
            guest_path!(kind, "/snapshot"),
            SNAPSHOT,
            create,
            snapshot::create,
        ),
        worker(
            kind,
            Method::Delete,
            guest_path!(kind, "/snapshot/{snapname}"),
            SNAPSHOT,
            vec![may("force", Kind::Flag)],
            snapshot::delete,
        ),
        worker(
            kind,
            Method::Post,
            guest_path!(kind, "/snapshot/{snapname}/rollback"),
            ROLLBACK,
            vec![may("start", Kind::Flag)],
            snapshot::rollback,
        ),
    ]
}

fn migrations(kind: GuestKind) -> Vec<Route> {
    let mut params = vec![must("target", NODE), may("online", Kind::Flag)];
    params.extend(match kind {
        Qemu => vec![
            may("force", Kind::Flag),
            may("migration_type", Kind::Choice(&["secure", "insecure"])),
            may("with-local-disks", Kind::Flag),
            may("bwlimit", COUNT),
        ],
        Lxc => vec![
            may("restart", Kind::Flag),
            may("timeout", Kind::Int(None, None)),
            may("bwlimit", Kind::Number(Some(0.0), None)),
        ],
    });
    vec![
        of(
            kind,
            Method::Get,
            guest_path!(kind, "/migrate"),
            MIGRATE,
            vec![may("target", NODE)],
            migrate::preconditions,
        )
        .protected(),
        worker(
            kind,
            Method::Post,
            guest_path!(kind, "/migrate"),
            MIGRATE,
            params,
            migrate::start,
        ),
    ]
}

fn agent_ping() -> Route {
    of(
        Qemu,
        Method::Post,
        "/nodes/{node}/qemu/{vmid}/agent/ping",
        AGENT,
        vec![],
        guest::agent_ping,
    )
    .protected()
}

fn set_config(kind: GuestKind) -> Route {
    let flag = |name| may(name, Kind::Flag);
    let mut params = vec![
        may("delete", Kind::Text(None, Form::ConfigIdList)),
        may("digest", Kind::Text(Some(40), Form::Free)),
        may("description", FREE),
        may("tags", Kind::Text(None, Form::TagList)),
        may("startup", FREE),
        may("searchdomain", FREE),
        may("nameserver", FREE),
        may("hookscript", FREE),
        flag("onboot"),
        flag("protection"),
    ];
    params.extend(match kind {
        Qemu => vec![
            may("name", Kind::Text(None, Form::DnsName)),
            may("cores", Kind::Int(Some(1), None)),
            may("sockets", Kind::Int(Some(1), None)),
            may("vcpus", Kind::Int(Some(1), None)),
            may("cpu", FREE),
            may("cpulimit", Kind::Number(Some(0.0), Some(128.0))),
            may("cpuunits", Kind::Int(Some(1), Some(262_144))),
            may("memory", FREE),
            may("balloon", COUNT),
            may("agent", FREE),
            may("boot", FREE),
            may("args", FREE),
            may("lock", QEMU_LOCKS),
            flag("skiplock"),
            flag("acpi"),
            flag("numa"),
        ],
        Lxc => vec![
            may("hostname", Kind::Text(Some(255), Form::DnsName)),
            may("cores", Kind::Int(Some(1), Some(8192))),
            may("cpulimit", Kind::Number(Some(0.0), Some(8192.0))),
            may("cpuunits", Kind::Int(Some(0), Some(500_000))),
            may("memory", Kind::Int(Some(16), None)),
            may("swap", COUNT),
            may("lock", LXC_LOCKS),
        ],
    });
    let (check, handler): (Check, Handler) = match kind {
        Qemu => (CONFIG_QEMU, config::write),
        Lxc => (CONFIG_LXC, config::write),
    };
    of(
        kind,
        Method::Put,
        guest_path!(kind, "/config"),
        check,
        params,
        handler,
    )
    .protected()
}
