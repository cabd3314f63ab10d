//! Blocks between `-----BEGIN …-----` and `-----END …-----`, whole, cut off, or with their line breaks escaped.

use std::ops::Range;

use super::Kind;
use super::text::{Finding, Text, is_base64};

/// What every such block begins with.
pub(super) const BEGIN: &str = "-----BEGIN ";
/// Bytes within which the end must come; keys are far smaller.
const LONGEST: usize = 32 * 1024;
/// Words of labels of what nobody else may have.
const SECRET_LABELS: [&[u8]; 4] = [
    b"PRIVATE KEY",
    b"PROXMOX BACKUP KEY",
    b"STATIC KEY",
    b"SECRET",
];

/// What one pass over a text has learned about its blocks.
#[derive(Default)]
pub(super) struct Armour {
    /// Up to here no end of a block comes after the place where the last search began.
    searched: usize,
    /// Blocks of certificates and public keys, in order: base64 in them is nobody's secret.
    pub(super) public: Vec<Range<usize>>,
}

impl Armour {
    /// The block that begins at `start`, if it is a secret.
    pub(super) fn find(&mut self, text: Text<'_>, start: usize) -> Option<Finding> {
        let label = start + BEGIN.len();
        let label_end = text.run(label, 64, |byte| {
            byte.is_ascii_alphanumeric() || byte == b' '
        });
        if text.slice(label_end..label_end + 5) != b"-----" {
            return None;
        }
        let body = label_end + 5;
        let end = self.end(text, body);
        let words = text.slice(label..label_end).to_ascii_uppercase();
        let secret = SECRET_LABELS
            .iter()
            .any(|secret| words.windows(secret.len()).any(|part| part == *secret));
        let range = start..end.unwrap_or_else(|| cut_off(text, body));
        if !secret {
            self.public.push(range);
            return None;
        }
        Some(Finding::secret(range, Kind::Key))
    }

    /// After the next `-----END …-----`, where one is near and no other block begins before.
    fn end(&mut self, text: Text<'_>, body: usize) -> Option<usize> {
        let from = body.max(self.searched);
        let limit = (body + LONGEST).min(text.bytes.len());
        let mut place = from;
        while place < limit {
            place = text.run(place, limit - place, |byte| byte != b'-');
            if text.slice(place..place + 9) == b"-----END " {
                let label = text.run(place + 9, 64, |byte| {
                    byte.is_ascii_alphanumeric() || byte == b' '
                });
                return Some(text.run(label, 5, |byte| byte == b'-'));
            }
            if place > body && text.slice(place..place + BEGIN.len()) == BEGIN.as_bytes() {
                break;
            }
            place = text.run(place, 5, |byte| byte == b'-').max(place + 1);
        }
        self.searched = place.min(text.bytes.len());
        None
    }
}

/// Where a block without an end stops looking like one: lines of base64 or of `Name: value`, breaks escaped or not.
fn cut_off(text: Text<'_>, body: usize) -> usize {
    let mut kept = body;
    let mut place = body;
    loop {
        place = text.run(place, usize::MAX, |byte| byte.is_ascii_whitespace());
        while matches!(text.slice(place..place + 2), b"\\n" | b"\\r") {
            place = text.run(place + 2, usize::MAX, |byte| byte.is_ascii_whitespace());
        }
        let end = text.run(place, usize::MAX, |byte| is_base64(byte) || byte == b'=');
        let header = text.at(end) == b':' && (place..end).len() < 24;
        if header {
            place = text.run(end, 200, |byte| !matches!(byte, b'\n' | b'\\'));
        } else if end > place
            && (end - place >= 16
                || text.bytes.get(end).is_none()
                || text.breaks_line(end)
                || text.at(end) == b'"')
        {
            place = end;
        } else {
            return kept;
        }
        kept = place;
        while !text.str.is_char_boundary(kept) {
            kept -= 1;
        }
    }
}
