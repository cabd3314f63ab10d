//! What there is to read in a body: its long texts, without the JSON around them. The very bytes stand beside it.

use serde_json::Value;

/// A text of at least so many characters, or of several lines, is one that somebody wrote to be read.
const LONG: usize = 80;

/// The texts of a JSON body that were written to be read, in order; none where it is no JSON.
pub fn texts(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str(body) {
        gather(&value, &mut found);
    }
    found
}

fn gather(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains('\n') || text.chars().count() >= LONG => {
            found.push(text.clone());
        }
        Value::Array(items) => {
            for item in items {
                gather(item, found);
            }
        }
        // A schema describes; nobody says it to the model.
        Value::Object(fields) if !is_schema(value) => {
            for field in fields.values() {
                gather(field, found);
            }
        }
        _ => {}
    }
}

fn is_schema(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some();
    has("properties") || has("anyOf") || has("json_schema") || has("schema")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_and_schemas_and_settings_are_not() {
        let long = "x".repeat(LONG);
        let body = serde_json::json!({
            "model": "m1",
            "messages": [
                { "role": "system", "content": "You draft.\nNothing else." },
                { "role": "user", "content": [{ "type": "text", "text": long }] },
            ],
            "response_format": { "json_schema": { "schema": { "description": "a\nb" } } },
            "format": { "type": "object", "properties": { "a": { "description": long } } },
        });
        assert_eq!(
            texts(&body.to_string()),
            ["You draft.\nNothing else.".to_owned(), long]
        );
    }

    #[test]
    fn what_is_no_json_has_only_its_bytes() {
        assert_eq!(texts("502 Bad Gateway\n"), Vec::<String>::new());
    }
}
