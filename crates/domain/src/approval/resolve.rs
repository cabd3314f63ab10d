//! Who may say what became of a step that Argus could not decide.

use argus_types::person::Permission;

use super::{Account, Refusal};

/// Whether `who` may: an operator within their scope, and for destructive steps an admin.
pub fn may_resolve(who: &Account, destructive: bool) -> Result<(), Refusal> {
    who.may(if destructive {
        Permission::ResolveDestructive
    } else {
        Permission::Resolve
    })
}
