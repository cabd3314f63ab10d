//! From a name to its value: what stands between them, and where the value ends.

use std::ops::Range;

use super::text::{JUDGED, Text, is_blank};

/// What stands between a name and its value, and so how much the value's look must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// A sign that means "is": `=`, `:`, an XML tag, a column of a table.
    Sign,
    /// An option of a command line and a blank.
    Option,
    /// A verb, as in `the password is x`, or whose it is.
    Verb,
    /// Nothing but a blank.
    Blank,
}

/// A value as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) link: Link,
    /// Whether it stood in quotes, so that its end is certain.
    pub(super) quoted: bool,
    /// Whether signs that end values elsewhere may be in it.
    wide: bool,
}

/// Quotes that open a value, with the text that closes it.
const QUOTES: [&[u8]; 5] = [b"\\\"", b"\"", b"'", b"`", b"\\'"];
/// What is between the columns of a table that a terminal draws.
const COLUMN: &[u8] = "\u{2502}".as_bytes();
/// Verbs between a name and its value.
const VERBS: [&str; 9] = [
    "is now",
    "set to",
    "changed to",
    "is",
    "was",
    "ist",
    "lautet",
    "auf",
    "to",
];
/// Longest remark between a name and its sign, as in `password (root): x`.
const REMARK: usize = 40;

/// The value of the name at `name`.
///
/// Only signs and options are looked for where `spoken` is false.
pub(super) fn of_name(text: Text<'_>, name: &Range<usize>, spoken: bool) -> Option<Value> {
    let (link, from) = link(text, name, spoken)?;
    let mut from = text.skip_blanks(from);
    // Pretty-printed and YAML values may begin on the next line, but only quoted ones are certain to belong here.
    if link == Link::Sign && text.breaks_line(from) {
        let next = text.run(from, 64, |byte| {
            is_blank(byte) || matches!(byte, b'\n' | b'\r')
        });
        if !matches!(text.at(next), b'"' | b'\'') || text.at(name.end) != text.at(next) {
            return None;
        }
        from = next;
    }
    Some(at(text, from, link, is_alone(text, name.start)))
}

/// The value that begins at `from`. Where its name is `alone` on its line, signs that end values elsewhere may be in it.
pub(super) fn at(text: Text<'_>, from: usize, link: Link, alone: bool) -> Value {
    for quote in QUOTES {
        if text.slice(from..from + quote.len()) == quote
            && let Some(range) = quoted(text, from + quote.len(), quote)
        {
            return Value {
                range,
                link,
                quoted: true,
                wide: false,
            };
        }
    }
    let from = text.run(from, 1, |byte| matches!(byte, b'"' | b'\'' | b'`'));
    let wide = alone || matches!(link, Link::Verb | Link::Blank) || text.before(from) == b' ';
    let end = text.head(
        from,
        |byte| if wide { is_wide(byte) } else { is_narrow(byte) },
    );
    let end = past_backslashes(text, end, wide, from + JUDGED);
    let mut value = Value {
        range: from..end,
        link,
        quoted: false,
        wide,
    };
    value.range.end = value.trimmed(text);
    value
}

impl Value {
    /// All of it: it was gone through only as far as it is judged.
    pub(super) fn whole(&self, text: Text<'_>) -> Range<usize> {
        if self.quoted || self.range.len() + 8 < JUDGED {
            return self.range.clone();
        }
        let class = |byte| {
            if self.wide {
                is_wide(byte)
            } else {
                is_narrow(byte)
            }
        };
        let end = text.run(self.range.end, usize::MAX, class);
        let end = past_backslashes(text, end, self.wide, usize::MAX);
        let range = self.range.start..end;
        let all = Self {
            range,
            ..self.clone()
        };
        self.range.start..all.trimmed(text)
    }

    /// Where it ends without what belongs to the text around it.
    fn trimmed(&self, text: Text<'_>) -> usize {
        let Range { start, end } = self.range;
        if self.wide {
            trimmed(text, start, before_next_pair(text, start, end))
        } else {
            end
        }
    }
}

/// Bytes of a value that has its line for itself.
fn is_wide(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'`' | b'\\')
}

/// Bytes of a value among others on a line.
fn is_narrow(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"\"'`,;&)]}<>|\\".contains(&byte)
}

/// A backslash belongs to the value unless it begins the escape of a quote or of a line break.
fn past_backslashes(text: Text<'_>, mut end: usize, wide: bool, most: usize) -> usize {
    while end < most
        && text.at(end) == b'\\'
        && !matches!(text.at(end + 1), b'n' | b'r' | b't' | b'"' | b'\\')
    {
        end = text.head(
            end + 1,
            |byte| if wide { is_wide(byte) } else { is_narrow(byte) },
        );
    }
    end
}

