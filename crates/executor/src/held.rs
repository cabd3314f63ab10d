//! Whether the lease still is this process', by its own monotonic clock.
//!
//! A process that is frozen and wakes knows nothing of it: it goes on in the middle of whatever it did. The database
//! fences what it writes; what it sends, nobody fences. So a request is carried on only while the last renewal is young
//! enough, and that is looked at each time before the request gets to do anything at all: after connecting, after the
//! handshake, before the bytes leave.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// When the lease was last known to hold.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    since: watch::Receiver<Instant>,
    ttl: Duration,
}

impl Held {
    /// By the times that `since` tells, each from before the database was asked.
    pub(crate) fn new(since: watch::Receiver<Instant>, ttl: Duration) -> Self {
        Self { since, ttl }
    }

    /// Goes on with `work` only while the lease holds. `None` where it is lost; what was begun then is as unknown as
    /// after a crash.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if self.since.borrow().elapsed() >= self.ttl {
                return Poll::Ready(None);
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Duration = Duration::from_secs(10);

    /// Asks to be polled again at once, and counts how often it is.
    async fn in_two_goes(polls: &mut u32) {
        poll_fn(|context| {
            *polls += 1;
            if *polls == 1 {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_frozen_past_the_lease_does_not_go_on() {
        let (_renewed, since) = watch::channel(Instant::now());
        let held = Held::new(since, TTL);
        let mut polls = 0;
        let (done, ()) = tokio::join!(
            held.during(in_two_goes(&mut polls)),
            tokio::time::advance(TTL)
        );
        assert_eq!((done, polls), (None, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_longer_than_a_lease_goes_on_while_it_is_renewed() {
        let (renewed, since) = watch::channel(Instant::now());
        let held = Held::new(since, TTL);
        let renewing = async {
            for _ in 0..6 {
                tokio::time::sleep(TTL / 3).await;
                renewed.send_replace(Instant::now());
            }
        };
        let (done, ()) = tokio::join!(held.during(tokio::time::sleep(TTL * 2)), renewing);
        assert_eq!(done, Some(()));
    }
}
