//! The calls about a guest's disks and copies, for both kinds: pausing, cloning, growing, moving, templates, the end.

use super::guest_table::{POWER, SNAPNAME, guest_path, path, worker};
use super::params::{Form, Kind};
use super::table::{COUNT, FREE, NODE, STORAGE, VMID, may, must};
use super::{Check, Method, Route};
use crate::answers::{clone, destroy, disk, suspend};
use crate::scenario::GuestKind::{self, Lxc, Qemu};

const ALLOCATE: Check = Check::Any("/vms/{vmid}", &["VM.Allocate"]);
const DISK: Check = Check::Any("/vms/{vmid}", &["VM.Config.Disk"]);
const CLONE: Check = Check::All(&[
    Check::Any("/vms/{vmid}", &["VM.Clone"]),
    Check::OneOf(&[
        Check::Any("/vms/{newid}", &["VM.Allocate"]),
        Check::Any("/pool/{pool}", &["VM.Allocate"]),
    ]),
]);
const POOL: Kind = Kind::Text(None, Form::PoolId);
const DIGEST: Kind = Kind::Text(Some(40), Form::Free);
const FORMAT: Kind = Kind::Choice(&["raw", "qcow2", "vmdk"]);
const QEMU_DISKS: Kind = Kind::Slot(&[
    "ide0..ide3",
    "scsi0..scsi30",
    "virtio0..virtio15",
    "sata0..sata5",
    "efidisk0",
    "tpmstate0",
]);
const QEMU_DISKS_AND_UNUSED: Kind = Kind::Slot(&[
    "ide0..ide3",
    "scsi0..scsi30",
    "virtio0..virtio15",
    "sata0..sata5",
    "efidisk0",
    "tpmstate0",
    "unused0..unused255",
]);
const LXC_VOLUMES: Kind = Kind::Slot(&["rootfs", "mp0..mp255"]);
const LXC_VOLUMES_AND_UNUSED: Kind = Kind::Slot(&["rootfs", "mp0..mp255", "unused0..unused255"]);

pub(super) fn routes() -> Vec<Route> {
    [Qemu, Lxc]
        .into_iter()
        .flat_map(|kind| {
            let mut all = suspensions(kind);
            all.extend([clones(kind), resize(kind), moves(kind), template(kind)]);
            all.push(end(kind));
            all
        })
        .collect()
}

fn suspensions(kind: GuestKind) -> Vec<Route> {
    let post = |path, params, handler| worker(kind, Method::Post, path, POWER, params, handler);
    let skiplock = || may("skiplock", Kind::Flag);
    let (down, up) = match kind {
        Qemu => (
            vec![
                skiplock(),
                may("todisk", Kind::Flag),
                may("statestorage", STORAGE),
            ],
            vec![skiplock(), may("nocheck", Kind::Flag)],
        ),
        Lxc => (vec![], vec![]),
    };
    vec![
        post(guest_path!(kind, "/status/suspend"), down, suspend::suspend),
        post(guest_path!(kind, "/status/resume"), up, suspend::resume),
    ]
}

fn clones(kind: GuestKind) -> Route {
    let mut params = vec![
        must("newid", VMID),
        may("description", FREE),
        may("full", Kind::Flag),
        may("pool", POOL),
        may("snapname", SNAPNAME),
        may("storage", STORAGE),
        may("target", NODE),
    ];
    params.extend(match kind {
        Qemu => vec![
            may("name", Kind::Text(None, Form::DnsName)),
            may("format", FORMAT),
            may("bwlimit", COUNT),
        ],
        Lxc => vec![
            may("hostname", Kind::Text(None, Form::DnsName)),
            may("bwlimit", Kind::Number(Some(0.0), None)),
        ],
    });
    let path = guest_path!(kind, "/clone");
    worker(kind, Method::Post, path, CLONE, params, clone::create)
}

fn resize(kind: GuestKind) -> Route {
    let disks = match kind {
        Qemu => QEMU_DISKS,
        Lxc => LXC_VOLUMES,
    };
    let mut params = vec![
        must("disk", disks),
        must("size", Kind::Text(None, Form::Size)),
        may("digest", DIGEST),
    ];
    if kind == Qemu {
        params.push(may("skiplock", Kind::Flag));
    }
    let path = guest_path!(kind, "/resize");
    worker(kind, Method::Put, path, DISK, params, disk::resize)
}

fn moves(kind: GuestKind) -> Route {
    let mut params = vec![
        may("storage", STORAGE),
        may("delete", Kind::Flag),
        may("digest", DIGEST),
    ];
    let (path, handler): (_, super::Handler) = match kind {
        Qemu => {
            params.push(must("disk", QEMU_DISKS_AND_UNUSED));
            params.push(may("format", FORMAT));
            params.push(may("bwlimit", COUNT));
            ("/nodes/{node}/qemu/{vmid}/move_disk", disk::move_disk)
        }
        Lxc => {
            params.push(must("volume", LXC_VOLUMES_AND_UNUSED));
            params.push(may("bwlimit", Kind::Number(Some(0.0), None)));
            ("/nodes/{node}/lxc/{vmid}/move_volume", disk::move_volume)
        }
    };
    worker(kind, Method::Post, path, DISK, params, handler)
}

fn template(kind: GuestKind) -> Route {
    let params = match kind {
        Qemu => vec![may("disk", QEMU_DISKS)],
        Lxc => vec![],
    };
    let path = guest_path!(kind, "/template");
    worker(kind, Method::Post, path, ALLOCATE, params, disk::template)
}

fn end(kind: GuestKind) -> Route {
    let own = match kind {
        Qemu => "skiplock",
        Lxc => "force",
    };
    let params = vec![
        may("purge", Kind::Flag),
        may("destroy-unreferenced-disks", Kind::Flag),
        may(own, Kind::Flag),
    ];
    let path = path(
        kind,
        "/nodes/{node}/qemu/{vmid}",
        "/nodes/{node}/lxc/{vmid}",
    );
    worker(kind, Method::Delete, path, ALLOCATE, params, destroy::guest)
}
