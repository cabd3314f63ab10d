//! Text with placeholders in it, each marked with the kind of secret that it stands for.

use leptos::prelude::*;

use crate::api::part::Part as Read;

/// A placeholder in a text: `PlaceholderUse`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    text: String,
    kind: String,
}

impl Placeholder {
    /// Those of a body.
    pub fn all(body: Read<'_>) -> Vec<Self> {
        let read = |one: Read<'_>| Self {
            text: one.text("text"),
            kind: one.text("kind"),
        };
        body.all("placeholders").into_iter().map(read).collect()
    }
}

/// A part of a text: as it is, or a placeholder.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Plain(&'a str),
    Placeholder(&'a Placeholder),
}

/// `text` in its parts, in order; put together they are `text` again.
fn parts<'a>(text: &'a str, placeholders: &'a [Placeholder]) -> Vec<Part<'a>> {
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

fn first<'a>(text: &str, placeholders: &'a [Placeholder]) -> Option<(usize, &'a Placeholder)> {
    placeholders
        .iter()
        .filter(|one| !one.text.is_empty())
        .filter_map(|one| Some((text.find(&one.text)?, one)))
        .min_by_key(|(at, _)| *at)
}

/// The text, with marks.
pub fn marked(text: &str, placeholders: &[Placeholder]) -> Vec<AnyView> {
    parts(text, placeholders)
        .into_iter()
        .map(|part| match part {
            Part::Plain(text) => text.to_owned().into_any(),
            Part::Placeholder(one) => mark(one),
        })
        .collect()
}

fn mark(one: &Placeholder) -> AnyView {
    let title = format!("stands for a secret: {}", one.kind);
    view! { <mark class="placeholder" title=title>{one.text.clone()}</mark> }.into_any()
}

/// Which placeholders a text has, in words.
pub fn legend(placeholders: &[Placeholder]) -> Option<AnyView> {
    if placeholders.is_empty() {
        return None;
    }
    let entries = placeholders.iter().map(|one| {
        view! {
            <li>
                {mark(one)}
                " "
                {one.kind.clone()}
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

    fn placeholder(text: &str, kind: &str) -> Placeholder {
        Placeholder {
            text: text.to_owned(),
            kind: kind.to_owned(),
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
    fn placeholders_are_read_as_the_contract_writes_them() {
        let body = argus_types::drafting::Body {
            sha256: String::new(),
            bytes: 0,
            text: None,
            base64: None,
            placeholders: vec![argus_types::drafting::PlaceholderUse {
                text: "<<SECRET:token:1>>".to_owned(),
                kind: "token".to_owned(),
                count: 2,
            }],
        };
        let body = serde_json::to_value(body).unwrap();
        let read = Placeholder::all(Read(&body));
        assert_eq!(read, [placeholder("<<SECRET:token:1>>", "token")]);
    }

    #[test]
    fn a_text_without_placeholders_is_one_part() {
        assert_eq!(parts("abc", &[]), [Part::Plain("abc")]);
        assert_eq!(parts("", &[placeholder("", "x")]), []);
    }
}
