//! Redaction: what stands between Argus and a language model.
//!
//! A log of a node is redacted as the text of one request, by a redactor that knows a dozen secrets of Argus. Beside it
//! stands one pass of a regular expression that looks for the same things, and finds them without judging or replacing
//! any. Texts that are made to cost time stand beside the same log.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use argus_llm::redact::measure::{ADVERSARIAL, alternation, ordinary_log};
use argus_llm::redact::{Held, Kind, Redactor};
use regex::bytes::{Regex, RegexBuilder};

use crate::row::{About, Goal, Rounds, Row, figure, median};
use crate::{Options, report};

/// Megabytes a second at least.
const LEAST_RATE: f64 = 200.0;
/// Share of the bare expression's rate at least.
const LEAST_SHARE: f64 = 0.9;
/// How many times an ordinary byte's time a byte of any text may take. A name with a value is judged by up to 128
/// bytes, and a text may be nothing but names; gone through anew from each it would be a hundred thousand times.
const MOST_TIMES: f64 = 300.0;

/// Three rows: the rate, its share of the bare expression's, and the dearest text.
pub fn measure(options: &Options) -> Result<Vec<Row>> {
    report::progress("redaction", Duration::from_secs(20));
    let (size, adversarial_size, rounds) =
        options.size((16 << 20, 1 << 19, 15), (1 << 20, 1 << 17, 3));
    let secrets: Vec<String> = (0..12)
        .map(|number| format!("c4f1e0{number:02}-bench-{number:x}f2a9b7d3e"))
        .collect();
    let held = secrets.iter().map(|secret| Held {
        kind: Kind::Token,
        secret,
    });
    let redactor = Redactor::new(held).context("the redactor is not built")?;
    let bare = bare()?;
    let log = ordinary_log(size);

    let (mut rates, mut times) = (Rounds::default(), Rounds::default());
    for _ in 0..rounds {
        rates.argus.push(rate(&log, |text| redact(&redactor, text)));
        rates.comparison.push(rate(&log, |text| {
            black_box(bare.find_iter(text.as_bytes()).count());
        }));
    }
    let mut dearest = (0.0, "");
    for piece in ADVERSARIAL {
        let text = piece.repeat(adversarial_size / piece.len());
        let taken: Vec<f64> = (0..3)
            .map(|_| 1000.0 / rate(&text, |text| redact(&redactor, text)))
            .collect();
        let taken = median(&taken);
        times
            .comparison
            .push(1000.0 / rate(&log, |text| redact(&redactor, text)));
        if taken > dearest.0 {
            dearest = (taken, piece);
        }
    }
    times.argus.push(dearest.0);

    let what = format!("redacting {} MiB of a node's log", size >> 20);
    let about = || About {
        what: what.clone(),
        beside: "one pass of an expression of the same patterns".to_owned(),
        unit: "MB/s",
    };
    let note = "one core, one request's text; the expression only counts";
    Ok(vec![
        Row::judged(
            about(),
            rates.clone(),
            "MB/s",
            |ours, _| ours,
            Goal::AtLeast(LEAST_RATE),
            note.to_owned(),
        ),
        Row::judged(
            about(),
            rates,
            "ratio",
            |ours, bare| ours / bare,
            Goal::AtLeast(LEAST_SHARE),
            note.to_owned(),
        ),
        Row::judged(
            About {
                what: "the dearest of texts that are made to cost time".to_owned(),
                beside: "the log".to_owned(),
                unit: "ns a byte",
            },
            times,
            "ratio",
            |dearest, log| dearest / log,
            Goal::AtMost(MOST_TIMES),
            format!(
                "{} texts; the dearest repeats {:?}",
                ADVERSARIAL.len(),
                dearest.1
            ),
        ),
    ])
}

/// The expression, with room enough that its automaton is never thrown away.
fn bare() -> Result<Regex> {
    RegexBuilder::new(&alternation())
        .size_limit(256 << 20)
        .dfa_size_limit(256 << 20)
        .build()
        .context("the expression does not compile")
}

fn redact(redactor: &Redactor, text: &str) {
    black_box(redactor.begin().text(text));
}

/// Megabytes a second.
fn rate(text: &str, work: impl FnOnce(&str)) -> f64 {
    let begin = Instant::now();
    work(black_box(text));
    figure(text.len() as u64) / 1e6 / begin.elapsed().as_secs_f64()
}
