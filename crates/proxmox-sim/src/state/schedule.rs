//! What will happen, in order of time; things of the same time happen in the order they were planned.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ha::HaCommand;
use super::program::Beat;
use super::task::TaskKey;

/// Something that happens by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// A worker does its next thing.
    Beat(TaskKey, Beat),
    /// A worker has waited long enough for a configuration file.
    FileLockTimeout(TaskKey),
    /// A worker has waited long enough for its node's lock of archives.
    DumpLockTimeout(TaskKey),
    /// The nodes publish their numbers.
    Broadcast,
    /// The HA manager acts on a command for a guest.
    Ha(u32, HaCommand),
    /// The HA manager gives up on a node.
    Fence(String),
    /// A node goes down or comes up.
    Turn(String),
    /// A replication job is due.
    Replicate(String),
    /// A backup job is due.
    BackUp(String),
    /// A replication job's run is over.
    Replicated(String),
}

/// The agenda.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Schedule {
    due: VecDeque<(u64, Event)>,
}

impl Schedule {
    /// Plans an event.
    pub fn at(&mut self, at_ms: u64, event: Event) {
        let place = self.due.partition_point(|(at, _)| *at <= at_ms);
        self.due.insert(place, (at_ms, event));
    }

    /// Takes the next event if it is due by `to_ms`.
    pub fn next_by(&mut self, to_ms: u64) -> Option<(u64, Event)> {
        if self.due.front()?.0 > to_ms {
            return None;
        }
        self.due.pop_front()
    }

    /// Removes what a task would still have done, and gives it back.
    pub fn cancel(&mut self, task: TaskKey) -> Vec<(u64, Event)> {
        let (own, others) = std::mem::take(&mut self.due).into_iter().partition(
            |(_, event)| matches!(event, Event::Beat(key, _) | Event::FileLockTimeout(key) | Event::DumpLockTimeout(key) if *key == task),
        );
        self.due = others;
        Vec::from(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_happen_by_time_then_by_order_of_planning() {
        let mut schedule = Schedule::default();
        schedule.at(20, Event::Broadcast);
        schedule.at(10, Event::FileLockTimeout(1));
        schedule.at(10, Event::FileLockTimeout(2));
        let mut seen = Vec::new();
        while let Some((at, event)) = schedule.next_by(15) {
            seen.push((at, matches!(event, Event::FileLockTimeout(1))));
        }
        assert_eq!(seen, [(10, true), (10, false)]);
        assert!(matches!(schedule.next_by(20), Some((20, Event::Broadcast))));
    }

    #[test]
    fn cancelling_touches_one_task_only() {
        let mut schedule = Schedule::default();
        schedule.at(1, Event::FileLockTimeout(1));
        schedule.at(2, Event::FileLockTimeout(2));
        assert_eq!(schedule.cancel(1).len(), 1);
        assert!(matches!(
            schedule.next_by(5),
            Some((2, Event::FileLockTimeout(2)))
        ));
    }
}
