//! Parameters out of a query, a form or a JSON body.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::failure::Failure;
use crate::routes::{Raw, RawValue};

/// `a=1&b=2`, as a query or a form. A key that is there several times keeps all its values.
pub fn form(text: &str) -> Result<Raw, Failure> {
    let mut raw = Raw::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        let earlier = raw.remove(&name);
        let now = match earlier {
            None => RawValue::Form(value),
            Some(RawValue::Form(first)) => RawValue::Repeated(vec![first, value]),
            Some(RawValue::Repeated(mut all)) => {
                all.push(value);
                RawValue::Repeated(all)
            }
            Some(json @ RawValue::Json(_)) => json,
        };
        raw.insert(name, now);
    }
    Ok(raw)
}

/// A JSON object; of a key that is there twice the last one counts, as in Perl.
pub fn json(bytes: &[u8]) -> Result<Raw, Failure> {
    if bytes.is_empty() {
        return Ok(Raw::new());
    }
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|e| Failure::with(400, format!("unable to decode JSON request: {e}")))?;
    let Value::Object(fields) = value else {
        return Err(Failure::with(400, "JSON request is not an object"));
    };
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name, RawValue::Json(value)))
        .collect())
}

/// A body of one of the types that are taken.
pub fn body(content_type: &str, bytes: &[u8]) -> Result<Raw, Failure> {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "" | "application/x-www-form-urlencoded" => {
            let text = std::str::from_utf8(bytes)
                .map_err(|_| Failure::with(400, "request body is not UTF-8"))?;
            form(text)
        }
        "application/json" => json(bytes),
        other => Err(Failure::with(
            501,
            format!("upload 'Content-Type '{other}' not implemented"),
        )),
    }
}

fn decoded(text: &str) -> Result<String, Failure> {
    // A plus is a space here: a real plus has to be written %2B.
    let text = text.replace('+', " ");
    percent_decode_str(&text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Failure::with(400, "parameter is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_space_and_a_repeated_key_a_list() {
        let raw = form("a=1+2&b=%2B&a=3&c").unwrap();
        assert_eq!(raw["a"], RawValue::Repeated(vec!["1 2".into(), "3".into()]));
        assert_eq!(raw["b"], RawValue::Form("+".into()));
        assert_eq!(raw["c"], RawValue::Form(String::new()));
    }

    #[test]
    fn malformed_bodies_are_refused_and_never_panic() {
        let deep = "[".repeat(2_000);
        for (kind, bytes, status) in [
            ("application/json", b"{".as_slice(), 400),
            ("application/json", b"[]", 400),
            ("application/json", deep.as_bytes(), 400),
            ("application/x-www-form-urlencoded", b"a=%FF", 400),
            ("application/x-www-form-urlencoded", b"\xFF", 400),
            ("text/xml", b"<a/>", 501),
        ] {
            assert_eq!(body(kind, bytes).unwrap_err().status, status);
        }
    }
}
