//! An invitation that is being written down.

use argus_types::account::InvitationInput;
use argus_types::id::PersonId;
use argus_types::person::Role;
use argus_types::problem::FieldError;
use argus_types::scope::Scope;
use leptos::prelude::*;

use crate::components::scope::ScopeDraft;
use crate::context::faults::fault;
use crate::format::plain::plain;

/// For how long, unless somebody says otherwise.
const HOURS: &str = "24";
/// The longest that a link works.
const MAX_HOURS: u16 = 168;

/// An invitation that is being written down.
#[derive(Clone, Copy)]
pub struct InviteDraft {
    /// Whom.
    pub name: RwSignal<String>,
    /// As what.
    pub role: RwSignal<Role>,
    /// How far the role reaches.
    pub scope: ScopeDraft,
    /// An account that they have already.
    pub same_human_as: RwSignal<Option<PersonId>>,
    /// For how long.
    pub hours: RwSignal<String>,
}

impl InviteDraft {
    /// Nobody yet, with the least role.
    pub fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            role: RwSignal::new(Role::Viewer),
            scope: ScopeDraft::of(&Scope::default()),
            same_human_as: RwSignal::new(None),
            hours: RwSignal::new(HOURS.to_owned()),
        }
    }

    /// The invitation to make, or what is wrong with it.
    pub fn input(self) -> Result<InvitationInput, Vec<FieldError>> {
        let mut input = read(
            &self.name.get_untracked(),
            self.role.get_untracked(),
            self.scope.scope("/scope"),
            &self.hours.get_untracked(),
        )?;
        input.same_human_as = self.same_human_as.get_untracked();
        Ok(input)
    }
}

fn read(
    name: &str,
    role: Role,
    scope: Result<Scope, Vec<FieldError>>,
    hours: &str,
) -> Result<InvitationInput, Vec<FieldError>> {
    let mut faults = Vec::new();
    let name = plain("/name", name).map_err(|found| faults.push(found));
    let scope = scope.map_err(|found| faults.extend(found));
    let hours = hours
        .trim()
        .parse()
        .ok()
        .filter(|hours| (1..=MAX_HOURS).contains(hours));
    if hours.is_none() {
        faults.push(fault(
            "/hours",
            format!("A whole number from 1 to {MAX_HOURS}."),
        ));
    }
    match (name, scope, hours) {
        (Ok(name), Ok(scope), Some(hours)) => Ok(InvitationInput {
            name,
            role,
            scope,
            same_human_as: None,
            hours,
            step_up: None,
        }),
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_names_somebody_and_ends_within_a_week() {
        let input = read("Grace", Role::Operator, Ok(Scope::default()), "168").unwrap();
        assert_eq!((input.name.as_str(), input.hours), ("Grace", 168));
        for (name, hours, pointers) in [
            ("", "24", &["/name"][..]),
            ("Grace", "169", &["/hours"]),
            ("", "0", &["/name", "/hours"]),
        ] {
            let faults = read(name, Role::Viewer, Ok(Scope::default()), hours).unwrap_err();
            let found: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
            assert_eq!(found, pointers);
        }
    }
}
