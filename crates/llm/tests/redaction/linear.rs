//! Text that was made to cost time costs about as much for each byte as any other.

use std::hint::black_box;
use std::time::{Duration, Instant};

use argus_llm::redact::Redactor;
use argus_llm::redact::measure::{ADVERSARIAL, ordinary_log};

use super::secrets::HELD;

/// Bytes of each text.
const SIZE: usize = 1 << 18;
/// How many times an ordinary text's time one may take. Quadratic work would take thousands; the tests run unoptimised
/// on machines that are busy.
const MOST: f64 = 400.0;

/// Its time by the ordinary text's. Whoever was interrupted may try again.
fn ratio(redactor: &Redactor, text: &str, usual: Duration) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..4 {
        let begin = Instant::now();
        black_box(redactor.begin().text(black_box(text)));
        least = least.min(begin.elapsed().as_secs_f64() / usual.as_secs_f64());
        if least < MOST / 4.0 {
            break;
        }
    }
    least
}

#[test]
fn text_that_was_made_to_cost_time_takes_about_as_long_as_a_log() {
    let redactor = Redactor::new(HELD).unwrap();
    let ordinary = ordinary_log(SIZE);
    let usual = (0..3).map(|_| {
        let begin = Instant::now();
        black_box(redactor.begin().text(black_box(&ordinary)));
        begin.elapsed()
    });
    let usual = usual.min().unwrap();
    let mut worst = (0.0, "");
    for piece in ADVERSARIAL {
        let text = piece.repeat(SIZE / piece.len() + 1);
        let ratio = ratio(&redactor, &text, usual);
        println!("{piece:?}: {ratio:.1} times an ordinary text's time");
        if ratio > worst.0 {
            worst = (ratio, piece);
        }
    }
    println!(
        "worst: {:?} with {:.1}; so much of a log takes {usual:?}",
        worst.1, worst.0
    );
    assert!(worst.0 < MOST, "{worst:?}");
}
