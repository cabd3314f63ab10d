//! What a first visit loads. xtask builds the page and weighs its bundles; here each becomes a row.

use crate::row::{About, Goal, Rounds, Row, figure};

/// Most kilobytes after brotli.
const BUDGET_KB: f64 = 460.0;

/// Bytes of a bundle's HTML, scripts, styles and wasm together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    name: String,
    before: u64,
    after: u64,
}

/// Reads `name=before,after`.
pub fn parse(text: &str) -> Result<Bundle, String> {
    let parsed = text.split_once('=').and_then(|(name, bytes)| {
        let (before, after) = bytes.split_once(',')?;
        Some(Bundle {
            name: name.to_owned(),
            before: before.parse().ok()?,
            after: after.parse().ok()?,
        })
    });
    parsed
        .filter(|bundle| !bundle.name.is_empty() && bundle.before > 0)
        .ok_or_else(|| "write NAME=BYTES-BEFORE,BYTES-AFTER".to_owned())
}

/// The row.
pub fn row(bundle: &Bundle) -> Row {
    Row::judged(
        About {
            what: format!("{} on a first visit, brotli", bundle.name),
            beside: "uncompressed".to_owned(),
            unit: "kB",
        },
        Rounds {
            argus: vec![figure(bundle.after) / 1000.0],
            comparison: vec![figure(bundle.before) / 1000.0],
        },
        "kB",
        |argus, _| argus,
        Goal::Below(BUDGET_KB),
        "HTML, scripts, styles and wasm of one bundle of the built page".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_at_its_budget_is_too_heavy() {
        assert!(row(&parse("console=900000,439999").unwrap()).holds);
        assert!(!row(&parse("console=900000,460000").unwrap()).holds);
    }

    #[test]
    fn a_weight_that_is_none_is_refused() {
        for text in ["", "x=1", "x=1,", "x=0,0", "x=1,-1", "x=1,x", "1,1", "=1,1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
