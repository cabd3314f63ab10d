//! What holds for any text.

use std::sync::LazyLock;

use argus_llm::redact::{Redactor, carries_placeholder, placeholders};
use proptest::prelude::*;
use serde_json::Value;

use super::secrets::{HELD, shown};

/// Built once: most of a case's time otherwise.
static REDACTOR: LazyLock<Redactor> =
    LazyLock::new(|| Redactor::new(HELD).expect("canaries can be told from text"));

/// Pieces that texts with secrets are made of, and what breaks parsers.
fn piece() -> impl Strategy<Value = String> {
    let cues = [
        "password=",
        "\"secret\": \"",
        "token: ",
        "Cookie: a=",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----END ",
        "://",
        "@",
        "!",
        "<<",
        ">>",
        "<<SECRET:token:1>>",
        "<<FORGED:key:2>>",
        "<<SECRET",
        "\\",
        "\\n",
        "\\\"",
        "\"",
        "'",
        "\n",
        "\r\n",
        " ",
        "=",
        ":",
        "ipmitool -P ",
        "rocommunity ",
        "curl -u a:",
        "$6$",
        "eyJ",
        "%21",
        "%3D",
        "\u{2502}",
        "\u{e4}",
        "\u{1f511}",
        "\u{200b}",
        "\0",
    ];
    let known = shown()
        .into_iter()
        .map(|shown| shown.secret)
        .chain(HELD.iter().map(|held| held.secret.to_owned()));
    let known: Vec<String> = cues.into_iter().map(str::to_owned).chain(known).collect();
    prop_oneof![
        4 => proptest::sample::select(known),
        2 => "[a-zA-Z0-9+/_=-]{0,70}",
        1 => ".{0,12}",
        1 => any::<String>(),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..14).prop_map(|pieces| pieces.concat())
}

/// Without marks that look like a placeholder's.
fn unforged() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.replace('<', ""))
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = prop_oneof![
            Just("password".to_owned()),
            Just("description".to_owned()),
            text()
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_put_back_is_what_was_there(text in unforged()) {
        let mut redaction = REDACTOR.begin();
        let redacted = redaction.text(&text);
        let restored = redaction.restore(redacted.as_str());
        prop_assert_eq!(restored.as_str(), text.as_str());
    }

    #[test]
    fn what_came_out_holds_nothing_more_to_take(text in text()) {
        let once = REDACTOR.begin().text(&text);
        // In another request a placeholder is a forged one, and nothing else changes.
        let mut second = REDACTOR.begin();
        let twice = second.text(once.as_str());
        prop_assert_eq!(second.count(), 0, "{} became {}", once.as_str(), twice.as_str());
        prop_assert_eq!(twice.as_str(), once.as_str().replace("<<SECRET:", "<<FORGED:"));
        prop_assert_eq!(&REDACTOR.begin().text(twice.as_str()), &twice);
    }

    #[test]
    fn what_came_out_holds_nothing_that_argus_holds(text in text(), json in json()) {
        let mut redaction = REDACTOR.begin();
        for output in [redaction.text(&text), redaction.json(&json), redaction.field("note", &text)] {
            for held in HELD {
                prop_assert!(!output.as_str().contains(held.secret), "{}", output.as_str());
            }
        }
    }

    #[test]
    fn only_what_this_request_took_has_a_placeholder(text in text()) {
        let mut redaction = REDACTOR.begin();
        let redacted = redaction.text(&text);
        for placeholder in placeholders(redacted.as_str()) {
            let written = &redacted.as_str()[placeholder.range];
            prop_assert!((1..=redaction.count()).contains(&placeholder.number));
            prop_assert!(carries_placeholder(written));
            prop_assert!(text.contains(redaction.restore(written).as_str()));
        }
    }

    #[test]
    fn json_stays_json_with_the_same_names_and_places(json in json()) {
        let mut redaction = REDACTOR.begin();
        let redacted: Value = serde_json::from_str(redaction.json(&json).as_str()).unwrap();
        prop_assert!(same_shape(&json, &redacted));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        let mut redaction = REDACTOR.begin();
        let redacted = redaction.text(&text);
        let _ = redaction.restore(redacted.as_str());
        let _ = redaction.restore(&text);
        let _ = carries_placeholder(&text);
    }
}

fn same_shape(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len()
                && before
                    .iter()
                    .zip(after)
                    .all(|(before, after)| same_shape(before, after))
        }
        // Two names that were secrets may have become one only if they were one.
        (Value::Object(before), Value::Object(after)) => before.len() >= after.len(),
        (Value::Null, Value::Null)
        | (Value::Number(_), Value::Number(_) | Value::String(_))
        | (Value::String(_), Value::String(_)) => true,
        _ => false,
    }
}
