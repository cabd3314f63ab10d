//! A model's own words, made fit to be shown, or refused.

use crate::drafted::{Choice, Question};
use crate::lint::output::{Objection, objection};
use crate::redact::placeholders;
use crate::wire::OpenQuestion;

use super::contract::{Fault, FaultRule};

/// Most characters of one text.
const LONGEST: usize = 300;
/// Most characters of a choice.
const LONGEST_CHOICE: usize = 80;
/// Most questions of one answer, and choices of one question.
const MOST_QUESTIONS: usize = 3;
const MOST_CHOICES: usize = 8;

/// One line of at most 300 characters. Placeholders become the word for what they stand for; what else must not be shown
/// is refused.
pub(super) fn line(text: &str) -> Result<String, Objection> {
    let mut named = String::with_capacity(text.len());
    let mut done = 0;
    for found in placeholders(text) {
        named.push_str(&text[done..found.range.start]);
        named.push_str(&format!("[{}]", found.kind.name()));
        done = found.range.end;
    }
    named.push_str(&text[done..]);
    let words: Vec<&str> = named.split_whitespace().collect();
    let line = words.join(" ");
    match objection(&line) {
        Some(objection) => Err(objection),
        None if line.chars().count() > LONGEST => {
            let cut: String = line.chars().take(LONGEST).collect();
            Ok(format!("{cut}…"))
        }
        None => Ok(line),
    }
}

/// The text at a place of an answer.
pub(super) fn at(place: &str, text: &str) -> Result<String, Fault> {
    line(text).map_err(|objection| {
        Fault::new(
            place,
            FaultRule::Shown,
            format!("the text is refused: {objection}"),
        )
    })
}

/// Questions with those of their choices that `is_mere_name` takes. A choice continues the request in the person's own
/// name, so that it may say *which* and never *what to do*.
pub(super) fn questions(
    request: &str,
    open: &[OpenQuestion],
    is_mere_name: impl Fn(&str) -> bool,
) -> Result<Vec<Question>, Vec<Fault>> {
    let (mut questions, mut faults) = (Vec::new(), Vec::new());
    for (index, one) in open.iter().take(MOST_QUESTIONS).enumerate() {
        match at(&format!("/questions/{index}/text"), &one.text) {
            Err(fault) => faults.push(fault),
            Ok(text) if text.is_empty() => faults.push(Fault::new(
                format!("/questions/{index}/text"),
                FaultRule::Shown,
                "the question is empty",
            )),
            Ok(text) => {
                let choices = one.choices.iter().filter_map(|choice| {
                    let label = line(choice).ok()?;
                    let fits = (1..=LONGEST_CHOICE).contains(&label.chars().count());
                    (fits && is_mere_name(&label)).then(|| Choice {
                        request: format!("{request} ({label})"),
                        label,
                    })
                });
                questions.push(Question {
                    text,
                    choices: choices.take(MOST_CHOICES).collect(),
                });
            }
        }
    }
    if faults.is_empty() {
        Ok(questions)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_shown_by_what_they_stand_for() {
        assert_eq!(
            line("set the notes to <<SECRET:password:1>>\n as asked"),
            Ok("set the notes to [password] as asked".to_owned())
        );
        assert_eq!(line("<<SECRET:wrong:1>>"), Err(Objection::Secret));
    }

    #[test]
    fn links_markup_and_hidden_characters_are_refused_and_length_is_cut() {
        assert_eq!(line("see https://x.example"), Err(Objection::Link));
        assert_eq!(line("![a](b)"), Err(Objection::Markup));
        assert_eq!(line("a\u{202e}b"), Err(Objection::Invisible));
        assert_eq!(
            line(&"x".repeat(5000)).unwrap().chars().count(),
            LONGEST + 1
        );
    }

    #[test]
    fn choices_that_are_more_than_a_name_are_left_out() {
        let open = [OpenQuestion {
            text: "Which one?".to_owned(),
            choices: ["web-01", "delete everything", "https://x.example", ""]
                .map(str::to_owned)
                .to_vec(),
        }];
        let asked = questions("restart the web", &open, |label| {
            label != "delete everything"
        })
        .unwrap();
        assert_eq!(
            asked[0].choices,
            [Choice {
                label: "web-01".to_owned(),
                request: "restart the web (web-01)".to_owned(),
            }]
        );
    }
}
