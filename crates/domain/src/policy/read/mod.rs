//! From the TOML text to a [`Policy`]: every mistake at its line and column, with what to write instead.

mod check;
mod raw;
mod window;

use std::fmt;
use std::ops::Range;

use argus_types::policy::MAX_POLICY_TEXT;
use argus_types::text::is_invisible;

use super::Policy;

/// One mistake in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

/// All that is wrong with a document, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy has {} mistake(s)", .0.len())]
pub struct Mistakes(pub Vec<Mistake>);

impl Policy {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        let mut found = Found {
            text,
            mistakes: Vec::new(),
        };
        found.refuse_hidden();
        if !found.mistakes.is_empty() {
            return Err(found.in_order());
        }
        let raw: raw::Document = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                found.at(error.span().unwrap_or_default(), error.message());
                return Err(found.in_order());
            }
        };
        match check::policy(raw, &mut found) {
            policy if found.mistakes.is_empty() => Ok(policy),
            _ => Err(found.in_order()),
        }
    }
}

/// The mistakes found so far in a text.
struct Found<'t> {
    text: &'t str,
    mistakes: Vec<Mistake>,
}

impl Found<'_> {
    /// A mistake at these bytes of the text.
    fn at(&mut self, span: Range<usize>, message: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.mistakes.push(Mistake {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
        });
    }

    /// What a reader cannot see must not stand in what they decide on.
    fn refuse_hidden(&mut self) {
        if self.text.chars().count() > MAX_POLICY_TEXT {
            self.at(
                0..0,
                format!("the document is longer than {MAX_POLICY_TEXT} characters"),
            );
        }
        let hidden = self.text.char_indices().find(|(_, c)| is_invisible(*c));
        if let Some((at, c)) = hidden {
            self.at(
                at..at,
                format!(
                    "the invisible character U+{:04X} stands here; take it out (indent with spaces, end lines with \
                     a line feed alone)",
                    u32::from(c)
                ),
            );
        }
    }

    fn in_order(mut self) -> Mistakes {
        self.mistakes
            .sort_by_key(|mistake| (mistake.line, mistake.column));
        Mistakes(self.mistakes)
    }
}
