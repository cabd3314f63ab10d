//! Pools: which one a guest is in.

use argus_types::action::{Action, ActionKind};
use argus_types::id::PoolName;
use argus_types::plan::{Command, Field, GuestTarget};

use super::effect::{Basis, Effect, again, change, expect, on, on_guest, undone_by};
use super::guard::{Refusal, refuse};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::value::NONE;

pub(super) fn add(guest: &GuestFacts, pool: &PoolName) -> Result<Command, Refusal> {
    match require_known_pool(guest)? {
        None => Ok(Command::PoolAdd { pool: pool.clone() }),
        Some(now) => refuse(
            "/pool",
            format!(
                "{} is in {now}; take it out of there first, in the same proposal if you like",
                guest_label(guest)
            ),
        ),
    }
}

pub(super) fn remove(guest: &GuestFacts, pool: &PoolName) -> Result<Command, Refusal> {
    require_known_pool(guest)?;
    Ok(Command::PoolRemove { pool: pool.clone() })
}

fn require_known_pool(guest: &GuestFacts) -> Result<Option<&str>, Refusal> {
    match &guest.kept.pool {
        Some(pool) => Ok(pool.as_deref()),
        None => refuse(
            "/target",
            format!(
                "Proxmox did not say which pool {} is in; try again",
                guest_label(guest)
            ),
        ),
    }
}

fn changing(target: &GuestTarget, pool: &PoolName, before: &str, after: &str) -> Effect {
    let mut privileges = on(format!("/pool/{pool}"), &["Pool.Allocate"]);
    // A pool's members get its rights, so whoever changes them changes rights.
    privileges.extend(on_guest(target, &["Permissions.Modify"]));
    Effect {
        method: "PUT",
        path: "/pools".to_owned(),
        changes: vec![change("pool", before, after)],
        basis: Basis::Identity,
        relies_on: vec![expect(Field::Pool {}, before)],
        proves: vec![expect(Field::Pool {}, after)],
        privileges,
        ..Effect::blank()
    }
}

pub(super) fn effect_of_add(target: &GuestTarget, pool: &PoolName) -> Effect {
    Effect {
        action: ActionKind::PoolAdd,
        title: format!("Put {} into the pool {pool}", named(target)),
        parameters: vec![
            ("poolid", pool.to_string()),
            ("vms", target.vmid.to_string()),
        ],
        undo: undone_by(
            Action::PoolRemove {
                target: again(target),
                pool: pool.clone(),
            },
            "Take it out again.",
        ),
        ..changing(target, pool, NONE, pool.as_str())
    }
}

pub(super) fn effect_of_remove(target: &GuestTarget, pool: &PoolName) -> Effect {
    Effect {
        action: ActionKind::PoolRemove,
        title: format!("Take {} out of the pool {pool}", named(target)),
        parameters: vec![
            ("poolid", pool.to_string()),
            ("vms", target.vmid.to_string()),
            ("delete", "1".to_owned()),
        ],
        undo: undone_by(
            Action::PoolAdd {
                target: again(target),
                pool: pool.clone(),
            },
            "Put it in again.",
        ),
        ..changing(target, pool, pool.as_str(), NONE)
    }
}