/// Up to `&name=` or `,name=`, where another value begins.
fn before_next_pair(text: Text<'_>, from: usize, end: usize) -> usize {
    let mut place = from + 1;
    while place < end {
        place = text.run(place, end - place, |byte| !matches!(byte, b'&' | b','));
        let name = text.run(place + 1, 32, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'_'
        });
        if name > place + 1 && name < end && text.at(name) == b'=' {
            return place;
        }
        place += 1;
    }
    end
}

/// Without the signs that end a clause.
fn trimmed(text: Text<'_>, from: usize, end: usize) -> usize {
    let kept = text.run_back(end, 4, |byte| b".,;:)]}'*_".contains(&byte));
    if kept > from { kept } else { end }
}

/// What stands before the closing quote, which must come before the line's end.
fn quoted(text: Text<'_>, from: usize, quote: &[u8]) -> Option<Range<usize>> {
    let mut place = from;
    let closes = *quote.last()?;
    while place < text.bytes.len() {
        place = text.run(place, usize::MAX, |byte| {
            byte != closes && !matches!(byte, b'\\' | b'\n' | b'\r')
        });
        match text.at(place) {
            byte if byte == closes && quote.len() == 1 => return Some(from..place),
            b'\\' if quote.len() == 2 && text.at(place + 1) == closes => return Some(from..place),
            b'\\' => place += 2,
            byte if byte == closes => return None,
            _ => return None,
        }
    }
    None
}

/// What links the name to a value, and where that may begin.
fn link(text: Text<'_>, name: &Range<usize>, spoken: bool) -> Option<(Link, usize)> {
    let closed = text.run(name.end, 4, |byte| b"\"'`\\*]}".contains(&byte));
    let mut place = text.skip_blanks(closed);
    if text.at(place) == b'(' {
        let inside = text.run(place + 1, REMARK, |byte| !matches!(byte, b')' | b'\n'));
        if text.at(inside) == b')' {
            place = text.skip_blanks(inside + 1);
        }
    }
    if let Some(after) = sign(text, name, place) {
        return Some((Link::Sign, after));
    }
    if place == closed || closed != name.end {
        return None;
    }
    if text.at(name.start) == b'-' {
        return Some((Link::Option, place));
    }
    if !spoken {
        return None;
    }
    if let Some(after) = whose(text, place) {
        return Some((Link::Verb, after));
    }
    let verb = VERBS.iter().find(|verb| {
        text.says(place, verb.as_bytes()) && matches!(text.at(place + verb.len()), b' ' | b':')
    });
    let Some(verb) = verb else {
        // Switches write the kind of what follows as a digit.
        let kind = text.run(place, 1, |byte| byte.is_ascii_digit());
        let place = if is_blank(text.at(kind)) {
            text.skip_blanks(kind)
        } else {
            place
        };
        return Some((Link::Blank, place));
    };
    Some((
        Link::Verb,
        text.run(place + verb.len(), 1, |byte| byte == b':'),
    ))
}

fn sign(text: Text<'_>, name: &Range<usize>, place: usize) -> Option<usize> {
    let next = text.at(place + 1);
    match text.at(place) {
        b':' if next == b':' => None,
        b':' if next == b'=' => Some(place + 2),
        b':' | b'=' => Some(text.run(place, 3, |byte| matches!(byte, b':' | b'=' | b'>' | b'*'))),
        b'-' if next == b'>' => Some(place + 2),
        b'%' if text.says(place, b"%3D") || text.says(place, b"%3A") => Some(place + 3),
        b'|' => Some(place + 1),
        b'>' if matches!(text.before(name.start), b'<' | b':') => Some(place + 1),
        byte if byte == COLUMN[0] && text.slice(place..place + 3) == COLUMN => Some(place + 3),
        _ => None,
    }
}

/// Past the sign of `password for root: x`.
fn whose(text: Text<'_>, place: usize) -> Option<usize> {
    let preposition = ["for ", "of ", "f\u{fc}r ", "von "];
    let word = preposition
        .iter()
        .find(|word| text.says(place, word.as_bytes()))?;
    let end = text.run(place + word.len(), REMARK, |byte| {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || b" @._-!/".contains(&byte)
    });
    (matches!(text.at(end), b':' | b'=')).then_some(end + 1)
}

/// Whether only bullets, blanks and the like stand before it on its line.
pub(super) fn is_alone(text: Text<'_>, start: usize) -> bool {
    let before = text.run_back(start, 64, |byte| b" \t-*#>\"'`".contains(&byte));
    let at_start = |place: usize| place == 0 || matches!(text.before(place), b'\n' | b'\r');
    let word = [&b"export"[..], b"set", b"declare -x"]
        .into_iter()
        .find(|word| before >= word.len() && text.says(before - word.len(), word));
    at_start(before) || word.is_some_and(|word| at_start(before - word.len()))
}
