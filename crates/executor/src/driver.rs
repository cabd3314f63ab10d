//! Driving one execution: fold the journal, ask the state machine what comes next, do that, journal it.
//!
//! Everything that is decided is decided by [`argus_domain::execution::State`]. Whatever goes wrong on the
//! way to the journal ends in folding it anew: memory is never trusted over it.

use std::sync::Arc;
use std::time::Duration;

use argus_domain::execution::{IllegalEvent, Next};
use argus_store::journal::{Entry, Lease};
use argus_types::Timestamp;
use argus_types::event::Event;
use argus_types::execution::ExecutionState;
use argus_types::plan::{Plan, Step};
use tokio_util::sync::CancellationToken;

use crate::entries::{Entries, Setback};
use crate::held::Held;
use crate::load::{load, quarantine};
use crate::memory::Memory;
use crate::pace::Pace;
use crate::ports::{Hypervisor, Journal};
use crate::record::Recorder;
use crate::run::{Config, Ports};

/// Who replaces a person's name where the emergency stop was set before the execution was.
const EMERGENCY_STOP: &str = "the emergency stop";
/// Who replaces a person's name where nobody asked for the stop.
const ARGUS: &str = "argus";

/// Between two looks whether a drill is over: what was checked before it is checked again after each.
const DRILL_LOOK: Duration = Duration::from_secs(1);
/// The longest; a drill can be ended early.
const DRILL_LOOK_LAST: Duration = Duration::from_secs(15);

/// How driving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The execution came to its end.
    Ended,
    /// This process lets go of it, and the next one may take it up at once.
    LetGo,
    /// The lease is lost.
    Lost,
}

/// One execution under way.
pub(crate) struct Driver<'a, J, H> {
    pub(crate) ports: &'a Ports<J, H>,
    pub(crate) config: &'a Config,
    pub(crate) cancel: &'a CancellationToken,
    pub(crate) lease: Lease,
    pub(crate) held: Held,
    pub(crate) plan: Arc<Plan>,
    pub(crate) memory: Memory,
    pub(crate) seq: u64,
    /// Since when this process has been waiting for the task, and how long it had run by then.
    pub(crate) watch: Option<Watch>,
    /// When this process looked right before the step; unknown where another one did.
    pub(crate) looked_at: Option<tokio::time::Instant>,
}

/// A wait that other processes may have begun: theirs by the journal's times, ours by a monotonic clock, so
/// that a clock that jumps cannot end it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    submitted_at: Timestamp,
    before: Duration,
    since: tokio::time::Instant,
}

impl Watch {
    /// Of what this process itself submitted, from the start by the monotonic clock.
    pub(crate) fn new(submitted_at: Timestamp, since: tokio::time::Instant) -> Self {
        Self {
            submitted_at,
            before: Duration::ZERO,
            since,
        }
    }
}

