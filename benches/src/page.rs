//! What a first visit loads. xtask builds the page and weighs it; here it becomes a row.

use crate::row::{About, Goal, Rounds, Row, figure};

/// Most kilobytes after brotli.
const BUDGET_KB: f64 = 400.0;

/// Bytes of index, scripts, styles and wasm together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    before: u64,
    after: u64,
}

/// Reads `before,after`.
pub fn parse(text: &str) -> Result<Weight, String> {
    let parsed = text
        .split_once(',')
        .and_then(|(before, after)| Some((before.parse().ok()?, after.parse().ok()?)));
    match parsed {
        Some((before, after)) if before > 0 => Ok(Weight { before, after }),
        _ => Err("write BYTES-BEFORE,BYTES-AFTER".to_owned()),
    }
}

/// The row.
pub fn row(weight: Weight) -> Row {
    Row::judged(
        About {
            what: "page on a first visit, brotli".to_owned(),
            beside: "uncompressed".to_owned(),
            unit: "kB",
        },
        Rounds {
            argus: vec![figure(weight.after) / 1000.0],
            comparison: vec![figure(weight.before) / 1000.0],
        },
        "kB",
        |argus, _| argus,
        Goal::Below(BUDGET_KB),
        "index, scripts, styles and wasm of the built page".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_at_its_budget_is_too_heavy() {
        assert!(row(parse("900000,399999").unwrap()).holds);
        assert!(!row(parse("900000,400000").unwrap()).holds);
    }

    #[test]
    fn a_weight_that_is_none_is_refused() {
        for text in ["", "1", "1,", "0,0", "1,-1", "1,x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
