//! Labelled lines (`lines.txt`): how many secrets are found, and how much else is lost.

use std::ops::Range;

use argus_llm::redact::{Redactor, placeholders};

/// A line as it is, and where its secrets lie.
struct Line {
    number: usize,
    text: String,
    secrets: Vec<Range<usize>>,
    harmless: bool,
}

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, line) in include_str!("lines.txt").lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 1;
        let (mark, marked) = line.split_at(2);
        let harmless = match mark {
            "+ " => false,
            "- " => true,
            _ => panic!("line {number} begins with {mark:?}"),
        };
        let (mut text, mut secrets, mut open) = (String::new(), Vec::new(), None);
        for c in marked.chars() {
            match c {
                '\u{27e6}' => open = Some(text.len()),
                '\u{27e7}' => secrets.push(open.take().expect("a mark opens first")..text.len()),
                '\u{2424}' => text.push('\n'),
                '\u{a6}' => {}
                _ => text.push(c),
            }
        }
        assert!(
            open.is_none() && secrets.is_empty() == harmless,
            "marks of line {number}"
        );
        lines.push(Line {
            number,
            text,
            secrets,
            harmless,
        });
    }
    lines
}

/// Which bytes of `text` became placeholders.
fn redacted_ranges(redactor: &Redactor, text: &str) -> Vec<Range<usize>> {
    let mut redaction = redactor.begin();
    let redacted = redaction.text(text);
    let (mut ranges, mut shown, mut read) = (Vec::new(), 0, 0);
    for placeholder in placeholders(redacted.as_str()) {
        let start = read + placeholder.range.start - shown;
        let end = start
            + redaction
                .restore(&redacted.as_str()[placeholder.range.clone()])
                .len();
        ranges.push(start..end);
        (shown, read) = (placeholder.range.end, end);
    }
    assert_eq!(
        redacted.as_str()[shown..],
        text[read..],
        "the rest is as it was"
    );
    ranges
}

#[test]
fn of_labelled_lines_nearly_every_secret_is_found_and_little_else_is_lost() {
    let redactor = Redactor::new([]).unwrap();
    let (mut secrets, mut found, mut harmless, mut hurt, mut kept_around) = (0, 0, 0, 0, 0);
    let lines = lines();
    for Line {
        number,
        text,
        secrets: marked,
        harmless: is_harmless,
    } in &lines
    {
        let ranges = redacted_ranges(&redactor, text);
        let covers = |place: usize| ranges.iter().any(|range| range.contains(&place));
        for secret in marked {
            secrets += 1;
            if secret.clone().all(covers) {
                found += 1;
            } else {
                println!(
                    "line {number}: missed {:?} of {text:?}",
                    &text[secret.clone()]
                );
            }
        }
        let lost: String = ranges
            .iter()
            .flat_map(Clone::clone)
            .filter(|place| !marked.iter().any(|secret| secret.contains(place)))
            .map(|place| char::from(text.as_bytes()[place]))
            .collect();
        harmless += usize::from(*is_harmless);
        if *is_harmless && !lost.is_empty() {
            hurt += 1;
            println!("line {number}: lost {lost:?} of {text:?}");
        } else if lost.is_empty() {
            kept_around += usize::from(!is_harmless);
        } else {
            println!("line {number}: also lost {lost:?} of {text:?}");
        }
    }
    let with_secrets = lines.len() - harmless;
    println!(
        "{} lines: {found} of {secrets} secrets are found (recall {:.4}); of {harmless} harmless lines {hurt} lose \
         something (over-redaction {:.4}); of {with_secrets} lines with secrets {kept_around} keep all the rest",
        lines.len(),
        share(found, secrets),
        share(hurt, harmless),
    );
    assert!(lines.len() >= 300 && harmless * 2 + 30 >= lines.len());
    assert!(share(found, secrets) >= 0.97);
    assert!(share(hurt, harmless) <= 0.03);
    assert!(share(kept_around, with_secrets) >= 0.97);
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred lines")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[test]
fn a_secret_has_one_placeholder_within_a_request_and_each_request_begins_anew() {
    let redactor = Redactor::new([]).unwrap();
    let mut redaction = redactor.begin();
    let first = redaction.text("password=Tulpe4711! and pw=Granit0815!");
    let again = redaction.text("new password: Granit0815!");
    assert_eq!(
        first.as_str(),
        "password=<<SECRET:password:1>> and pw=<<SECRET:password:2>>"
    );
    assert_eq!(again.as_str(), "new password: <<SECRET:password:2>>");
    assert_eq!(
        redactor.begin().text("pw=Granit0815!").as_str(),
        "pw=<<SECRET:password:1>>"
    );
}

#[test]
fn what_looks_like_a_placeholder_on_the_way_in_stands_for_nothing() {
    let redactor = Redactor::new([]).unwrap();
    let mut redaction = redactor.begin();
    let redacted =
        redaction.text("pw=Granit0815! <<SECRET:password:1>> << secret:password:1>> <<SECRET:x");
    assert_eq!(
        redacted.as_str(),
        "pw=<<SECRET:password:1>> <<FORGED:password:1>> << FORGED:password:1>> <<FORGED:x"
    );
    let restored = redaction.restore(redacted.as_str());
    assert_eq!(restored.matches("Granit0815!").count(), 1);
}
