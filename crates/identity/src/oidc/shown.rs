//! Text from outside on its way into an error: short, printable, and never one of the secrets of the exchange.

/// Longest text that is passed on, in characters.
const LIMIT: usize = 200;

/// The text with its control characters replaced and its end cut.
pub(crate) fn shown(text: &str) -> String {
    let mut characters = text.trim().chars();
    let mut short: String = characters
        .by_ref()
        .take(LIMIT)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// The text, or nothing where it repeats a secret of ours: some providers echo what they were sent.
pub(crate) fn shown_without(text: Option<&str>, secrets: &[&str]) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    let leaks = secrets
        .iter()
        .any(|secret| !secret.is_empty() && text.contains(secret));
    (!leaks).then(|| shown(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_becomes_short_and_printable() {
        assert_eq!(shown("  a\r\nb\u{1b}[2J "), "a  b [2J");
        assert_eq!(shown(&"ä".repeat(300)).chars().count(), LIMIT + 1);
    }

    #[test]
    fn text_that_repeats_a_secret_is_not_shown_at_all() {
        assert_eq!(shown_without(Some("code abc is old"), &["", "abc"]), None);
        assert_eq!(
            shown_without(Some("it is old"), &["", "abc"]).as_deref(),
            Some("it is old")
        );
        assert_eq!(shown_without(Some(" "), &[]), None);
    }
}
