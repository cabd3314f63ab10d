//! The twin against the simulator: random plans, carried out step by step, and after each step every field that the
//! twin predicts is compared with what is then read.
//!
//! There is no database and no waiting: the virtual clock jumps over whatever a step takes. Most worlds are asked
//! without a connection in between, some over HTTPS, with the same client and the same eyes. A world starts at a fixed
//! virtual time and its chance at a fixed seed, so the same plans come again with each run.

mod chance;
mod draw;
mod suit;
mod tally;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argus_types::action::ActionKind;
use tokio::task::JoinSet;

use tally::Tally;
use world::{Way, World};

/// Plans of one world: after some dozens too much of it is destroyed, hibernated or switched off.
const PLANS_A_WORLD: u64 = 40;
/// Worlds that are asked without a connection.
const WITHIN: u64 = 50;
/// Worlds that are asked over HTTPS.
const OVER_HTTPS: u64 = 5;
/// Worlds at a time.
const AT_A_TIME: usize = 2;
/// Steps that each entry of the catalogue has at least.
const LEAST_OF_EACH: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_twin_predicts_is_what_the_simulator_becomes() {
    let next = Arc::new(AtomicU64::new(0));
    let mut strands = JoinSet::new();
    for _ in 0..AT_A_TIME {
        let next = Arc::clone(&next);
        strands.spawn(async move {
            let mut tally = Tally::default();
            let mut mismatches = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                let way = match seed {
                    0..OVER_HTTPS => Way::Https,
                    _ if seed < OVER_HTTPS + WITHIN => Way::Within,
                    _ => return (tally, mismatches),
                };
                // After a mismatch nothing in that world proves anything any more.
                match live(seed, way).await {
                    Ok(lived) => tally.add(&lived),
                    Err(mismatch) => mismatches.push(format!("world {seed}: {mismatch}")),
                }
            }
        });
    }
    let mut all = Tally::default();
    let mut mismatches = Vec::new();
    while let Some(strand) = strands.join_next().await {
        let (tally, found) = strand.expect("a strand that does not panic");
        all.add(&tally);
        mismatches.extend(found);
    }
    println!(
        "twin: {} plans ({} of them over HTTPS), {} steps, {} fields compared, {} mismatches",
        all.plans,
        OVER_HTTPS * PLANS_A_WORLD,
        all.steps,
        all.fields,
        mismatches.len()
    );
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n\n"));
    assert_eq!(all.plans, (WITHIN + OVER_HTTPS) * PLANS_A_WORLD);
    let seldom: Vec<_> = ActionKind::ALL
        .into_iter()
        .filter(|kind| all.of(*kind) < LEAST_OF_EACH)
        .collect();
    assert!(seldom.is_empty(), "{seldom:?} came too seldom\n{all}");
}

async fn live(seed: u64, way: Way) -> Result<Tally, String> {
    let mut world = World::start(seed, way).await;
    let mut tally = Tally::default();
    while tally.plans < PLANS_A_WORLD {
        world.play(&mut tally).await?;
    }
    Ok(tally)
}
