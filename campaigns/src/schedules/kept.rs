//! Every seed that ever failed, with what it found. They are run again with the tests. A seed means what the dice make of
//! it: where the drawing changes, those that found something are looked for anew.

/// The seeds.
pub const KEPT: [(u64, &str); 5] = [
    (
        219,
        "a list of tasks that was answered late counted as seen when it came: the request was taken up meanwhile, and \
         a snapshot was sent twice",
    ),
    (
        238,
        "a wall clock ahead of the node's hid the task of a lost answer, and a step that was done was called failed",
    ),
    (
        813,
        "a list of tasks that was answered late counted as seen when it came: a person was asked about a reset whose \
         task was there to be found",
    ),
    (2685, "as 219: a guest was switched off twice"),
    (
        4010,
        "a process that stood still until a step's time was over gave up by what it had seen before: the task had ended",
    ),
];
