//! The calls about pools.

use super::params::{Form, Kind};
use super::table::{FREE, local, may, must};
use super::{Check, Method, Route};
use crate::answers::pool;

const POOL: Kind = Kind::Text(None, Form::PoolId);

pub(super) fn routes() -> Vec<Route> {
    let kinds = Kind::Choice(&["qemu", "lxc", "storage"]);
    let changes = vec![
        must("poolid", POOL),
        may("vms", Kind::Text(None, Form::VmidList)),
        may("storage", Kind::Text(None, Form::StorageIdList)),
        may("delete", Kind::Flag),
        may("allow-move", Kind::Flag),
        may("comment", FREE),
    ];
    vec![
        local(
            Method::Get,
            "/pools",
            Check::User,
            vec![may("poolid", POOL), may("type", kinds)],
            pool::read,
        ),
        local(
            Method::Put,
            "/pools",
            Check::Any("/pool/{poolid}", &["Pool.Allocate"]),
            changes,
            pool::update,
        )
        .protected(),
    ]
}