/// Drives the execution of `lease` until it ends, is let go, or the lease is lost.
pub(crate) async fn drive<J: Journal, H: Hypervisor>(
    ports: &Ports<J, H>,
    config: &Config,
    cancel: &CancellationToken,
    lease: Lease,
    held: Held,
) -> Outcome {
    let mut announced = false;
    let mut tried = 0;
    loop {
        let setback = match load(ports, config, cancel, lease, &held).await {
            Ok(None) => return Outcome::LetGo,
            Ok(Some(mut driver)) => {
                let result = driver.announce(&mut announced).await;
                match result {
                    Ok(()) => match driver.advance().await {
                        Ok(()) => return Outcome::Ended,
                        Err(setback) => setback,
                    },
                    Err(setback) => setback,
                }
            }
            Err(setback) => setback,
        };
        match setback {
            Setback::Again => continue,
            Setback::Lost => return Outcome::Lost,
            Setback::LetGo => return Outcome::LetGo,
            Setback::Illegal(why) => {
                return quarantine(ports, lease, &why.to_string()).await;
            }
            Setback::Drill { left } => {
                tracing::info!(execution = %lease.execution, "held by a drill of the emergency stop");
                let wait = left.clamp(DRILL_LOOK, DRILL_LOOK_LAST);
                tokio::select! {
                    () = cancel.cancelled() => return Outcome::LetGo,
                    () = tokio::time::sleep(wait) => {}
                }
                announced = false;
                continue;
            }
            // The others are dealt with where they arise; folding anew is right for any that is not.
            Setback::Store(_)
            | Setback::EmergencyStop
            | Setback::NoLongerAllowed { .. }
            | Setback::Busy { .. } => {
                tracing::warn!(execution = %lease.execution, error = ?setback, "driving is set back");
                // What was checked before the break is old by now, as after a crash.
                announced = false;
            }
        }
        tried += 1;
        let wait = config.pace.again(tried, ports.chance.fraction());
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Outcome::LetGo,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    /// Says in the journal who drives, once a lease.
    async fn announce(&mut self, announced: &mut bool) -> Result<(), Setback> {
        if *announced || self.memory.state.ending().is_some() {
            return Ok(());
        }
        let replica = self.config.replica.clone();
        let resumed = self.memory.state.is_started();
        let entries = if resumed {
            let entry = self.recorder().resumed(self.ports.clock.now(), &replica);
            Entries {
                ledger: vec![entry],
                ..Entries::from(Event::Resumed { replica })
            }
        } else {
            Entries::from(Event::Started { replica })
        };
        self.record(entries).await?;
        *announced = true;
        if resumed {
            // Before anything is looked at: what an earlier driver has not sent yet shall not go out any more.
            self.ports.hypervisor.fence(self.lease).await;
        }
        Ok(())
    }

    /// Goes from step to step to the end.
    async fn advance(&mut self) -> Result<(), Setback> {
        loop {
            if self.cancel.is_cancelled() {
                return Err(Setback::LetGo);
            }
            let outcome = match self.memory.state.next() {
                Next::Begin { step, attempt } => self.begin(step, attempt).await,
                Next::PreCheck { step, attempt } => self.pre_check(step, attempt).await,
                Next::Send { step, attempt } => self.send(step, attempt).await,
                Next::Resolve { step, attempt } => self.resolve(step, attempt).await,
                Next::Follow {
                    step,
                    attempt,
                    upid,
                } => self.follow(step, attempt, &upid).await,
                Next::PostCheck {
                    step,
                    attempt,
                    exit,
                } => self.post_check(step, attempt, exit).await,
                Next::Settle { event } => self.close_step(event).await,
                Next::End { state, message } => self.end(state, message).await,
                Next::Nothing => return Ok(()),
            };
            match outcome {
                Ok(()) | Err(Setback::Again) => {}
                Err(Setback::EmergencyStop) => self.heed_emergency_stop().await?,
                Err(Setback::NoLongerAllowed { name, why }) => {
                    self.stop_for_lost_right(&name, &why).await?;
                }
                Err(setback) => return Err(setback),
            }
        }
    }

    /// The step of this number. The state machine names no others.
    pub(crate) fn step(plan: &Plan, number: u16) -> Result<&Step, Setback> {
        plan.steps
            .iter()
            .find(|step| step.number == number)
            .ok_or(Setback::Illegal(IllegalEvent::NoSuchStep(number)))
    }

    pub(crate) fn recorder(&self) -> Recorder {
        Recorder {
            execution: self.lease.execution,
        }
    }

    /// How long ago the task's id was journaled.
    pub(crate) fn since_submitted(&mut self) -> Duration {
        let now = self.ports.clock.now();
        let submitted_at = self.memory.submitted_at.unwrap_or(now);
        let watch = self
            .watch
            .filter(|watch| watch.submitted_at == submitted_at)
            .unwrap_or_else(|| {
                let passed = now.unix_millis().saturating_sub(submitted_at.unix_millis());
                Watch {
                    submitted_at,
                    before: Duration::from_millis(u64::try_from(passed).unwrap_or(0)),
                    since: tokio::time::Instant::now(),
                }
            });
        self.watch = Some(watch);
        watch.before + watch.since.elapsed()
    }

    /// How long the step may take, by the pace of this Proxmox.
    pub(crate) fn timeout(&self, step: &Step) -> Duration {
        self.config.pace.seconds(f64::from(step.timeout_s))
    }

    /// The longest that the whole plan can take when everything that may take its time does, in seconds of Proxmox's
    /// clock.
    pub(crate) fn longest(&self) -> u64 {
        let patience = self.config.guest_patience.as_secs();
        let step = |step: &Step| {
            let once = patience + u64::from(step.timeout_s) + Pace::OVERHEAD_S;
            once.saturating_mul(u64::from(step.max_attempts))
        };
        self.plan.steps.iter().map(step).sum()
    }

    /// Waits, unless this process is to end.
    pub(crate) async fn rest(&self, time: Duration) -> Result<(), Setback> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Setback::LetGo),
            () = tokio::time::sleep(time) => Ok(()),
        }
    }

    /// The emergency stop asks every execution that it finds. One that it could not find yet asks itself.
    async fn heed_emergency_stop(&mut self) -> Result<(), Setback> {
        self.catch_up().await?;
        let at = self.ports.clock.now();
        let entry = self.recorder().stop_requested(at, EMERGENCY_STOP);
        let stop = Event::StopRequested {
            by: EMERGENCY_STOP.to_owned(),
            emergency: true,
            reason: None,
        };
        self.stop_once(stop, entry).await
    }

    /// Stops at this boundary, as a person's request would: somebody on whose word this runs may not give it any more.
    async fn stop_for_lost_right(&mut self, name: &str, why: &str) -> Result<(), Setback> {
        self.catch_up().await?;
        let reason = format!("{name} may not stand for this execution any more: {why}");
        tracing::warn!(
            target: "argus::event", kind = "right_lost", execution = %self.lease.execution, name, why,
            "an execution stops: whoever stood for it may not any more"
        );
        let at = self.ports.clock.now();
        let entry = self.recorder().stop_requested(at, &reason);
        let stop = Event::StopRequested {
            by: ARGUS.to_owned(),
            emergency: false,
            reason: Some(reason),
        };
        self.stop_once(stop, entry).await
    }

    /// Writes a request to stop, unless there is one.
    async fn stop_once(&mut self, stop: Event, entry: Entry) -> Result<(), Setback> {
        if self.memory.state.stop().is_some() {
            return Ok(());
        }
        self.record(Entries {
            ledger: vec![entry],
            ..Entries::from(stop)
        })
        .await
    }

    async fn end(&mut self, state: ExecutionState, message: String) -> Result<(), Setback> {
        let entry = self
            .recorder()
            .ended(self.ports.clock.now(), state, &message);
        tracing::info!(execution = %self.lease.execution, state = state.as_str(), "execution ended");
        self.record(Entries {
            ledger: vec![entry],
            end: Some(state),
            ..Entries::from(Event::Ended { state, message })
        })
        .await
    }
}
