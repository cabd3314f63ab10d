//! Resident memory of the API process with viewers, against the same process before they came.

use std::time::Duration;

use anyhow::Result;

use crate::argus::Argus;
use crate::cluster::Cluster;
use crate::row::{About, Goal, Rounds, Row};
use crate::watchers::Watchers;
use crate::{Options, report};

/// MB that the process may never need.
const MOST_MB: f64 = 80.0;

/// The row.
pub async fn measure(options: &Options) -> Result<Row> {
    let guests = options.size(1_000, 50);
    let people = 20;
    let (alone, watched) = options.size((10, 30), (2, 3));
    let (alone, watched) = (Duration::from_secs(alone), Duration::from_secs(watched));
    let cluster = Cluster::start(guests, 10, 1.0).await?;
    let argus = Argus::start(&options.api, &cluster, options.database(0)?).await?;
    report::progress("memory", alone + watched);
    // Some polls, so that the allocator has what it needs for one.
    tokio::time::sleep(alone).await;
    let before = argus.memory()?;
    let watchers = Watchers::come(argus.address(), people).await?;
    tokio::time::sleep(watched).await;
    let after = argus.memory()?;
    let fetched = watchers.leave()?;
    Ok(Row::judged(
        About {
            what: format!("API's resident memory at its peak, {guests} guests, {people} viewers"),
            beside: "before they came".to_owned(),
            unit: "MB",
        },
        Rounds {
            argus: vec![after.peak],
            comparison: vec![before.now],
        },
        "MB",
        |peak, _| peak,
        Goal::Below(MOST_MB),
        format!(
            "release build, its own process; {:.1} MB at the end; viewers read a changed inventory {fetched} times",
            after.now
        ),
    ))
}
