//! Pools. All need `Pool.Allocate` on the pool and `Permissions.Modify` on the guest, as a pool carries rights.

use super::{Write, done};
use crate::call::CallBuilder;

/// `PUT /pools`: puts a guest into a pool. One that is in another pool is refused unless it may be moved, which needs
/// `Pool.Allocate` there too. One that is in it is refused, as [`crate::ApiErrorKind::AlreadySo`].
pub fn pool_add(poolid: &str, vmid: u32, allow_move: bool) -> Write<()> {
    done(of_pool(poolid, vmid).flag_if("allow-move", allow_move))
}

/// `PUT /pools`: takes a guest out of a pool. One that is not in it is refused, as
/// [`crate::ApiErrorKind::AlreadySo`].
pub fn pool_remove(poolid: &str, vmid: u32) -> Write<()> {
    done(of_pool(poolid, vmid).flag("delete", true))
}

fn of_pool(poolid: &str, vmid: u32) -> CallBuilder {
    CallBuilder::put()
        .path("pools")
        .text("poolid", poolid)
        .number("vms", u64::from(vmid))
}
