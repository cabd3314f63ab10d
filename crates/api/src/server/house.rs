//! What has to be tidied up every now and then, whoever asks for what.

use std::time::Duration;

use argus_store::Store;
use argus_types::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::clock::SharedClock;
use crate::limits::RateLimits;
use crate::problem::Chain;
use crate::service::emergency_stop::end_over;

/// Between two looks at proposals whose time is over, and at old idempotency keys.
const HOUSEKEEPING: Duration = Duration::from_secs(10);
/// Seconds for which an idempotency key is remembered.
const REMEMBER_KEYS_S: i64 = 3 * 24 * 3600;

/// Closes proposals whose time is over, and forgets idle rate limits and old idempotency keys.
pub async fn keep(store: Store, clock: SharedClock, limits: RateLimits, stop: CancellationToken) {
    let work = async {
        let mut tick = tokio::time::interval(HOUSEKEEPING);
        loop {
            tick.tick().await;
            limits.forget_idle();
            if let Err(error) = end_over(&store, clock.now()).await {
                tracing::warn!(error = %Chain(&error), "a drill is not ended yet");
            }
            if let Err(error) = expire(&store, clock.now()).await {
                tracing::warn!(error = %Chain(&error), "housekeeping is put off");
            }
        }
    };
    stop.run_until_cancelled(work).await;
}

async fn expire(store: &Store, now: Timestamp) -> Result<(), argus_store::Error> {
    let mut tx = store.begin().await?;
    tx.expire_due_proposals(now).await?;
    tx.commit().await?;
    store
        .forget_idempotency_keys(now.plus_seconds(-REMEMBER_KEYS_S))
        .await?;
    // Counts of anything that people do stay far below where a float becomes coarse.
    let open = u32::try_from(store.open_broken_glass().await?).unwrap_or(u32::MAX);
    metrics::gauge!("argus_break_glass_open").set(f64::from(open));
    let waiting = store.executions_needing_attention().await?;
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    metrics::gauge!("argus_executions_needing_attention").set(f64::from(waiting));
    Ok(())
}
