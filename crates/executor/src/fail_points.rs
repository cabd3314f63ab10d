//! Fail points: where a campaign ends, freezes or holds up a process. Without the feature `fail-points` the program has
//! none of this.
//!
//! A process can only leave traces in the journal and in Proxmox, so the journal's entries are the boundaries of a step:
//! each has a point right before it is written and one right after it is durable. Before the intent is
//! `before-intended`, between its commit and the request `after-intended`, between Proxmox's answer and the journal
//! `before-submitted` or `before-answered`, before the leases are given back `before-step_succeeded`.

/// On which side of an entry's commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// It is about to be written.
    Before,
    /// It is durable.
    After,
}

#[cfg(feature = "fail-points")]
pub(crate) use armed::pass;
#[cfg(feature = "fail-points")]
pub use armed::{POINTS, Passing, at, clear, name};
#[cfg(not(feature = "fail-points"))]
pub(crate) use unarmed::pass;

#[cfg(not(feature = "fail-points"))]
mod unarmed {
    use argus_types::event::Event;
    use argus_types::id::ExecutionId;
    use argus_types::plan::Plan;

    /// Nothing is there.
    pub(crate) const fn pass(_: super::Side, _: ExecutionId, _: &Plan, _: &[Event]) {}
}

#[cfg(feature = "fail-points")]
mod armed {
    use std::cell::RefCell;

    use argus_types::event::Event;
    use argus_types::id::ExecutionId;
    use argus_types::plan::{Plan, StepClass};

    use super::Side;

    /// Who passes a point.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Passing {
        /// The point, such as `before-intended`.
        pub point: &'static str,
        /// The execution.
        pub execution: ExecutionId,
        /// The step; none where the entry is about the whole execution.
        pub step: Option<u16>,
        /// The step's class.
        pub class: Option<StepClass>,
    }

    thread_local! {
        /// Who passes on this thread: the crate `fail` hands nothing on to what it calls.
        static PASSING: RefCell<Option<Passing>> = const { RefCell::new(None) };
    }

    macro_rules! points {
        ($($event:ident = $before:literal, $after:literal;)*) => {
            /// Every point, in the order in which a step comes by.
            pub const POINTS: &[&str] = &[$($before, $after),*];

            /// The point of an entry; none for lines of a log, which come at any time and decide nothing.
            fn point(side: Side, event: &Event) -> Option<&'static str> {
                match (side, event) {
                    $((Side::Before, Event::$event { .. }) => Some($before),
                    (Side::After, Event::$event { .. }) => Some($after),)*
                    (_, Event::Log { .. }) => None,
                }
            }
        };
    }

    points! {
        Started = "before-started", "after-started";
        Resumed = "before-resumed", "after-resumed";
        StepStarted = "before-step_started", "after-step_started";
        PreChecked = "before-pre_checked", "after-pre_checked";
        Drifted = "before-drifted", "after-drifted";
        Intended = "before-intended", "after-intended";
        Submitted = "before-submitted", "after-submitted";
        Answered = "before-answered", "after-answered";
        Refused = "before-refused", "after-refused";
        Indeterminate = "before-indeterminate", "after-indeterminate";
        Absent = "before-absent", "after-absent";
        TaskEnded = "before-task_ended", "after-task_ended";
        PostChecked = "before-post_checked", "after-post_checked";
        StepSucceeded = "before-step_succeeded", "after-step_succeeded";
        StepFailed = "before-step_failed", "after-step_failed";
        StepNeedsAttention = "before-step_needs_attention", "after-step_needs_attention";
        StopRequested = "before-stop_requested", "after-stop_requested";
        Ended = "before-ended", "after-ended";
    }

    /// The point of this name; none where there is no such point.
    pub fn name(text: &str) -> Option<&'static str> {
        POINTS.iter().find(|point| **point == text).copied()
    }

    /// Has `act` called, on the thread that passes, each time somebody comes by this point.
    ///
    /// # Panics
    /// Never: the crate `fail` takes any callback.
    pub fn at(point: &'static str, act: impl Fn(&Passing) + Send + Sync + 'static) {
        fail::cfg_callback(point, move || {
            let passing = PASSING.with_borrow(Clone::clone);
            if let Some(passing) = passing {
                act(&passing);
            }
        })
        .expect("any callback is taken");
    }

    /// Makes every point an empty place again.
    pub fn clear() {
        for point in POINTS {
            fail::remove(*point);
        }
    }

    pub(crate) fn pass(side: Side, execution: ExecutionId, plan: &Plan, events: &[Event]) {
        for event in events {
            let Some(point) = point(side, event) else {
                continue;
            };
            let step = event.step();
            let class = step.and_then(|number| {
                let step = plan.steps.iter().find(|step| step.number == number);
                step.map(|step| step.class)
            });
            PASSING.set(Some(Passing {
                point,
                execution,
                step,
                class,
            }));
            fail::fail_point!(point);
            PASSING.set(None);
        }
    }
}
