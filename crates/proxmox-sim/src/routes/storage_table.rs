//! The calls about what is on a storage: its contents, making archives, and making guests out of them.

use super::params::{Form, Kind, Param};
use super::table::{COUNT, FREE, READ_STORAGE, STORAGE, VMID, local, may, must};
use super::{Check, Handler, Method, Route};
use crate::answers::{backup, content, restore};
use crate::scenario::GuestKind;

const VOLUME: &str = "/nodes/{node}/storage/{storage}/content/{volume}";

pub(super) fn routes() -> Vec<Route> {
    let here = |method, path, check, params, handler| {
        local(method, path, check, params, handler)
            .on_node()
            .protected()
    };
    let task = |method, path, params, handler| Route {
        upid: true,
        ..here(method, path, Check::User, params, handler)
    };
    let change = vec![may("notes", FREE), may("protected", Kind::Flag)];
    let delay = Kind::Int(Some(1), Some(30));
    vec![
        here(
            Method::Get,
            "/nodes/{node}/storage/{storage}/content",
            READ_STORAGE,
            vec![may("content", FREE), may("vmid", VMID)],
            content::list,
        ),
        here(Method::Get, VOLUME, Check::User, vec![], content::read),
        here(Method::Put, VOLUME, Check::User, change, content::change),
        task(
            Method::Delete,
            VOLUME,
            vec![may("delay", delay)],
            content::delete,
        ),
        here(
            Method::Get,
            "/nodes/{node}/vzdump/extractconfig",
            Check::User,
            vec![must("volume", FREE)],
            content::archived_config,
        ),
        task(
            Method::Post,
            "/nodes/{node}/vzdump",
            backup_params(),
            backup::create,
        ),
        restoring(
            GuestKind::Qemu,
            "/nodes/{node}/qemu",
            vec![
                may("archive", Kind::Text(Some(255), Form::Free)),
                may("live-restore", Kind::Flag),
                may("bwlimit", COUNT),
            ],
            restore::qemu,
        ),
        restoring(
            GuestKind::Lxc,
            "/nodes/{node}/lxc",
            vec![
                must("ostemplate", Kind::Text(Some(255), Form::Free)),
                may("restore", Kind::Flag),
                may("ignore-unpack-errors", Kind::Flag),
                may("bwlimit", Kind::Number(Some(0.0), None)),
            ],
            restore::lxc,
        ),
    ]
}

fn restoring(kind: GuestKind, path: &'static str, own: Vec<Param>, handler: Handler) -> Route {
    let mut params = vec![
        must("vmid", VMID),
        may("storage", STORAGE),
        may("pool", Kind::Text(None, Form::PoolId)),
        may("force", Kind::Flag),
        may("unique", Kind::Flag),
        may("start", Kind::Flag),
    ];
    params.extend(own);
    Route {
        guest: Some(kind),
        upid: true,
        ..local(Method::Post, path, Check::User, params, handler)
            .on_node()
            .protected()
    }
}

fn backup_params() -> Vec<Param> {
    let flag = |name| may(name, Kind::Flag);
    vec![
        may("vmid", Kind::Text(None, Form::VmidList)),
        flag("all"),
        may("exclude", Kind::Text(None, Form::VmidList)),
        may("pool", FREE),
        may("storage", STORAGE),
        may("mode", Kind::Choice(&["snapshot", "suspend", "stop"])),
        may("compress", Kind::Choice(&["0", "1", "gzip", "lzo", "zstd"])),
        may("notes-template", Kind::Text(Some(1024), Form::Free)),
        flag("protected"),
        flag("remove"),
        may("prune-backups", FREE),
        may("lockwait", COUNT),
        may("bwlimit", COUNT),
        may("ionice", Kind::Int(Some(0), Some(8))),
        may("zstd", Kind::Int(None, None)),
        may("pigz", Kind::Int(None, None)),
        flag("quiet"),
        flag("stdout"),
        may("dumpdir", FREE),
        may("tmpdir", FREE),
        may("script", FREE),
        may("mailnotification", Kind::Choice(&["always", "failure"])),
        may(
            "notification-mode",
            Kind::Choice(&["auto", "legacy-sendmail", "notification-system"]),
        ),
    ]
}
