//! Text that is sent to Proxmox as it stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PlainText, TextError};

/// A [`PlainText`] that an action writes into the cluster. It holds no placeholder: whoever drafted it (a model above
/// all) left something open, or was shown a secret's stand-in, and neither may reach a guest's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParameterText<const MAX: usize>(PlainText<MAX>);

impl<const MAX: usize> ParameterText<MAX> {
    /// Accepts `text` as it is, or says why not.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = PlainText::new(text)?;
        match placeholder(text.as_str()) {
            Some(found) => Err(TextError::Placeholder(found.to_owned())),
            None => Ok(Self(text)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What stands before and after a placeholder's name: those of templates, and those of redacted secrets, ours first.
const BRACKETS: [(&str, &str); 6] = [
    ("${", "}"),
    ("{{", "}}"),
    ("<", ">"),
    ("<<SECRET", ">>"),
    ("[REDACTED", "]"),
    ("\u{27e6}", "\u{27e7}"),
];

/// Longest name between the brackets, in bytes; what is longer is text that happens to have both.
const LONGEST_NAME: usize = 60;

/// The first placeholder in `text`, with its brackets, such as `${NAME}`, `{{ name }}`, `<VMID>` or `[REDACTED]`.
///
/// Angle brackets also stand around the markup that Proxmox shows in notes, so they count only around a name in
/// capitals.
pub fn placeholder(text: &str) -> Option<&str> {
    let found = BRACKETS.into_iter().filter_map(|pair| first(text, pair));
    found.min_by_key(|(start, _)| *start).map(|(_, name)| name)
}

fn first<'a>(text: &'a str, (open, close): (&str, &str)) -> Option<(usize, &'a str)> {
    text.match_indices(open).find_map(|(start, _)| {
        let inside = &text[start + open.len()..];
        let length = inside.find(close)?;
        let name = &inside[..length];
        let is_one = name.len() <= LONGEST_NAME && (open != "<" || is_in_capitals(name));
        let end = start + open.len() + length + close.len();
        is_one.then(|| (start, &text[start..end]))
    })
}

/// `VMID`, `NEW_NAME`; not `b`, nor `B`, which is markup.
fn is_in_capitals(name: &str) -> bool {
    let mut characters = name.chars();
    name.len() > 1
        && characters.next().is_some_and(|c| c.is_ascii_uppercase())
        && characters.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "_- ".contains(c))
}

impl<const MAX: usize> TryFrom<String> for ParameterText<MAX> {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl<const MAX: usize> From<ParameterText<MAX>> for String {
    fn from(text: ParameterText<MAX>) -> Self {
        text.0.into()
    }
}

impl<const MAX: usize> fmt::Display for ParameterText<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// On the wire it looks like any text.
#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use super::{ParameterText, PlainText};

    impl<const MAX: usize> schemars::JsonSchema for ParameterText<MAX> {
        fn inline_schema() -> bool {
            true
        }
        fn schema_name() -> Cow<'static, str> {
            format!("ParameterText{MAX}").into()
        }
        fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
            PlainText::<MAX>::json_schema(generator)
        }
    }

    impl<const MAX: usize> utoipa::PartialSchema for ParameterText<MAX> {
        fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
            PlainText::<MAX>::schema()
        }
    }

    impl<const MAX: usize> utoipa::ToSchema for ParameterText<MAX> {
        fn name() -> Cow<'static, str> {
            format!("ParameterText{MAX}").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_something_else_is_refused_and_named() {
        for (text, found) in [
            ("before ${UPDATE}", "${UPDATE}"),
            ("for {{ guest.name }}, then", "{{ guest.name }}"),
            ("move <VMID> to <NODE>", "<VMID>"),
            ("key <<SECRET:token:1>>", "<<SECRET:token:1>>"),
            ("key [REDACTED:token:1]", "[REDACTED:token:1]"),
            ("key \u{27e6}token 1\u{27e7}", "\u{27e6}token 1\u{27e7}"),
            ("<b>bold</b> <NEW_NAME>", "<NEW_NAME>"),
        ] {
            assert_eq!(
                ParameterText::<100>::new(text),
                Err(TextError::Placeholder(found.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn markup_and_loose_brackets_are_ordinary_text() {
        for text in [
            "<b>bold</b> and <B>bold</B>",
            "costs $5 {maybe}",
            "a < B, C > d",
            "{{ left open",
            "[link](https://example.org)",
            "",
        ] {
            assert!(ParameterText::<100>::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn it_is_held_to_all_that_plain_text_is_held_to() {
        assert_eq!(ParameterText::<2>::new("abc"), Err(TextError::TooLong(2)));
        assert_eq!(
            ParameterText::<9>::new("a\u{202e}"),
            Err(TextError::Invisible('\u{202e}'))
        );
    }
}
