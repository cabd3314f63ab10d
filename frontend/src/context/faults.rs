//! What is wrong with which field of a form: found here before it is sent, or told by Argus afterwards. Both name
//! the place by the JSON pointer of the body that the form makes.

use argus_types::problem::FieldError;
use leptos::prelude::*;

use super::submission::Submission;
use crate::api::ApiError;

/// The faults of one form.
#[derive(Clone, Copy)]
pub struct Faults {
    own: RwSignal<Vec<FieldError>>,
    told: RwSignal<Option<ApiError>>,
}

impl Faults {
    /// None yet; Argus tells what is wrong with what `sending` sends.
    pub fn of(sending: Submission) -> Self {
        Self {
            own: RwSignal::new(Vec::new()),
            told: sending.error,
        }
    }

    /// Takes what a form made: its body, or what is wrong with it.
    pub fn take<T>(self, made: Result<T, Vec<FieldError>>) -> Option<T> {
        let (body, found) = match made {
            Ok(body) => (Some(body), Vec::new()),
            Err(found) => (None, found),
        };
        self.own.set(found);
        body
    }

    /// What is wrong at `pointer` and below it; empty where nothing is.
    pub fn at(self, pointer: impl Into<String>) -> Signal<String> {
        self.found(pointer.into(), below)
    }

    /// What is wrong at `pointer` itself.
    pub fn exactly_at(self, pointer: impl Into<String>) -> Signal<String> {
        self.found(pointer.into(), exactly)
    }

    fn found(
        self,
        pointer: String,
        find: fn(&[FieldError], &str) -> Option<String>,
    ) -> Signal<String> {
        Signal::derive(move || {
            let own = self.own.with(|own| find(own, &pointer));
            own.unwrap_or_else(|| {
                self.told.with(|told| {
                    let problem = told.as_ref().and_then(ApiError::problem);
                    problem
                        .and_then(|problem| find(&problem.errors, &pointer))
                        .unwrap_or_default()
                })
            })
        })
    }
}

/// A fault that the page itself finds.
pub fn fault(pointer: impl Into<String>, message: impl Into<String>) -> FieldError {
    FieldError {
        pointer: pointer.into(),
        message: message.into(),
    }
}

fn below(errors: &[FieldError], pointer: &str) -> Option<String> {
    errors
        .iter()
        .find(|error| {
            error
                .pointer
                .strip_prefix(pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .map(|error| error.message.clone())
}

fn exactly(errors: &[FieldError], pointer: &str) -> Option<String> {
    errors
        .iter()
        .find(|error| error.pointer == pointer)
        .map(|error| error.message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_shown_at_its_field_and_one_of_an_entry_at_its_list() {
        let errors = [
            fault("/scope/tags/2", "is too long"),
            fault("/name", "is empty"),
        ];
        assert_eq!(below(&errors, "/name").as_deref(), Some("is empty"));
        assert_eq!(
            below(&errors, "/scope/tags").as_deref(),
            Some("is too long")
        );
        assert_eq!(below(&errors, "/scope/tag"), None);
        assert_eq!(below(&errors, "/scope/pools"), None);
        assert_eq!(exactly(&errors, "/scope"), None);
        assert_eq!(exactly(&errors, "/name").as_deref(), Some("is empty"));
    }
}
