//! Calls that nobody here makes, so that they can be refused: each is guarded as in Proxmox, and carries nothing out. What
//! a token could be misused for lies here: rights, settings of the cluster, consoles, files within guests.

use super::params::{Form, Kind, Param};
use super::table::{FREE, STORAGE, VMID, local, must};
use super::{Answered, Args, Check, Method, Route};
use crate::failure::Failure;
use crate::scenario::GuestKind::{self, Lxc, Qemu};
use crate::state::{Caller, Machine};

const CONSOLE: Check = Check::Any("/vms/{vmid}", &["VM.Console"]);
const CONSOLE_ROOT: Check = Check::Any("/", &["Sys.Console"]);
const DISK: Check = Check::Any("/vms/{vmid}", &["VM.Config.Disk"]);
const GROUPS: Check = Check::Any("/access/groups", &["Group.Allocate"]);
const MIGRATE: Check = Check::Any("/vms/{vmid}", &["VM.Migrate"]);
const NETWORK: Check = Check::Any("/vms/{vmid}", &["VM.Config.Network"]);
const NODE: Check = Check::Any("/nodes/{node}", &["Sys.Modify"]);
const POOL: Check = Check::Any("/pool/{poolid}", &["Pool.Allocate"]);
const ROLES: Check = Check::Any("/access", &["Sys.Modify"]);
const ROOT: Check = Check::Any("/", &["Sys.Modify"]);
const SNAPSHOT: Check = Check::Any("/vms/{vmid}", &["VM.Snapshot"]);
const STORAGES: Check = Check::Any("/storage", &["Datastore.Allocate"]);
const SWITCH: Check = Check::Any(
    "/vms/{vmid}",
    &["VM.PowerMgmt", "VM.GuestAgent.Unrestricted"],
);

/// Nothing is done, whoever asks.
fn nothing(_: &mut Machine, _: &Caller, _: &Args) -> Answered {
    Err(Failure::die(
        "the simulator guards this call and carries nothing out",
    ))
}

pub(super) fn routes() -> Vec<Route> {
    let mut all = of_the_cluster();
    all.extend(of_nodes());
    all.extend(of_storages());
    all.extend(of_vms());
    all.extend(of_agents());
    all.extend(both(Qemu));
    all.extend(both(Lxc));
    all
}

fn guarded(method: Method, path: &'static str, check: Check, params: Vec<Param>) -> Route {
    local(method, path, check, params, nothing).protected()
}

fn of_the_cluster() -> Vec<Route> {
    use Method::{Delete, Post, Put};
    let pool = || vec![must("poolid", Kind::Text(None, Form::PoolId))];
    let role = vec![must("roleid", Kind::Text(None, Form::RoleId))];
    let mode = vec![must("resource-mode", Kind::Choice(&["freeze", "ignore"]))];
    vec![
        guarded(Post, "/access/roles", ROLES, role),
        guarded(Put, "/access/roles/{roleid}", ROLES, vec![]),
        guarded(Delete, "/access/roles/{roleid}", ROLES, vec![]),
        guarded(Post, "/access/groups", GROUPS, vec![must("groupid", FREE)]),
        guarded(Delete, "/access/groups/{groupid}", GROUPS, vec![]),
        guarded(Put, "/cluster/options", ROOT, vec![]),
        guarded(Post, "/cluster/backup", ROOT, vec![]),
        guarded(Put, "/cluster/firewall/options", ROOT, vec![]),
        guarded(Post, "/cluster/ha/status/arm-ha", CONSOLE_ROOT, vec![]),
        guarded(Post, "/cluster/ha/status/disarm-ha", CONSOLE_ROOT, mode),
        guarded(Post, "/pools", POOL, pool()),
        guarded(Delete, "/pools", POOL, pool()),
    ]
}

fn of_nodes() -> Vec<Route> {
    use Method::{Post, Put};
    let shell = Check::Any("/nodes/{node}", &["Sys.Console"]);
    let network = Route {
        upid: true,
        ..guarded(Put, "/nodes/{node}/network", NODE, vec![]).on_node()
    };
    vec![
        guarded(Put, "/nodes/{node}/config", ROOT, vec![]).on_node(),
        guarded(Put, "/nodes/{node}/dns", NODE, vec![must("search", FREE)]).on_node(),
        guarded(
            Put,
            "/nodes/{node}/time",
            NODE,
            vec![must("timezone", FREE)],
        )
        .on_node(),
        network,
        guarded(Post, "/nodes/{node}/termproxy", shell, vec![]),
    ]
}

