//! Where in a request a value is said.

use crate::builtin::amount::{self, Amount};
use crate::builtin::text::{self, Text, Token};
use crate::drafted::Span;

/// The words of a request and their places.
pub(crate) struct Spoken(Text);

impl Spoken {
    /// Reads a request; nothing is said by one that cannot be read.
    pub fn of(request: &str) -> Self {
        Self(text::tokens(request).unwrap_or_default())
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.0.tokens.is_empty()
    }

    /// The first word or quoted text that is this one, whatever its case.
    pub fn word(&self, wanted: &str) -> Option<Span> {
        let wanted = wanted.to_lowercase();
        self.first(|rest| match rest.first()? {
            Token::Word { text, .. } | Token::Quoted(text) if text.to_lowercase() == wanted => {
                Some(1)
            }
            _ => None,
        })
    }

    /// The first amount of so many MiB.
    pub fn size(&self, mib: u64) -> Option<Span> {
        self.amount(Amount::Size(mib))
    }

    /// The first number without a unit.
    pub fn number(&self, number: u64) -> Option<Span> {
        self.amount(Amount::Bare(number))
    }

    fn amount(&self, wanted: Amount) -> Option<Span> {
        self.first(|rest| {
            let (amount, _, length) = amount::read(rest)?;
            (amount == wanted).then_some(length)
        })
    }

    /// The first place at which `read` takes some tokens.
    fn first(&self, read: impl Fn(&[Token]) -> Option<usize>) -> Option<Span> {
        let Text { tokens, spans } = &self.0;
        (0..tokens.len()).find_map(|at| {
            let length = read(&tokens[at..])?;
            Some(Span {
                start: spans[at].start,
                end: spans[(at + length).min(spans.len()) - 1].end,
            })
        })
    }
}
