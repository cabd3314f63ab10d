//! Text with placeholders in it, each marked with the kind of secret that it stands for.

use argus_types::drafting::PlaceholderUse;
use leptos::prelude::*;

/// A part of a text: as it is, or a placeholder.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Plain(&'a str),
    Placeholder(&'a PlaceholderUse),
}

/// `text` in its parts, in order; put together they are `text` again.
fn parts<'a>(text: &'a str, placeholders: &'a [PlaceholderUse]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((at, found)) = first(rest, placeholders) {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(Part::Plain(before));
        }
        parts.push(Part::Placeholder(found));
        rest = &after[found.text.len()..];
    }
    if !rest.is_empty() {
        parts.push(Part::Plain(rest));
    }
    parts
}

fn first<'a>(
    text: &str,
    placeholders: &'a [PlaceholderUse],
) -> Option<(usize, &'a PlaceholderUse)> {
    placeholders
        .iter()
        .filter(|one| !one.text.is_empty())
        .filter_map(|one| Some((text.find(&one.text)?, one)))
        .min_by_key(|(at, _)| *at)
}

/// The text, with marks.
pub fn marked(text: &str, placeholders: &[PlaceholderUse]) -> Vec<AnyView> {
    parts(text, placeholders)
        .into_iter()
        .map(|part| match part {
            Part::Plain(text) => text.to_owned().into_any(),
            Part::Placeholder(one) => {
                let title = format!("stands for a secret: {}", one.kind);
                view! { <mark class="placeholder" title=title>{one.text.clone()}</mark> }.into_any()
            }
        })
        .collect()
}

/// Which placeholders a text has, in words.
pub fn legend(placeholders: &[PlaceholderUse]) -> Option<AnyView> {
    if placeholders.is_empty() {
        return None;
    }
    let entries = placeholders.iter().map(|one| {
        let times = if one.count == 1 {
            "once"
        } else {
            "several times"
        };
        let kind = format!(" {}, {times}", one.kind);
        view! {
            <li>
                <mark class="placeholder">{one.text.clone()}</mark>
                {kind}
            </li>
        }
    });
    Some(
        view! {
            <p class="fine">
                "Secrets that did not leave. What they are was known only while the draft was made, and is kept nowhere:"
            </p>
            <ul class="sentences" data-testid="placeholders">{entries.collect_view()}</ul>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholder(text: &str, kind: &str) -> PlaceholderUse {
        PlaceholderUse {
            text: text.to_owned(),
            kind: kind.to_owned(),
            count: 1,
        }
    }

    #[test]
    fn each_placeholder_is_found_and_no_byte_is_lost() {
        let known = [
            placeholder("<<SECRET:token:1>>", "token"),
            placeholder("<<SECRET:password:2>>", "password"),
        ];
        let text = "a<<SECRET:password:2>>ü<<SECRET:token:1>><<SECRET:token:1>> <<SECRET:x:3>>";
        let parts = parts(text, &known);
        let together: String = parts
            .iter()
            .map(|part| match part {
                Part::Plain(text) => *text,
                Part::Placeholder(one) => &one.text,
            })
            .collect();
        assert_eq!(together, text);
        let kinds: Vec<&str> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Plain(_) => None,
                Part::Placeholder(one) => Some(one.kind.as_str()),
            })
            .collect();
        assert_eq!(kinds, ["password", "token", "token"]);
    }

    #[test]
    fn a_text_without_placeholders_is_one_part() {
        assert_eq!(parts("abc", &[]), [Part::Plain("abc")]);
        assert_eq!(parts("", &[placeholder("", "x")]), []);
    }
}
