//! Every seed that ever failed, with what it found. They are run again with the tests.

/// The seeds.
pub const KEPT: [(u64, &str); 0] = [];
