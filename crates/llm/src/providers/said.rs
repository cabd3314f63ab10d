//! A provider's own words, made fit to be shown.

use std::fmt;

/// Longest text that is kept, in characters.
const LONGEST: usize = 300;

/// What a provider says of a failure: one line, short, without characters that cannot be seen. It is still not to be
/// believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said(String);

impl Said {
    /// Cleans `text`.
    pub fn of(text: &str) -> Self {
        let mut out = String::new();
        let visible = text
            .chars()
            .map(|one| if one.is_whitespace() { ' ' } else { one });
        for one in visible.filter(|one| !is_invisible(*one)) {
            if out.chars().count() == LONGEST {
                out.push('…');
                break;
            }
            if one != ' ' || !out.ends_with(' ') {
                out.push(one);
            }
        }
        Self(out.trim().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Control characters, and those that only change how others are read.
fn is_invisible(one: char) -> bool {
    one.is_control()
        || matches!(one,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// As a clause of its own after an error's text, or nothing.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            Ok(())
        } else {
            write!(f, ": {:?}", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_one_short_visible_line() {
        let said = Said::of("a\n\tb\u{202e}c\u{1b}[31m \u{e0041}d");
        assert_eq!(said.as_str(), "a bc[31m d");
        let long = Said::of(&"x".repeat(1_000_000));
        assert_eq!(long.as_str().chars().count(), LONGEST + 1);
        assert!(long.as_str().ends_with('…'));
    }

    #[test]
    fn nothing_said_adds_nothing() {
        assert_eq!(format!("failed{}", Said::of(" \n")), "failed");
        assert_eq!(format!("failed{}", Said::of("why")), "failed: \"why\"");
    }
}
