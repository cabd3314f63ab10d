//! What a first visit loads.

use super::{Figure, Measure};
use crate::page;

/// The page, brotli-compressed.
pub const MEASURE: Measure = Measure {
    name: "page after brotli",
    run: |_| {
        let built = page::ensure_built()?;
        // Sizes are far below 2^52, where f64 would begin to round.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        let kilobytes = |bytes: u64| bytes as f64 / 1000.0;
        Ok(Figure {
            value: kilobytes(page::weight(&built)?),
            bound: kilobytes(page::BUDGET),
            unit: "kB",
        })
    },
};
