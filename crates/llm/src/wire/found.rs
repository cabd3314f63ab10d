//! The JSON in what a model said: lenient in what stands around it, and never a guess between two.

/// Why there is no JSON to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoJson {
    /// There is nothing.
    #[error("the answer is empty")]
    Empty,
    /// A thought was begun and not ended.
    #[error("the answer breaks off within the model's own thoughts")]
    OnlyThought,
    /// There is something else.
    #[error("the answer is not a JSON object")]
    NoObject,
    /// There are several.
    #[error("the answer holds more than one block of JSON")]
    Several,
}

/// What models that think put around it.
const THOUGHTS: [(&str, &str); 3] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<|channel|>analysis", "<|channel|>final<|message|>"),
];

/// The one JSON object in `text`, without thoughts before it and without a fence around it. Whether it is well formed is
/// for whoever parses it: strictly, because a key that stands twice must not mean two things.
pub fn json_of(text: &str) -> Result<&str, NoJson> {
    let text = without_thoughts(text.trim_start_matches('\u{feff}').trim())?;
    if text.is_empty() {
        return Err(NoJson::Empty);
    }
    if text.starts_with('{') {
        return Ok(text);
    }
    fenced(text)
}

fn without_thoughts(text: &str) -> Result<&str, NoJson> {
    for (begin, end) in THOUGHTS {
        if text.starts_with(begin) {
            let after = text.find(end).ok_or(NoJson::OnlyThought)? + end.len();
            return Ok(text[after..].trim());
        }
    }
    // Some servers take the beginning away and leave the end.
    match text.find("</think>") {
        Some(at) if !text.starts_with('{') => Ok(text[at + "</think>".len()..].trim()),
        _ => Ok(text),
    }
}

/// The inside of the only fenced block.
fn fenced(text: &str) -> Result<&str, NoJson> {
    const FENCE: &str = "```";
    let mut parts = text.split(FENCE);
    let _before = parts.next();
    let block = parts.next().ok_or(NoJson::NoObject)?;
    // Without an end there is no telling what is missing.
    parts.next().ok_or(NoJson::NoObject)?;
    if parts.next().is_some() {
        return Err(NoJson::Several);
    }
    let inside = block.strip_prefix("json").or(block.strip_prefix("JSON"));
    let inside = inside.unwrap_or(block).trim();
    if inside.starts_with('{') {
        Ok(inside)
    } else {
        Err(NoJson::NoObject)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_object_is_found_bare_fenced_and_behind_thoughts() {
        for text in [
            "{\"a\":1}",
            "\u{feff} \n{\"a\":1}\n",
            "```json\n{\"a\":1}\n```",
            "```\n{\"a\":1}```",
            "Here it is:\n```json\n{\"a\":1}\n```\nI hope it helps.",
            "<think>stop {\"a\":2}? No.</think>\n{\"a\":1}",
            "<think>x</think>```json\n{\"a\":1}\n```",
            "so I think.</think>{\"a\":1}",
            "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>{\"a\":1}",
        ] {
            assert_eq!(json_of(text), Ok("{\"a\":1}"), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_object_is_refused_for_what_it_is() {
        for (text, why) in [
            ("", NoJson::Empty),
            (" \n", NoJson::Empty),
            ("<think>for ever", NoJson::OnlyThought),
            ("<think></think>", NoJson::Empty),
            ("I cannot do that.", NoJson::NoObject),
            ("[1]", NoJson::NoObject),
            ("```json\n{\"a\":1}", NoJson::NoObject),
            ("```json\n[1]\n```", NoJson::NoObject),
            ("```json\n{}\n``` or ```json\n{}\n```", NoJson::Several),
        ] {
            assert_eq!(json_of(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_thought_within_a_value_is_part_of_the_value() {
        let text = "{\"a\":\"</think>\"}";
        assert_eq!(json_of(text), Ok(text));
    }

    proptest! {
        #[test]
        fn whatever_is_found_is_a_part_of_the_text_and_begins_an_object(text in ".{0,200}") {
            if let Ok(found) = json_of(&text) {
                prop_assert!(text.contains(found));
                prop_assert_eq!(found.as_bytes()[0], b'{');
            }
        }
    }
}
