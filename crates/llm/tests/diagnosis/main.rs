//! Why is it slow? Questions that are recognised, numbers that are judged, logs that are counted.

mod causes;
mod findings;
mod logs;
mod observed;
mod questions;

#[path = "../rules/scene.rs"]
#[expect(
    dead_code,
    reason = "the cluster of the rules' tests, without their short ways"
)]
mod scene;
