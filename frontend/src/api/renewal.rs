//! Renewing the page's access, once for however many calls wait for it. Other tabs may renew at the same time:
//! Argus gives both the same successor.

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;

use super::ApiError;

type Renewing = Shared<LocalBoxFuture<'static, Result<(), ApiError>>>;

/// Which renewal is under way, and how many there were.
#[derive(Clone, Copy)]
pub struct Renewal {
    count: StoredValue<u32>,
    under_way: StoredValue<Option<Renewing>, LocalStorage>,
}

impl Renewal {
    /// None yet.
    pub fn new() -> Self {
        Self {
            count: StoredValue::new(0),
            under_way: StoredValue::new_local(None),
        }
    }

    /// How often it was renewed: what tells a call whether it went out before the last time.
    pub fn count(self) -> u32 {
        self.count.try_get_value().unwrap_or_default()
    }

    /// Renews by `ask`, or waits for who already does. Does nothing where that has happened since `before`.
    pub async fn renew<F>(self, before: u32, ask: impl FnOnce() -> F) -> Result<(), ApiError>
    where
        F: Future<Output = Result<(), ApiError>> + 'static,
    {
        if self.count() != before {
            return Ok(());
        }
        let renewing = self.under_way.try_update_value(|held| {
            held.get_or_insert_with(|| self.begin(ask()).boxed_local().shared())
                .clone()
        });
        match renewing {
            Some(renewing) => renewing.await,
            // The page is gone, and with it whoever waits.
            None => Err(ApiError::NoAnswer),
        }
    }

    async fn begin(
        self,
        asking: impl Future<Output = Result<(), ApiError>>,
    ) -> Result<(), ApiError> {
        let outcome = asking.await;
        self.under_way.try_update_value(|held| *held = None);
        if outcome.is_ok() {
            self.count
                .try_update_value(|count| *count = count.wrapping_add(1));
        }
        outcome
    }
}

impl Default for Renewal {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::future::poll_fn;
    use std::pin::{Pin, pin};
    use std::rc::Rc;
    use std::task::Poll;

    use super::*;

    type Outcome = Result<(), ApiError>;

    /// Argus, which answers when the test says so.
    #[derive(Clone, Default)]
    struct Answering {
        asked: Rc<Cell<u32>>,
        answer: Rc<RefCell<Option<Outcome>>>,
    }

    impl Answering {
        fn ask(&self) -> impl Future<Output = Outcome> + 'static {
            self.asked.set(self.asked.get() + 1);
            let answer = Rc::clone(&self.answer);
            poll_fn(move |_| answer.borrow().clone().map_or(Poll::Pending, Poll::Ready))
        }

        fn answer(&self, outcome: Outcome) {
            *self.answer.borrow_mut() = Some(outcome);
        }
    }

    fn now(waiting: &mut Pin<&mut impl Future<Output = Outcome>>) -> Option<Outcome> {
        waiting.as_mut().now_or_never()
    }

    #[test]
    fn calls_that_wait_at_the_same_time_share_one_renewal() {
        let owner = Owner::new();
        owner.set();
        let (renewal, argus) = (Renewal::new(), Answering::default());
        let mut one = pin!(renewal.renew(0, || argus.ask()));
        let mut two = pin!(renewal.renew(0, || argus.ask()));
        assert_eq!(now(&mut one), None);
        assert_eq!(now(&mut two), None);
        argus.answer(Ok(()));
        assert_eq!(now(&mut two), Some(Ok(())));
        assert_eq!(now(&mut one), Some(Ok(())));
        assert_eq!((argus.asked.get(), renewal.count()), (1, 1));
    }

    #[test]
    fn a_call_that_went_out_before_a_renewal_does_not_ask_for_another() {
        let owner = Owner::new();
        owner.set();
        let (renewal, argus) = (Renewal::new(), Answering::default());
        argus.answer(Ok(()));
        let before = renewal.count();
        for _ in 0..2 {
            let mut renewing = pin!(renewal.renew(before, || argus.ask()));
            assert_eq!(now(&mut renewing), Some(Ok(())));
        }
        assert_eq!(argus.asked.get(), 1);
        let mut next = pin!(renewal.renew(renewal.count(), || argus.ask()));
        assert_eq!(now(&mut next), Some(Ok(())));
        assert_eq!(argus.asked.get(), 2);
    }

    #[test]
    fn a_renewal_that_failed_is_told_to_all_who_wait_and_may_be_tried_again() {
        let owner = Owner::new();
        owner.set();
        let (renewal, argus) = (Renewal::new(), Answering::default());
        let mut one = pin!(renewal.renew(0, || argus.ask()));
        let mut two = pin!(renewal.renew(0, || argus.ask()));
        assert_eq!((now(&mut one), now(&mut two)), (None, None));
        argus.answer(Err(ApiError::NoAnswer));
        assert_eq!(now(&mut one), Some(Err(ApiError::NoAnswer)));
        assert_eq!(now(&mut two), Some(Err(ApiError::NoAnswer)));
        argus.answer(Ok(()));
        let mut again = pin!(renewal.renew(0, || argus.ask()));
        assert_eq!(now(&mut again), Some(Ok(())));
        assert_eq!((argus.asked.get(), renewal.count()), (2, 1));
    }
}
