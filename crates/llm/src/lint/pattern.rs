//! What each kind of text in an action looks like, as the proposal schema has it.

use crate::lint::output;

/// A snapshot's name.
pub(crate) fn is_snapshot_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    (2..=40).contains(&bytes.len())
        && bytes[0].is_ascii_alphabetic()
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        && !text.eq_ignore_ascii_case("current")
        && !text.eq_ignore_ascii_case("pending")
}

/// A guest's name.
pub(crate) fn is_guest_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        !bytes.is_empty()
            && bytes.first() != Some(&b'-')
            && bytes.last() != Some(&b'-')
            && bytes
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    text.len() <= 63 && text.split('.').all(is_label)
}

/// A tag.
pub(crate) fn is_tag(text: &str) -> bool {
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_';
    let bytes = text.as_bytes();
    (1..=64).contains(&bytes.len())
        && plain(&bytes[0])
        && bytes
            .iter()
            .all(|b| plain(b) || matches!(b, b'-' | b'+' | b'.'))
}

/// Notes: visible text without links, images or secrets.
pub(crate) fn is_note(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 1000 && output::objection(text).is_none()
}
