//! Any bytes as a body, with any status: something is said of them, and nothing breaks.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use proptest::prelude::*;
use serde_json::Value;

use super::{DRAFT, FORMATS, good};
use crate::providers::transport::Received;
use crate::providers::{Failure, Format, Settings};

fn settings(format: Format) -> Settings {
    Settings::new(
        "main",
        format,
        "http://gpu.lan/".parse().unwrap(),
        "small-1",
    )
}

fn read(format: Format, status: u16, body: Vec<u8>) -> Result<String, Failure> {
    let received = Received {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::from(body),
    };
    let read = format.read(&settings(format), &received)?;
    Ok(read.text)
}

/// A good body of which one value, somewhere, is another.
fn damaged(format: Format, at: usize, value: &Value) -> Vec<u8> {
    let mut body = good(format, DRAFT);
    let count = count(&body);
    let mut left = at % count;
    replace(&mut body, &mut left, value);
    body.to_string().into_bytes()
}

fn count(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    };
    1 + inner
}

fn replace(value: &mut Value, left: &mut usize, by: &Value) -> bool {
    if *left == 0 {
        *value = by.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, by)),
        Value::Object(map) => map.values_mut().any(|item| replace(item, left, by)),
        _ => false,
    }
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
    ]
}

proptest! {
    #[test]
    fn no_bytes_break_a_reader(body in prop::collection::vec(any::<u8>(), 0..300), status in 200u16..600) {
        for format in FORMATS {
            let _said = read(format, status, body.clone()).map_err(|failure| failure.to_string());
        }
    }

    #[test]
    fn a_body_with_one_odd_value_is_read_as_before_or_a_failure(at in 0usize..100, value in odd_value()) {
        for format in FORMATS {
            if let Ok(text) = read(format, 200, damaged(format, at, &value)) {
                let is_the_odd_one = value.as_str() == Some(text.as_str());
                prop_assert!(text == DRAFT || text.is_empty() || is_the_odd_one, "{text}");
            }
        }
    }

    #[test]
    fn a_status_that_is_not_a_success_never_gives_an_answer(status in 300u16..600) {
        for format in FORMATS {
            let failed = read(format, status, good(format, DRAFT).to_string().into_bytes());
            prop_assert!(failed.is_err());
        }
    }
}
