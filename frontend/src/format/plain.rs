//! Names and reasons that people type.

use argus_types::problem::FieldError;
use argus_types::text::PlainText;

/// A name that can be read, or what is wrong with what stands at `pointer`.
pub fn plain<const MAX: usize>(pointer: &str, text: &str) -> Result<PlainText<MAX>, FieldError> {
    let wrong = |message: String| FieldError {
        pointer: pointer.to_owned(),
        message,
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong("Give it a name.".to_owned()));
    }
    PlainText::new(text).map_err(|error| wrong(format!("The {error}.")))
}

/// What a person typed, as the API takes it; why it cannot be taken otherwise. Nothing is `None`.
pub fn typed(text: &str) -> Result<Option<PlainText<500>>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    PlainText::new(text)
        .map(Some)
        .map_err(|error| format!("The {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_something_that_can_be_read() {
        assert_eq!(plain::<60>("/name", " laptop ").unwrap().as_str(), "laptop");
        for wrong in ["", "  ", "a\u{202e}b"] {
            assert_eq!(plain::<60>("/name", wrong).unwrap_err().pointer, "/name");
        }
        let long = plain::<3>("/name", "long").unwrap_err().message;
        assert_eq!(long, "The text is longer than 3 characters.");
    }
}
