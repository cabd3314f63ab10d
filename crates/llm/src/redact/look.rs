//! What a value looks like, without knowing what it is called.

/// Bytes that are looked at: what is longer is judged by its beginning.
const ENOUGH: usize = 128;

/// Whether it stands for a value elsewhere, or for none: a variable, a mask, a word that says "nothing here".
pub(super) fn is_no_value(value: &str) -> bool {
    let bytes = value.as_bytes();
    let Some(first) = bytes.first() else {
        return true;
    };
    let masked = |mask: &[u8]| bytes.iter().all(|byte| mask.contains(byte));
    let variable = match first {
        b'$' => {
            matches!(bytes.get(1), Some(b'{' | b'(' | b'A'..=b'Z' | b'_')) && is_variable(bytes)
        }
        b'{' => !value.starts_with("{SSHA") && !value.starts_with("{CRYPT}"),
        b'%' => matches!(bytes.get(1), Some(b's' | b'(' | b'v' | b'd')) && bytes.len() < 16,
        b'<' | b'[' | b'(' => true,
        _ => false,
    };
    variable
        || masked(b"*.-_?#")
        || masked(b"xX")
        || NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word))
        || value.starts_with('\u{2026}')
        || value.starts_with('\u{2022}')
}

fn is_variable(bytes: &[u8]) -> bool {
    match bytes.get(1) {
        Some(b'{' | b'(') => true,
        _ => bytes[1..]
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_'),
    }
}

/// What stands in the place of a value that is none.
const NOTHING: &[&str] = &[
    "none",
    "null",
    "nil",
    "undef",
    "undefined",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "ja",
    "nein",
    "n/a",
    "hidden",
    "redacted",
    "masked",
    "unset",
    "empty",
    "enabled",
    "disabled",
    "required",
    "optional",
    "unchanged",
    "unknown",
    "default",
    "string",
    "text",
    "object",
    "stdin",
    "prompt",
    "ask",
    "keep",
    "!vault",
    "!secret",
];

/// Words that follow "password:" in messages, of which none is one.
const PROSE: &[&str] = &[
    "a",
    "accepted",
    "again",
    "an",
    "and",
    "are",
    "at",
    "auth",
    "authentication",
    "by",
    "cannot",
    "change",
    "changed",
    "check",
    "correct",
    "could",
    "created",
    "deleted",
    "denied",
    "do",
    "error",
    "expired",
    "expires",
    "failed",
    "failure",
    "for",
    "from",
    "has",
    "have",
    "in",
    "incorrect",
    "invalid",
    "is",
    "it",
    "mismatch",
    "missing",
    "must",
    "never",
    "new",
    "not",
    "of",
    "ok",
    "or",
    "please",
    "removed",
    "reset",
    "see",
    "set",
    "stored",
    "success",
    "successful",
    "the",
    "this",
    "to",
    "too",
    "try",
    "unable",
    "updated",
    "use",
    "user",
    "valid",
    "was",
    "will",
    "with",
    "wrong",
    "you",
    "your",
    "abgelaufen",
    "falsch",
    "ist",
    "nicht",
    "siehe",
    "wurde",
    "im",
    "in",
    "per",
    "beim",
    "bei",
    "vom",
    "und",
    "oder",
    "steht",
    "liegt",
    "kommt",
    "wird",
    "rotated",
    "given",
    "kept",
    "lives",
];

/// Whether it goes on like a sentence.
pub(super) fn is_prose(value: &str) -> bool {
    let word = value.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    PROSE.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether it is a file's place, not a secret itself.
pub(super) fn is_path(value: &str) -> bool {
    let relative = value.strip_prefix("file:").unwrap_or(value);
    let rooted = ["/", "./", "../", "~/"]
        .iter()
        .any(|root| relative.starts_with(root));
    rooted
        && relative.bytes().filter(|byte| *byte == b'/').count() > 1
        && relative.split('/').all(|part| !is_random(part, 16))
}

/// Whether it has only digits and what stands between digits: numbers, dates, addresses, versions.
pub(super) fn is_numeric(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".:/-+,%".contains(&byte))
}

/// `8-4-4-4-12` hexadecimal digits.
pub(super) fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Only hexadecimal digits, with the marks that stand between them.
pub(super) fn is_hex(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'-')
}

/// Whether letters meet digits or signs, as in what people choose when they must choose well.
pub(super) fn is_mixed(value: &str) -> bool {
    let bytes = head(value);
    let letters = bytes.iter().any(u8::is_ascii_alphabetic) || !value.is_ascii();
    let digits = bytes.iter().any(u8::is_ascii_digit);
    let signs = bytes.iter().any(|byte| b"!@#$%^&*+=?~".contains(byte));
    let inner_capital = bytes
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    bytes.len() >= 6 && letters && (digits || signs || (inner_capital && bytes.len() >= 12))
}

/// Whether nobody would have written it by hand: `least` characters or more, of several kinds that take turns.
pub(super) fn is_random(value: &str, least: usize) -> bool {
    let bytes = head(value);
    bytes.len() >= least && Turns::of(bytes).are_random()
}

/// How often a text changes between small letters, capitals and digits.
#[derive(Default)]
pub(super) struct Turns {
    lower: u32,
    upper: u32,
    digits: u32,
    pairs: u32,
    changes: u32,
}

impl Turns {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut turns = Self::default();
        let mut last = 0;
        for byte in bytes {
            let class = match byte {
                b'a'..=b'z' => 1,
                b'A'..=b'Z' => 2,
                b'0'..=b'9' => 3,
                _ => 0,
            };
            turns.lower += u32::from(class == 1);
            turns.upper += u32::from(class == 2);
            turns.digits += u32::from(class == 3);
            turns.pairs += u32::from(class != 0 && last != 0);
            turns.changes += u32::from(class != 0 && last != 0 && class != last);
            last = class;
        }
        turns
    }

    /// Of even characters 62 of 100 neighbours differ in kind, with a deviation of 8 in 40; in names and words fewer
    /// than 35 do.
    pub(super) fn are_random(&self) -> bool {
        let needed = if self.digits > 0 { 40 } else { 45 };
        self.lower >= 2 && self.upper >= 2 && self.changes * 100 >= self.pairs * needed
    }
}

fn head(value: &str) -> &[u8] {
    &value.as_bytes()[..value.len().min(ENOUGH)]
}
