//! An API token that is being written down.

use argus_types::account::ApiTokenInput;
use argus_types::person::TokenMay;
use argus_types::problem::FieldError;
use argus_types::scope::Scope;
use leptos::prelude::*;

use crate::components::scope::ScopeDraft;
use crate::context::faults::fault;
use crate::format::plain::plain;

/// For how long, unless somebody says otherwise.
const DAYS: &str = "90";
/// The longest life of a token.
const MAX_DAYS: u16 = 365;

/// An API token that is being written down.
#[derive(Clone, Copy)]
pub struct TokenDraft {
    /// What it is for.
    pub name: RwSignal<String>,
    /// What it may do.
    pub may: RwSignal<TokenMay>,
    /// Where.
    pub scope: ScopeDraft,
    /// For how long.
    pub days: RwSignal<String>,
}

impl TokenDraft {
    /// Starts with these.
    pub fn new(name: &str, may: TokenMay) -> Self {
        Self {
            name: RwSignal::new(name.to_owned()),
            may: RwSignal::new(may),
            scope: ScopeDraft::of(&Scope::default()),
            days: RwSignal::new(DAYS.to_owned()),
        }
    }

    /// The token to ask for, or what is wrong with it; its body has it at `pointer`.
    pub fn input(self, pointer: &str) -> Result<ApiTokenInput, Vec<FieldError>> {
        read(
            pointer,
            &self.name.get_untracked(),
            self.may.get_untracked(),
            self.scope.scope(&format!("{pointer}/scope")),
            &self.days.get_untracked(),
        )
    }
}

fn read(
    pointer: &str,
    name: &str,
    may: TokenMay,
    scope: Result<Scope, Vec<FieldError>>,
    days: &str,
) -> Result<ApiTokenInput, Vec<FieldError>> {
    let mut faults = Vec::new();
    let name = plain(&format!("{pointer}/name"), name).map_err(|found| faults.push(found));
    let scope = scope.map_err(|found| faults.extend(found));
    let days = days
        .trim()
        .parse()
        .ok()
        .filter(|days| (1..=MAX_DAYS).contains(days));
    if days.is_none() {
        let message = format!("A whole number from 1 to {MAX_DAYS}.");
        faults.push(fault(format!("{pointer}/days"), message));
    }
    match (name, scope, days) {
        (Ok(name), Ok(scope), Some(days)) => Ok(ApiTokenInput {
            name,
            may,
            scope,
            days,
        }),
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str, days: &str) -> Vec<String> {
        read("/allow", name, TokenMay::Read, Ok(Scope::default()), days)
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|fault| fault.pointer)
            .collect()
    }

    #[test]
    fn a_token_with_a_name_and_an_end_is_asked_for() {
        let input = read(
            "",
            " backup ",
            TokenMay::Propose,
            Ok(Scope::default()),
            " 30 ",
        )
        .unwrap();
        assert_eq!((input.name.as_str(), input.days), ("backup", 30));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_and_at_its_field() {
        assert_eq!(faults(" ", "0"), ["/allow/name", "/allow/days"]);
        assert_eq!(faults("a\u{202e}b", "1"), ["/allow/name"]);
        assert_eq!(faults(&"x".repeat(61), "1"), ["/allow/name"]);
        for days in ["", "366", "-1", "1.5", "soon", "99999999"] {
            assert_eq!(faults("backup", days), ["/allow/days"], "{days}");
        }
    }
}
