//! Every seed that ever failed, with what it found. They are run again with the tests. A seed means what the dice make of
//! it: where the drawing changes, those that found something are looked for anew.

/// The seeds.
pub const KEPT: [(u64, &str); 19] = [
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
    (
        3287,
        "a guest that had only just come up was rebooted again: its uptime could not tell, and the reboot was called \
         failed",
    ),
    (
        12_692,
        "the last answer before the time was over came so late that there was no further look: a person was asked about \
         what it would have shown",
    ),
    (23_792, "as 12692"),
    (57_904, "as 12692"),
    (71_455, "as 12692"),
    (90_940, "as 12692"),
    (
        1_003_316,
        "what was noted of the task list before a second attempt hid the first one's task, and a snapshot was taken twice",
    ),
    (1_004_913, "as 1003316"),
    (1_006_963, "as 1003316"),
    (1_008_014, "as 1003316"),
    (
        1_003_777,
        "as 1003316: a snapshot that was taken was called failed",
    ),
    (
        1_000_193,
        "as 1003316: a person was asked about a change whose task was there to be found",
    ),
    (
        1_005_577,
        "the journal lost its answer right behind a pre-check, and the process forgot when it had looked: a reboot of a \
         guest that had just been started was not seen",
    ),
    (
        1_007_395,
        "the simulated Proxmox queued a reset, which high availability never does",
    ),
];
