//! The twin against the simulator: random plans, carried out step by step, and after each step every field that the
//! twin predicts is compared with what is then read.
//!
//! There is no database and no waiting: the virtual clock jumps over whatever a step takes. A world starts at a fixed
//! virtual time and its chance at a fixed seed, so the same plans come again with each run.

mod draw;
mod world;

use tokio::task::JoinSet;

use world::{Tally, World};

/// Plans in all: what a busy machine carries out in a minute.
const PLANS: u64 = 200;
/// Plans of one world: after some dozens too much of it is destroyed, hibernated or switched off.
const PLANS_A_WORLD: u64 = 25;
/// Worlds at a time.
const AT_A_TIME: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_the_twin_predicts_is_what_the_simulator_becomes() {
    let worlds = PLANS / PLANS_A_WORLD;
    let mut strands = JoinSet::new();
    for strand in 0..AT_A_TIME {
        strands.spawn(async move {
            let mut tally = Tally::default();
            let mut mismatches = Vec::new();
            for seed in (strand..worlds).step_by(AT_A_TIME as usize) {
                // After a mismatch nothing in that world proves anything any more.
                if let Err(mismatch) = live(seed, &mut tally).await {
                    mismatches.push(format!("world {seed}: {mismatch}"));
                }
            }
            (tally, mismatches)
        });
    }
    let mut all = Tally::default();
    let mut mismatches = Vec::new();
    while let Some(strand) = strands.join_next().await {
        let (tally, found) = strand.expect("a strand that does not panic");
        all.add(&tally);
        mismatches.extend(found);
    }
    assert!(
        mismatches.is_empty(),
        "{} worlds went otherwise than predicted\n\n{}\n{all}",
        mismatches.len(),
        mismatches.join("\n\n")
    );
    assert_eq!(all.plans, PLANS);
    println!("{all}");
}

async fn live(seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut world = World::start(seed).await;
    let before = tally.plans;
    while tally.plans < before + PLANS_A_WORLD {
        world.play(tally).await?;
    }
    Ok(())
}
