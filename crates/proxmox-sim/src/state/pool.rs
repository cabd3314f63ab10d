//! Pools: who is in them, and how that changes.

use super::Machine;

/// A member that a call names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// A guest; it is in one pool at most.
    Guest(u32),
    /// A storage; it may be in several.
    Storage(String),
}

impl std::fmt::Display for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Guest(vmid) => write!(f, "VM {vmid}"),
            Self::Storage(id) => write!(f, "Storage '{id}'"),
        }
    }
}

/// Why a pool's members do not change, in Proxmox's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// There is no such pool.
    #[error("pool '{0}' does not exist")]
    Unknown(String),
    /// It is in the pool.
    #[error("{0} is already a pool member")]
    Twice(Member),
    /// It is not.
    #[error("{0} is not a pool member")]
    Absent(Member),
    /// It is in another one.
    #[error("VM {0} belongs already to pool '{1}' and 'allow-move' is not set")]
    Elsewhere(u32, String),
}

impl Machine {
    /// The pool of a guest.
    pub(crate) fn pool_of_guest(&self, vmid: u32) -> Option<&str> {
        self.guests.get(&vmid)?.pool.as_deref()
    }

    fn is_member(&self, pool: &str, member: &Member) -> bool {
        match member {
            Member::Guest(vmid) => self.pool_of_guest(*vmid) == Some(pool),
            Member::Storage(id) => self
                .pools
                .iter()
                .any(|p| p.id == pool && p.storages.contains(id)),
        }
    }

    /// Checks that a member can come in; a guest leaves its other pool only when that is allowed.
    pub(crate) fn check_joining(
        &self,
        pool: &str,
        member: &Member,
        allow_move: bool,
    ) -> Result<(), PoolError> {
        if self.is_member(pool, member) {
            return Err(PoolError::Twice(member.clone()));
        }
        if let Member::Guest(vmid) = member
            && let Some(other) = self.pool_of_guest(*vmid)
            && !allow_move
        {
            return Err(PoolError::Elsewhere(*vmid, other.into()));
        }
        Ok(())
    }

    /// Checks that a member is there to be taken out.
    pub(crate) fn check_leaving(&self, pool: &str, member: &Member) -> Result<(), PoolError> {
        if self.is_member(pool, member) {
            return Ok(());
        }
        Err(PoolError::Absent(member.clone()))
    }

    /// Puts members into a pool or takes them out. A guest that is not there is forgotten at once: no list shows it.
    pub(crate) fn change_members(&mut self, pool: &str, members: &[Member], leave: bool) {
        self.revision += 1;
        for member in members {
            match member {
                Member::Guest(vmid) => {
                    if let Some(guest) = self.guests.get_mut(vmid) {
                        guest.pool = (!leave).then(|| pool.to_owned());
                    }
                }
                Member::Storage(id) => {
                    let Some(pool) = self.pools.iter_mut().find(|p| p.id == pool) else {
                        continue;
                    };
                    pool.storages.retain(|s| s != id);
                    if !leave {
                        pool.storages.push(id.clone());
                    }
                }
            }
        }
    }

    /// Another remark for a pool.
    pub(crate) fn set_pool_comment(&mut self, pool: &str, comment: &str) {
        if let Some(pool) = self.pools.iter_mut().find(|p| p.id == pool) {
            pool.comment = comment.into();
        }
    }
}