fn of_storages() -> Vec<Route> {
    use Method::{Delete, Post, Put};
    let kinds = Kind::Choice(&[
        "btrfs",
        "cephfs",
        "cifs",
        "dir",
        "esxi",
        "iscsi",
        "iscsidirect",
        "lvm",
        "lvmthin",
        "nfs",
        "pbs",
        "rbd",
        "zfs",
        "zfspool",
    ]);
    let room = Check::Any("/storage/{storage}", &["Datastore.AllocateSpace"]);
    let templates = Check::Any("/storage/{storage}", &["Datastore.AllocateTemplate"]);
    let image = vec![
        must("filename", FREE),
        must("size", Kind::Text(None, Form::Size)),
        must("vmid", VMID),
    ];
    let upload = vec![
        must("content", Kind::Choice(&["iso", "vztmpl", "import"])),
        must("filename", Kind::Text(Some(255), Form::Free)),
    ];
    let new = vec![must("storage", STORAGE), must("type", kinds)];
    let uploading = guarded(
        Post,
        "/nodes/{node}/storage/{storage}/upload",
        templates,
        upload,
    );
    vec![
        guarded(Post, "/storage", STORAGES, new),
        guarded(Put, "/storage/{storage}", STORAGES, vec![]),
        guarded(Delete, "/storage/{storage}", STORAGES, vec![]),
        guarded(Post, "/nodes/{node}/storage/{storage}/content", room, image).on_node(),
        Route {
            upid: true,
            ..uploading
        },
    ]
}

fn of_vms() -> Vec<Route> {
    use Method::{Post, Put};
    let vm = |route: Route| Route {
        guest: Some(Qemu),
        ..route
    };
    let cloudinit = Check::Any("/vms/{vmid}", &["VM.Config.Cloudinit"]);
    let monitor = Check::Any("/vms/{vmid}", &["Sys.Audit", "Sys.Modify"]);
    let ids = vec![must("idlist", Kind::Text(None, Form::ConfigIdList))];
    let action = vec![must("action", Kind::Choice(&["start", "stop"]))];
    let state = local(
        Post,
        "/nodes/{node}/qemu/{vmid}/dbus-vmstate",
        MIGRATE,
        action,
        nothing,
    );
    let all = vec![
        guarded(Put, "/nodes/{node}/qemu/{vmid}/unlink", DISK, ids).on_node(),
        guarded(
            Put,
            "/nodes/{node}/qemu/{vmid}/sendkey",
            CONSOLE,
            vec![must("key", FREE)],
        )
        .on_node(),
        guarded(
            Put,
            "/nodes/{node}/qemu/{vmid}/cloudinit",
            cloudinit,
            vec![],
        )
        .on_node(),
        guarded(
            Post,
            "/nodes/{node}/qemu/{vmid}/monitor",
            monitor,
            vec![must("command", FREE)],
        )
        .on_node(),
        state.on_node(),
    ];
    all.into_iter().map(vm).collect()
}

fn of_agents() -> Vec<Route> {
    use Method::{Get, Post};
    let read = Check::Any(
        "/vms/{vmid}",
        &["VM.GuestAgent.FileRead", "VM.GuestAgent.Unrestricted"],
    );
    let write = Check::Any(
        "/vms/{vmid}",
        &["VM.GuestAgent.FileWrite", "VM.GuestAgent.Unrestricted"],
    );
    let freeze = Check::Any(
        "/vms/{vmid}",
        &["VM.GuestAgent.FileSystemMgmt", "VM.GuestAgent.Unrestricted"],
    );
    let all = [
        (
            Get,
            "/nodes/{node}/qemu/{vmid}/agent/file-read",
            read,
            vec![must("file", FREE)],
        ),
        (
            Post,
            "/nodes/{node}/qemu/{vmid}/agent/file-write",
            write,
            vec![
                must("content", Kind::Text(Some(61_440), Form::Free)),
                must("file", FREE),
            ],
        ),
        (
            Post,
            "/nodes/{node}/qemu/{vmid}/agent/fsfreeze-freeze",
            freeze,
            vec![],
        ),
        (
            Post,
            "/nodes/{node}/qemu/{vmid}/agent/shutdown",
            SWITCH,
            vec![],
        ),
        (
            Post,
            "/nodes/{node}/qemu/{vmid}/agent/suspend-disk",
            SWITCH,
            vec![],
        ),
        (
            Post,
            "/nodes/{node}/qemu/{vmid}/agent/suspend-ram",
            SWITCH,
            vec![],
        ),
    ];
    all.into_iter()
        .map(|(method, path, check, params)| Route {
            guest: Some(Qemu),
            ..guarded(method, path, check, params).on_node()
        })
        .collect()
}

fn both(kind: GuestKind) -> Vec<Route> {
    use super::guest_table::guest_path;
    use Method::{Post, Put};
    let far = vec![
        must("target-bridge", FREE),
        must("target-endpoint", FREE),
        must("target-storage", FREE),
    ];
    let leaving = Route {
        upid: true,
        ..guarded(Post, guest_path!(kind, "/remote_migrate"), MIGRATE, far)
    };
    let all = [
        guarded(
            Put,
            guest_path!(kind, "/snapshot/{snapname}/config"),
            SNAPSHOT,
            vec![],
        )
        .on_node(),
        guarded(Put, guest_path!(kind, "/firewall/options"), NETWORK, vec![]).on_node(),
        guarded(Post, guest_path!(kind, "/termproxy"), CONSOLE, vec![]),
        guarded(Post, guest_path!(kind, "/vncproxy"), CONSOLE, vec![]),
        leaving.on_node(),
    ];
    all.into_iter()
        .map(|route| Route {
            guest: Some(kind),
            ..route
        })
        .collect()
}
