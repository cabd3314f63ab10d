//! The text that is looked through, as bytes: what stands where, and how far something goes on.
//!
//! Everything that ends a word, a value or a line here is ASCII, so that no place found lies within a character.

use std::ops::Range;

/// Something that was found, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) range: Range<usize>,
    pub(super) what: What,
}

/// What is to be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// It becomes a placeholder of this kind.
    Secret(super::Kind),
    /// A word of a placeholder that nobody here wrote.
    Forged,
}

impl Finding {
    pub(super) fn secret(range: Range<usize>, kind: super::Kind) -> Self {
        let what = What::Secret(kind);
        Self { range, what }
    }
}

/// Bytes by which a value is judged. What is longer is gone through to its end only once it is known for a secret: or
/// a text of many beginnings would be gone through from each of them.
pub(super) const JUDGED: usize = 128;

/// A view of the whole text. Places beyond its end hold NUL.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) str: &'a str,
    pub(super) bytes: &'a [u8],
}

impl<'a> Text<'a> {
    pub(super) fn new(str: &'a str) -> Self {
        let bytes = str.as_bytes();
        Self { str, bytes }
    }

    /// The byte there.
    pub(super) fn at(self, place: usize) -> u8 {
        self.bytes.get(place).copied().unwrap_or(0)
    }

    /// The byte before.
    pub(super) fn before(self, place: usize) -> u8 {
        place.checked_sub(1).map_or(0, |before| self.at(before))
    }

    /// The bytes there, as far as there are any.
    pub(super) fn slice(self, range: Range<usize>) -> &'a [u8] {
        let end = range.end.min(self.bytes.len());
        &self.bytes[range.start.min(end)..end]
    }

    /// Whether these bytes stand there, in whatever case.
    pub(super) fn says(self, place: usize, word: &[u8]) -> bool {
        self.slice(place..place.saturating_add(word.len()))
            .eq_ignore_ascii_case(word)
    }

    /// The end of what is all of `class` from `from` on, `most` bytes at most.
    pub(super) fn run(self, from: usize, most: usize, class: impl Fn(u8) -> bool) -> usize {
        let rest = self.slice(from..from.saturating_add(most));
        from + rest
            .iter()
            .position(|byte| !class(*byte))
            .unwrap_or(rest.len())
    }

    /// The same, ended before a character that `most` cuts through: what is judged by its beginning.
    pub(super) fn head(self, from: usize, class: impl Fn(u8) -> bool) -> usize {
        let mut end = self.run(from, JUDGED, class);
        while !self.str.is_char_boundary(end) {
            end -= 1;
        }
        end
    }

    /// The start of what is all of `class` up to `to`, `most` bytes at most.
    pub(super) fn run_back(self, to: usize, most: usize, class: impl Fn(u8) -> bool) -> usize {
        let rest = self.slice(to.saturating_sub(most)..to);
        to - rest
            .iter()
            .rev()
            .position(|byte| !class(*byte))
            .unwrap_or(rest.len())
    }

    /// Past blanks and tabs.
    pub(super) fn skip_blanks(self, from: usize) -> usize {
        self.run(from, 64, is_blank)
    }

    /// Whether a word may begin here: no letter or digit stands before, unless it is that of an escape such as `\n`.
    pub(super) fn begins_word(self, place: usize) -> bool {
        let before = self.before(place);
        !(before.is_ascii_alphanumeric() || before == b'_')
            || (matches!(before, b'n' | b'r' | b't') && place > 1 && self.at(place - 2) == b'\\')
            || self.is_escaped(place)
    }

    /// Whether `%XX` stands before.
    fn is_escaped(self, place: usize) -> bool {
        let escape = self.slice(place.saturating_sub(3)..place);
        matches!(escape, [b'%', one, two] if one.is_ascii_hexdigit() && two.is_ascii_hexdigit())
    }

    /// Whether a line break, or the escape of one, stands there.
    pub(super) fn breaks_line(self, place: usize) -> bool {
        matches!(self.at(place), b'\n' | b'\r')
            || (self.at(place) == b'\\' && matches!(self.at(place + 1), b'n' | b'r'))
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Letters, digits and what else base64 in both its alphabets is made of.
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_beyond_either_end_hold_nothing() {
        let text = Text::new("ab");
        assert_eq!((text.at(9), text.before(0), text.before(1)), (0, 0, b'a'));
        assert_eq!(text.slice(1..99), b"b");
        assert_eq!(text.run(1, 9, |_| true), 2);
        assert_eq!(text.run_back(2, 1, |_| true), 1);
    }

    #[test]
    fn a_word_begins_after_an_escape_but_not_within_a_word() {
        for (text, place, begins) in [
            ("x ghp", 2, true),
            ("xghp", 1, false),
            ("x\\nghp", 3, true),
            ("%3Dghp", 3, true),
            ("ghp", 0, true),
        ] {
            assert_eq!(Text::new(text).begins_word(place), begins, "{text}");
        }
    }
}
