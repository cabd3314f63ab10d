//! Placeholders: how one is written, found, and taken from whoever writes one that stands for nothing.
//!
//! The grammar is `<<SECRET:KIND:NUMBER>>`, kind and number as they come out of [`Kind`] and one request. Text that
//! comes in and looks like one becomes `<<FORGED:KIND:NUMBER>>`: nothing stands behind it, and nothing in it is looked
//! at again.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::kind::Kind;

/// What every placeholder begins with.
const OPEN: &str = "<<SECRET:";
/// Digits of a number, so that no secret fits in.
const DIGITS: usize = 7;

/// A placeholder in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it stands for.
    pub kind: Kind,
    /// Which one of its request, from 1 on.
    pub number: usize,
}

/// The placeholder of a secret.
pub(super) fn write(kind: Kind, number: usize) -> String {
    format!("{OPEN}{}:{number}>>", kind.name())
}

/// Every placeholder in `text`, in order.
pub fn placeholders(text: &str) -> impl Iterator<Item = Placeholder> {
    text.match_indices(OPEN)
        .filter_map(|(start, _)| parse(text, start))
}

/// Whether `text` holds a placeholder, or what somebody may have meant for one: in another case, with blanks or
/// invisible characters in it, or cut off at its beginning. Such text belongs into no field that is carried out.
pub fn carries_placeholder(text: &str) -> bool {
    let plain: String = text
        .nfkc()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .collect();
    plain.contains("<<secret")
        || Kind::ALL.into_iter().any(|kind| {
            let named = format!("secret:{}:", kind.name());
            plain
                .match_indices(&named)
                .any(|(at, _)| plain[at + named.len()..].starts_with(|c: char| c.is_ascii_digit()))
        })
}

/// Characters that show nothing, in the ranges that stand between letters unseen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// What replaces the word of a placeholder that came in: as long as the word.
pub(super) const FORGED_WORD: &str = "FORGED";

/// A `<<` that is about placeholders.
pub(super) struct Claim {
    /// Where it begins.
    pub(super) start: usize,
    /// The word that says so.
    pub(super) word: Range<usize>,
    /// Up to here it is all about the placeholder, and nothing in it is looked at.
    pub(super) end: usize,
}

/// What the `<<` at `start` claims, in whatever case and with up to three blanks.
pub(super) fn claim(text: &str, start: usize) -> Option<Claim> {
    let bytes = text.as_bytes();
    let blanks = bytes[start + 2..]
        .iter()
        .take(3)
        .take_while(|byte| **byte == b' ')
        .count();
    let word = start + 2 + blanks..start + 2 + blanks + FORGED_WORD.len();
    let named = bytes.get(word.clone())?;
    if !named.eq_ignore_ascii_case(b"SECRET") && !named.eq_ignore_ascii_case(FORGED_WORD.as_bytes())
    {
        return None;
    }
    let end = text
        .get(word.end..)
        .and_then(rest)
        .map_or(word.end, |(.., length)| word.end + length);
    Some(Claim { start, word, end })
}

fn parse(text: &str, start: usize) -> Option<Placeholder> {
    let from = start + OPEN.len() - 1;
    let (kind, number, length) = rest(text.get(from..)?)?;
    let range = start..from + length;
    Some(Placeholder {
        range,
        kind,
        number,
    })
}

/// `:KIND:NUMBER>>` and its length.
fn rest(text: &str) -> Option<(Kind, usize, usize)> {
    let (kind, number) = Kind::ALL.into_iter().find_map(|kind| {
        let number = text.strip_prefix(':')?.strip_prefix(kind.name())?;
        Some((kind, number.strip_prefix(':')?))
    })?;
    let digits = number
        .bytes()
        .take(DIGITS + 1)
        .take_while(u8::is_ascii_digit)
        .count();
    if digits > DIGITS || !number[digits..].starts_with(">>") {
        return None;
    }
    let length = text.len() - number.len() + digits + 2;
    Some((kind, number[..digits].parse().ok()?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_found_again() {
        let text = format!("a {} b {}", write(Kind::Token, 7), write(Kind::Key, 12));
        let found: Vec<_> = placeholders(&text).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(&text[found[0].range.clone()], "<<SECRET:token:7>>");
        assert_eq!((found[1].kind, found[1].number), (Kind::Key, 12));
    }

    #[test]
    fn what_is_almost_one_is_none_but_still_refused_where_things_are_carried_out() {
        for text in [
            "<<SECRET:token:>>",
            "<<SECRET:tokens:1>>",
            "<<SECRET:token:12345678>>",
            "<<secret:token:1>>",
            "<< SECRET:token:1 >>",
            "<<SEC\u{200b}RET:token:1>>",
            "\u{ff1c}\u{ff1c}SECRET:token:1>>",
            "SECRET:token:1>>",
        ] {
            assert_eq!(placeholders(text).count(), 0, "{text}");
            assert!(carries_placeholder(text), "{text}");
        }
    }

    #[test]
    fn ordinary_text_carries_none() {
        for text in [
            "",
            "web-01",
            "cat <<EOF",
            "a << secrecy",
            "1 << 2",
            "the secret: token 1",
            "\u{2764} <b>",
        ] {
            assert!(!carries_placeholder(text), "{text}");
        }
    }
}
