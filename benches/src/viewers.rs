//! Requests that reach Proxmox while people watch, against requests while nobody does.
//!
//! Two Arguses with a cluster each run side by side; one is watched, then the other, so that whatever differs
//! between them is in both figures. A window begins and ends right after a poll: polls that a window cuts in half
//! would be counted by chance.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::argus::Argus;
use crate::cluster::Cluster;
use crate::row::{About, Goal, Rounds, Row, figure};
use crate::watchers::Watchers;
use crate::{Options, report};

/// The request that each poll begins with.
const POLL: &str = "GET /cluster/resources";
/// Most that watching may change, in percent.
const TOLERANCE: f64 = 2.0;
/// Between two looks for the end of a poll; a poll's requests are over well within it.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a poll may fail to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The row.
pub async fn measure(options: &Options) -> Result<Row> {
    let (guests, people) = options.size((1_000, 50), (50, 5));
    let window = options.size(Duration::from_mins(2), Duration::from_secs(62));
    let mut pairs = Vec::new();
    for number in 0..2 {
        let cluster = Cluster::start(guests, 10, 1.0).await?;
        let argus = Argus::start(&options.api, &cluster, options.database(number)?).await?;
        pairs.push((cluster, argus));
    }
    report::progress("requests to Proxmox", window * 2);
    let (mut rounds, mut fetched) = (Rounds::default(), 0);
    for watched in 0..2 {
        let watchers = Watchers::come(pairs[watched].1.address(), people).await?;
        let (with, without) = tokio::try_join!(
            per_minute(&pairs[watched].0, window),
            per_minute(&pairs[1 - watched].0, window)
        )?;
        fetched += watchers.leave()?;
        rounds.argus.push(with);
        rounds.comparison.push(without);
    }
    Ok(Row::judged(
        About {
            what: format!("requests to Proxmox with {people} viewers, {guests} guests"),
            beside: "with none".to_owned(),
            unit: "a minute",
        },
        rounds,
        "% apart",
        |with, without| (with - without).abs() / without * 100.0,
        Goal::AtMost(TOLERANCE),
        format!(
            "{} s each way, a poll a second; the viewers read a changed inventory {fetched} times",
            window.as_secs()
        ),
    ))
}

/// Requests a minute from the end of one poll to the end of another, about `window` later.
async fn per_minute(cluster: &Cluster, window: Duration) -> Result<f64> {
    let (begun, before) = after_poll(cluster).await?;
    tokio::time::sleep(window.saturating_sub(LOOK_EVERY)).await;
    let (ended, after) = after_poll(cluster).await?;
    let minutes = (ended - begun).as_secs_f64() / 60.0;
    Ok(figure(after - before) / minutes)
}

/// Waits for a poll and its end; when it began and how many requests there were by then.
async fn after_poll(cluster: &Cluster) -> Result<(Instant, u64)> {
    let (polls, _) = cluster.asked(POLL);
    let started = Instant::now();
    loop {
        tokio::time::sleep(LOOK_EVERY / 10).await;
        if cluster.asked(POLL).0 > polls {
            break;
        }
        ensure!(started.elapsed() < PATIENCE, "Argus does not poll any more");
    }
    let at = Instant::now();
    tokio::time::sleep(LOOK_EVERY).await;
    Ok((at, cluster.asked(POLL).1))
}
