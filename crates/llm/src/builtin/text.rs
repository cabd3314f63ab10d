//! From raw text to tokens: normalised (NFKC), bounded, and refused where it hides something.

use unicode_normalization::UnicodeNormalization;

use crate::drafted::Span;

/// Most characters of a request.
const LONGEST: usize = 2000;

/// Why a text is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("the request is longer than {LONGEST} characters; ask for less at a time")]
    TooLong,
    #[error("the request holds the invisible character U+{:04X}; type it again without it", u32::from(*.0))]
    Invisible(char),
}

/// How a token ties what is before it to what is after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A comma or an ampersand: a list or a sequence goes on.
    Comma,
    /// The end of a sentence.
    Stop,
}

/// One piece of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word: as written, and in lower case for comparing.
    Word { text: String, low: String },
    /// Text in quotation marks: always a name.
    Quoted(String),
    /// Punctuation that separates.
    Mark(Mark),
    /// Anything else; never meaningless.
    Symbol(char),
}

impl Token {
    /// What a person would recognise in a message.
    pub fn shown(&self) -> String {
        match self {
            Self::Word { text, .. } | Self::Quoted(text) => text.clone(),
            Self::Mark(Mark::Comma) => ",".to_owned(),
            Self::Mark(Mark::Stop) => ".".to_owned(),
            Self::Symbol(c) => c.to_string(),
        }
    }
}

/// The tokens of a request, and where each stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub tokens: Vec<Token>,
    /// One for each token.
    pub spans: Vec<Span>,
}

/// Normalised tokens of a request.
pub(super) fn tokens(request: &str) -> Result<Text, Unreadable> {
    if request.chars().count() > LONGEST {
        return Err(Unreadable::TooLong);
    }
    let text: Vec<char> = request.nfkc().collect();
    // Looked for on both sides: normalising can make such a character and can take one away.
    let hidden = |c: &char| is_invisible(*c);
    if let Some(c) = request
        .chars()
        .find(|c| hidden(c))
        .or_else(|| text.iter().copied().find(hidden))
    {
        return Err(Unreadable::Invisible(c));
    }
    if text.len() > LONGEST {
        return Err(Unreadable::TooLong);
    }
    Ok(split(&text))
}

fn split(text: &[char]) -> Text {
    let mut found = Text::default();
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        let rest = &text[at..];
        let before = found.tokens.len();
        let length = piece(
            c,
            rest,
            at == 0 || text[at - 1].is_whitespace(),
            &mut found.tokens,
        );
        if found.tokens.len() > before {
            found.spans.push(Span {
                start: at,
                end: at + length,
            });
        }
        at += length;
    }
    found
}

/// Reads what begins with `c`, at most one token; `free` where nothing touches it from the left.
fn piece(c: char, rest: &[char], free: bool, tokens: &mut Vec<Token>) -> usize {
    match c {
        // `+2 cores` is one word; `a+b` is a list.
        '+' if free && rest.get(1).is_some_and(char::is_ascii_digit) => {
            1 + word(&rest[1..], "+", tokens)
        }
        '\n' | ';' | '!' | '?' | '.' | ':' => {
            tokens.push(Token::Mark(Mark::Stop));
            1
        }
        ',' | '&' | '+' => {
            tokens.push(Token::Mark(Mark::Comma));
            1
        }
        // `web-01 (qemu 101)` is how Argus itself writes a guest, `#101` how people do.
        '(' | ')' => 1,
        '#' if rest.get(1).is_some_and(char::is_ascii_digit) => 1,
        c if c.is_whitespace() => 1,
        c if closing(c).is_some() => quoted(rest, tokens),
        c if is_word(c) => word(rest, "", tokens),
        c => {
            tokens.push(Token::Symbol(c));
            1
        }
    }
}

fn word(rest: &[char], sign: &str, tokens: &mut Vec<Token>) -> usize {
    let mut length = 0;
    while let Some(&c) = rest.get(length) {
        let joins =
            matches!(c, '.' | '\'' | '’') && rest.get(length + 1).copied().is_some_and(is_word);
        if !is_word(c) && !joins {
            break;
        }
        length += 1;
    }
    let text: String = sign
        .chars()
        .chain(rest[..length].iter().copied())
        .map(|c| if c == '’' { '\'' } else { c })
        .collect();
    let low = text.to_lowercase();
    tokens.push(Token::Word { text, low });
    length
}

fn quoted(rest: &[char], tokens: &mut Vec<Token>) -> usize {
    let Some((&open, inside)) = rest.split_first() else {
        return 1;
    };
    let end = closing(open)
        .and_then(|close| inside.iter().position(|c| close.contains(c) || *c == '\n'))
        .filter(|end| inside[*end] != '\n');
    if let Some(end) = end {
        tokens.push(Token::Quoted(
            inside[..end].iter().collect::<String>().trim().to_owned(),
        ));
        end + 2
    } else {
        tokens.push(Token::Symbol(open));
        1
    }
}

fn closing(open: char) -> Option<&'static [char]> {
    Some(match open {
        '"' => &['"'],
        '“' => &['”', '“'],
        '„' => &['“', '”', '"'],
        '\'' => &['\''],
        '‘' => &['’'],
        '‚' => &['‘', '’'],
        '«' => &['»'],
        '»' => &['«'],
        '`' => &['`'],
        _ => return None,
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '/')
}

/// Characters that a reader cannot see; the same set as the contract refuses in every text.
pub(crate) fn is_invisible(c: char) -> bool {
    if c == '\n' {
        return false;
    }
    c.is_control()
        || matches!(u32::from(c),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5
            | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
            | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB
            | 0xE0000..=0xE0FFF)
}
