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
    let (from, head) = value(text, name)?;
    let scheme = SCHEMES.iter().find(|scheme| {
        text.says(from, scheme.as_bytes()) && matches!(text.at(from + scheme.len()), b' ' | b'=')
    });
    let skipped = scheme.map_or(0, |scheme| scheme.len() + 1);
    let head = head.get(skipped..)?;
    let behind = address::behind_token_id(head);
    let (from, head) = (from + skipped + behind, head.get(behind..)?);
    // A sentence about it is no header.
    let header = head.len() >= 6
        && !look::is_prose(head.split(' ').next()?)
        && (look::is_mixed(head) || !head.contains(' '));
    (header && !look::is_no_value(head))
        .then(|| Finding::secret(from..end(text, from), Kind::Token))
}

/// What a `Cookie` or `Set-Cookie` header says behind the first name: all pairs, or one and its attributes.
pub(super) fn cookie(text: Text<'_>, name: &Range<usize>) -> Option<Finding> {
    let (from, _) = value(text, name)?;
    let equals = text.run(from, 100, |byte| {
        byte.is_ascii_alphanumeric() || b"_-.%".contains(&byte)
    });
    if equals == from || text.at(equals) != b'=' {
        return None;
    }
    let sets = text
        .slice(name.start.saturating_sub(4)..name.start)
        .eq_ignore_ascii_case(b"set-");
    let all = end(text, equals + 1);
    let end = if sets {
        text.run(equals, all - equals, |byte| byte != b';')
    } else {
        all
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

/// Where the value after the name begins, and as much of it as it is judged by.
fn value<'a>(text: Text<'a>, name: &Range<usize>) -> Option<(usize, &'a str)> {
    let closed = text.run(name.end, 2, |byte| b"\"'\\".contains(&byte));
    let sign = text.skip_blanks(closed);
    if !matches!(text.at(sign), b':' | b'=') {
        return None;
    }
    let from = text.run(sign + 1, 8, |byte| b" \t\"'\\".contains(&byte));
    let head = text.str.get(from..text.head(from, is_value))?;
    (!head.is_empty()).then_some((from, head))
}

/// To the quote or line that ends it.
fn end(text: Text<'_>, from: usize) -> usize {
    let mut end = from;
    while end < text.bytes.len() {
        end = text.run(end, usize::MAX, is_value);
        if text.at(end) != b'\\' || matches!(text.at(end + 1), b'n' | b'r' | b'"') {
            break;
        }
        end += 1;
    }
    text.run_back(end, 8, |byte| matches!(byte, b' ' | b'\t'))
        .max(from)
}

fn is_value(byte: u8) -> bool {
    !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b'`' | b'<')
}
