//! HTTP headers that carry secrets: `Authorization`, `Cookie`, and bearers wherever they stand.

use std::ops::Range;

use super::Kind;
use super::address;
use super::look;
use super::text::{Finding, Text};

/// Schemes of `Authorization` that may stay.
const SCHEMES: [&str; 7] = [
    "Bearer",
    "Basic",
    "Digest",
    "Negotiate",
    "Token",
    "PVEAPIToken",
    "PBSAPIToken",
];

/// The value of the `Authorization` header (or of `Proxy-Authorization`) whose name is `name`.
pub(super) fn authorization(text: Text<'_>, name: &Range<usize>) -> Option<Finding> {
    let (from, end) = value(text, name)?;
    let from = SCHEMES
        .iter()
        .find_map(|scheme| {
            let after = from + scheme.len();
            (text.says(from, scheme.as_bytes()) && matches!(text.at(after), b' ' | b'='))
                .then_some(after + 1)
        })
        .unwrap_or(from);
    let from = from + address::behind_token_id(text.str.get(from..end)?);
    let found = text.str.get(from..end)?;
    // A sentence about it is no header.
    let header = found.len() >= 6
        && !look::is_prose(found.split(' ').next()?)
        && (look::is_mixed(found) || !found.contains(' '));
    (header && !look::is_no_value(found)).then(|| Finding::secret(from..end, Kind::Token))
}

/// What a `Cookie` or `Set-Cookie` header says behind the first name: all pairs, or one and its attributes.
pub(super) fn cookie(text: Text<'_>, name: &Range<usize>) -> Option<Finding> {
    let (from, end) = value(text, name)?;
    let equals = text.run(from, 100, |byte| {
        byte.is_ascii_alphanumeric() || b"_-.%".contains(&byte)
    });
    if equals == from || text.at(equals) != b'=' {
        return None;
    }
    let sets = text
        .slice(name.start.saturating_sub(4)..name.start)
        .eq_ignore_ascii_case(b"set-");
    let end = if sets {
        text.run(equals, end - equals, |byte| byte != b';')
    } else {
        end
    };
    (end > equals + 1).then(|| Finding::secret(equals + 1..end, Kind::Cookie))
}

/// What follows the word `Bearer`.
pub(super) fn bearer(text: Text<'_>, name: &Range<usize>) -> Option<Finding> {
    if !text.begins_word(name.start) || !matches!(text.at(name.end), b' ' | b'=' | b':') {
        return None;
    }
    let from = text.run(name.end, 3, |byte| matches!(byte, b' ' | b'=' | b':'));
    let end = text.run(from, usize::MAX, |byte| {
        byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
    });
    let found = text.str.get(from..end)?;
    (found.len() >= 12 && look::is_mixed(found)).then(|| Finding::secret(from..end, Kind::Token))
}

/// From the sign after the name to the quote or line that ends it.
fn value(text: Text<'_>, name: &Range<usize>) -> Option<(usize, usize)> {
    let closed = text.run(name.end, 2, |byte| b"\"'\\".contains(&byte));
    let sign = text.skip_blanks(closed);
    if !matches!(text.at(sign), b':' | b'=') {
        return None;
    }
    let from = text.run(sign + 1, 8, |byte| b" \t\"'\\".contains(&byte));
    let mut end = from;
    while end < text.bytes.len() {
        end = text.run(end, usize::MAX, |byte| {
            !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b'`' | b'<')
        });
        if text.at(end) != b'\\' || matches!(text.at(end + 1), b'n' | b'r' | b'"') {
            break;
        }
        end += 1;
    }
    let end = text.run_back(end, 8, |byte| matches!(byte, b' ' | b'\t'));
    (end > from).then_some((from, end))
}
