//! Text that was made to cost time costs about as much for each byte as any other.

use std::hint::black_box;
use std::time::{Duration, Instant};

use argus_llm::redact::Redactor;
use argus_llm::redact::measure::{ADVERSARIAL, ordinary_log};

use super::secrets::HELD;

/// Bytes of each text.
const SIZE: usize = 1 << 20;
/// How many times an ordinary text's time one may take. Quadratic work would take thousands; the tests run unoptimised
/// on machines that are busy.
const MOST: u32 = 60;

fn time(redactor: &Redactor, text: &str) -> Duration {
    let begin = Instant::now();
    black_box(redactor.begin().text(black_box(text)));
    begin.elapsed()
}

#[test]
fn a_megabyte_of_anything_takes_about_as_long_as_a_megabyte_of_log() {
    let redactor = Redactor::new(HELD).unwrap();
    let ordinary = ordinary_log(SIZE);
    let usual = (0..3).map(|_| time(&redactor, &ordinary)).min().unwrap();
    let mut worst = (0.0, "");
    for piece in ADVERSARIAL {
        let text = piece.repeat(SIZE / piece.len() + 1);
        let taken = time(&redactor, &text);
        let ratio = taken.as_secs_f64() / usual.as_secs_f64();
        println!("{piece:?}: {ratio:.1} times an ordinary text's time");
        if ratio > worst.0 {
            worst = (ratio, piece);
        }
    }
    println!(
        "worst: {:?} with {:.1}, an ordinary megabyte takes {usual:?}",
        worst.1, worst.0
    );
    assert!(worst.0 < f64::from(MOST), "{worst:?}");
}
