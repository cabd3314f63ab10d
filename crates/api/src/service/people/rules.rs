//! Who may change what of whom. Pure.
//!
//! Nobody changes what they themselves are trusted with, by whichever account of theirs. That also keeps the last
//! admin: whoever asks is one, still is one while nobody else changes rights, and is not the one who is changed.

use argus_store::StoredRights;
use argus_types::account::{DisabledReason, RoleSource};
use argus_types::person::Role;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::scope::Scope;

use crate::problem::ApiProblem;

/// What somebody asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    /// A new role.
    pub(super) role: Option<Role>,
    /// A new scope.
    pub(super) scope: Option<Scope>,
    /// Whether the account shall let somebody in.
    pub(super) enabled: Option<bool>,
    /// Another account of the same human.
    pub(super) same_human_as: Option<StoredRights>,
}

/// What is to be done for it; nothing where everything is so already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Steps {
    /// The role and scope to give.
    pub(super) give: Option<(Role, Scope)>,
    /// Whether to enable or to disable.
    pub(super) enable: Option<bool>,
    /// The account that turns out to be the same human's.
    pub(super) join: Option<StoredRights>,
}

impl Steps {
    /// Whether somebody gets more, or becomes somebody: that takes a fresh passkey assertion.
    pub(super) fn need_step_up(&self) -> bool {
        self.give.is_some() || self.join.is_some() || self.enable == Some(true)
    }
}

/// Refuses whoever may not manage people now, whatever their session's copy said.
pub(super) fn check_caller(caller: Option<StoredRights>) -> Result<StoredRights, ApiProblem> {
    caller
        .filter(StoredRights::manages_people)
        .ok_or_else(|| {
            ApiProblem::new(
                ProblemCode::Forbidden,
                "Your own rights have changed meanwhile: managing people takes an admin without a limited scope.",
            )
        })
}

/// What to do, or why not.
pub(super) fn check(
    caller: &StoredRights,
    target: &StoredRights,
    wish: Wish,
) -> Result<Steps, ApiProblem> {
    let steps = Steps {
        give: given(target, &wish),
        enable: wish.enabled.filter(|on| changes_access(target, *on)),
        join: wish
            .same_human_as
            .filter(|other| other.human.is_none() || other.human != target.human),
    };
    if is_same(caller, target) && steps.need_step_up()
        || caller.person.id == target.person.id && steps.enable == Some(false)
    {
        return Err(not_oneself());
    }
    if steps.give.is_some() && target.role_source == RoleSource::Groups {
        return Err(ApiProblem::new(
            ProblemCode::WrongState,
            format!(
                "The role of {} comes from the groups of their provider. Change their groups there, or what groups \
                 give in `[[auth.oidc.roles]]` here; it counts from their next sign-in on. To end it now, disable \
                 the account.",
                target.person.name
            ),
        ));
    }
    if steps.enable == Some(true) && target.disabled == Some(DisabledReason::NoRole) {
        return Err(ApiProblem::new(
            ProblemCode::WrongState,
            format!(
                "{} has no role, because no group of theirs gives one. The account opens by itself at their next \
                 sign-in with such a group.",
                target.person.name
            ),
        ));
    }
    if let Some(other) = &steps.join {
        check_same_human(caller, target, other)?;
    }
    Ok(steps)
}

/// Refuses to vouch for oneself: whom nobody vouched for cannot give approvals, and must not mend that alone.
pub(super) fn check_same_human(
    caller: &StoredRights,
    target: &StoredRights,
    other: &StoredRights,
) -> Result<(), ApiProblem> {
    if other.person.id == target.person.id {
        return Err(wrong_other("is the account itself: name another one"));
    }
    if is_same(caller, other) && other.human.is_none() {
        return Err(not_oneself());
    }
    Ok(())
}

/// A mistake about the other account.
pub(super) fn wrong_other(message: &str) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::SchemaViolation,
        format!("/same_human_as {message}."),
    )
    .with_errors(vec![FieldError {
        pointer: "/same_human_as".to_owned(),
        message: message.to_owned(),
    }])
}

fn given(target: &StoredRights, wish: &Wish) -> Option<(Role, Scope)> {
    let role = wish.role.unwrap_or(target.person.role);
    let scope = wish.scope.as_ref().unwrap_or(&target.scope);
    let differs = role != target.person.role || *scope != target.scope;
    differs.then(|| (role, scope.clone()))
}

/// Whether `enabled` would change something. An account that is shut for want of a role can still be shut for good.
fn changes_access(target: &StoredRights, enabled: bool) -> bool {
    if enabled {
        target.disabled.is_some()
    } else {
        target.disabled != Some(DisabledReason::Admin)
    }
}

/// Whether two accounts are one person's.
fn is_same(one: &StoredRights, other: &StoredRights) -> bool {
    one.person.id == other.person.id || one.human.is_some() && one.human == other.human
}

fn not_oneself() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::SecondPersonNeeded,
        "Nobody changes their own role, scope or identity, or disables themselves. Ask another admin.",
    )
}

#[cfg(test)]
mod tests;
