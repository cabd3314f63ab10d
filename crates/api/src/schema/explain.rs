//! Schema errors in a form that a person can act on: a JSON pointer and a sentence.

use argus_types::problem::FieldError;
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;

/// Most errors that one answer names.
const MAX_ERRORS: usize = 20;

/// Longest message; a hostile value must not be echoed at length.
const MAX_MESSAGE: usize = 300;

/// Every wrong place of `body`, at most twenty.
pub fn field_errors(validator: &Validator, body: &Value) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for error in validator.iter_errors(body) {
        explain(&error, body, &mut errors);
        if errors.len() >= MAX_ERRORS {
            errors.truncate(MAX_ERRORS);
            break;
        }
    }
    errors
}

fn explain(error: &ValidationError<'_>, body: &Value, errors: &mut Vec<FieldError>) {
    let pointer = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            explain_choice(&pointer, context, body, errors);
        }
        _ => push(errors, pointer, &error.masked().to_string()),
    }
}

/// Of several forms that all failed, the one whose `action` matches says what is wrong; if none does, the
/// list of actions does.
fn explain_choice(
    pointer: &str,
    forms: &[Vec<ValidationError<'static>>],
    body: &Value,
    errors: &mut Vec<FieldError>,
) {
    let discriminator = format!("{pointer}/action");
    let missed = |form: &&Vec<ValidationError<'static>>| {
        !form
            .iter()
            .any(|error| error.instance_path().to_string() == discriminator)
    };
    let has_discriminator = body.pointer(&discriminator).is_some_and(Value::is_string);
    if has_discriminator {
        let Some(form) = forms.iter().find(missed) else {
            push(
                errors,
                discriminator,
                &format!(
                    "is not an action of the catalogue: use one of {}",
                    catalogue()
                ),
            );
            return;
        };
        for error in form {
            explain(error, body, errors);
        }
        return;
    }
    let is_object = body.pointer(pointer).is_some_and(Value::is_object);
    if pointer.contains("/actions/") && (is_object || pointer.starts_with("/draft/")) {
        push(
            errors,
            discriminator,
            &format!("\"action\" is missing: use one of {}", catalogue()),
        );
        return;
    }
    // An optional value: the form that is not `null` says what is wrong.
    match forms.iter().find(|form| !expects_null(form)) {
        Some(form) => form.iter().for_each(|error| explain(error, body, errors)),
        None => push(errors, pointer.to_owned(), "does not fit"),
    }
}

fn expects_null(form: &[ValidationError<'static>]) -> bool {
    form.iter()
        .any(|error| error.masked().to_string().contains("\"null\""))
}

fn catalogue() -> String {
    argus_types::action::ActionKind::ALL
        .map(argus_types::action::ActionKind::as_str)
        .join(", ")
}

fn push(errors: &mut Vec<FieldError>, pointer: String, message: &str) {
    errors.push(FieldError {
        pointer,
        message: message.chars().take(MAX_MESSAGE).collect(),
    });
}

#[cfg(test)]
mod tests {
    use argus_types::action::Draft;
    use serde_json::json;

    use super::*;
    use crate::schema::Described;

    fn pointers(body: &Value) -> Vec<String> {
        field_errors(Draft::validator(), body)
            .into_iter()
            .map(|error| error.pointer)
            .collect()
    }

    #[test]
    fn each_mistake_is_named_by_its_own_place() {
        let target = json!({"kind": "qemu", "vmid": 101});
        for (action, pointer) in [
            (
                json!({"action": "agent.exec", "target": target}),
                "/actions/0/action",
            ),
            (json!({"target": target}), "/actions/0/action"),
            (
                json!({"action": "guest.start", "target": {"kind": "qemu", "vmid": 7}}),
                "/actions/0/target/vmid",
            ),
            (
                json!({"action": "guest.start", "target": {"kind": "vm", "vmid": 101}}),
                "/actions/0/target/kind",
            ),
            (json!({"action": "guest.start"}), "/actions/0"),
            (
                json!({"action": "guest.start", "target": target, "force": true}),
                "/actions/0",
            ),
            (
                json!({"action": "guest.shutdown", "target": target, "timeout_s": 0}),
                "/actions/0/timeout_s",
            ),
            (
                json!({"action": "guest.migrate", "target": target, "node": "a b"}),
                "/actions/0/node",
            ),
            (
                json!({"action": "guest.start", "target": {"kind": "qemu", "vmid": 9_223_372_036_854_775_808_u64}}),
                "/actions/0/target/vmid",
            ),
        ] {
            let body = json!({"actions": [action]});
            assert_eq!(pointers(&body), [pointer], "{body}");
        }
        assert_eq!(pointers(&json!({"actions": []})), ["/actions"]);
        assert_eq!(pointers(&json!({})), [""]);
    }

    #[test]
    fn a_hostile_value_is_not_echoed() {
        let body = json!({"actions": [{"action": "guest.start", "target": "x".repeat(5000)}]});
        for error in field_errors(Draft::validator(), &body) {
            assert!(error.message.len() < 400);
        }
    }
}
