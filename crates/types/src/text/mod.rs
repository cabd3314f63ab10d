//! Text that a person may be shown as it is.

mod parameter;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use parameter::{ParameterText, placeholder};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// Longer than the type allows; the limit in characters.
    TooLong(usize),
    /// Holds a control, bidirectional, zero-width or Unicode-tag character, which a reader cannot see.
    Invisible(char),
    /// Holds a placeholder where a value belongs.
    Placeholder(String),
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(limit) => write!(f, "text is longer than {limit} characters"),
            Self::Invisible(c) => write!(
                f,
                "text holds the invisible character U+{:04X}",
                u32::from(*c)
            ),
            Self::Placeholder(found) => {
                write!(
                    f,
                    "text holds the placeholder {found}: write what it stands for"
                )
            }
        }
    }
}

impl std::error::Error for TextError {}

/// One line or paragraph of at most `MAX` characters without anything invisible in it.
///
/// What a reviewer reads must be what is there, so characters that hide, reorder or join text are
/// refused instead of being stripped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlainText<const MAX: usize>(String);

impl<const MAX: usize> PlainText<MAX> {
    /// Accepts `text` as it is, or says why not.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.chars().count() > MAX {
            return Err(TextError::TooLong(MAX));
        }
        match text.chars().find(|c| is_invisible(*c)) {
            Some(c) => Err(TextError::Invisible(c)),
            None => Ok(Self(text)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a reader could not see `c`: controls (line feed apart), bidirectional marks, zero-width
/// characters, variation selectors and the tag block.
pub fn is_invisible(c: char) -> bool {
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

impl<const MAX: usize> TryFrom<String> for PlainText<MAX> {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl<const MAX: usize> From<PlainText<MAX>> for String {
    fn from(text: PlainText<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> fmt::Display for PlainText<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use super::PlainText;

    impl<const MAX: usize> schemars::JsonSchema for PlainText<MAX> {
        fn inline_schema() -> bool {
            true
        }
        fn schema_name() -> Cow<'static, str> {
            format!("PlainText{MAX}").into()
        }
        fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({ "type": "string", "maxLength": MAX })
        }
    }

    impl<const MAX: usize> utoipa::PartialSchema for PlainText<MAX> {
        fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
            utoipa::openapi::ObjectBuilder::new()
                .schema_type(utoipa::openapi::schema::Type::String)
                .max_length(Some(MAX))
                .into()
        }
    }

    impl<const MAX: usize> utoipa::ToSchema for PlainText<MAX> {
        fn name() -> Cow<'static, str> {
            format!("PlainText{MAX}").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_words_of_any_language_are_accepted() {
        for text in ["vor dem Update", "naïve café", "第一步", "two\nlines"] {
            assert!(PlainText::<40>::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn characters_that_a_reader_cannot_see_are_refused() {
        for c in [
            '\u{202e}',
            '\u{200b}',
            '\u{e0041}',
            '\u{7}',
            '\u{feff}',
            '\u{2066}',
            '\u{fe0f}',
        ] {
            assert_eq!(
                PlainText::<40>::new(format!("a{c}b")),
                Err(TextError::Invisible(c))
            );
        }
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert!(PlainText::<3>::new("äöü").is_ok());
        assert_eq!(PlainText::<3>::new("abcd"), Err(TextError::TooLong(3)));
    }
}
