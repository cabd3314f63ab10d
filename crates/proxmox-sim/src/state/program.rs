//! What a worker does: a job (what was asked) becomes a program (what happens when) once it begins.

use serde::{Deserialize, Serialize};

use super::guest::Snapshot;
use super::guest_job::{GuestEffect, GuestJob};
use super::node_work::NodeJob;
use super::task::{Exit, Twist};

/// What a task was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// Start a guest.
    Start,
    /// Stop a guest hard.
    Stop,
    /// Ask a guest to shut down; `force` stops it hard when the time is over.
    Shutdown {
        /// Seconds.
        timeout_s: u64,
        /// Stop it hard afterwards.
        force: bool,
    },
    /// Shut down and start again.
    Reboot {
        /// Seconds.
        timeout_s: u64,
    },
    /// Press the reset button.
    Reset,
    /// Move a guest to another node.
    Migrate {
        /// The other node.
        target: String,
        /// Whether the caller asked for a live migration.
        online: bool,
        /// Whether a container may be stopped and started for it.
        restart: bool,
        /// Whether local disks may be copied along.
        with_local_disks: bool,
    },
    /// Take a snapshot.
    Snapshot {
        /// Its name.
        name: String,
        /// A person's words.
        description: String,
        /// With the memory.
        vmstate: bool,
    },
    /// Delete a snapshot.
    DeleteSnapshot {
        /// Its name.
        name: String,
    },
    /// Go back to a snapshot.
    Rollback {
        /// Its name.
        name: String,
        /// Start the guest afterwards.
        start: bool,
    },
    /// Queue a command for the HA manager.
    Ha {
        /// The one line of its log.
        line: String,
    },
    /// Something about a node and none of its guests.
    OnNode(NodeJob),
    /// Something about a guest's disks, copies and archives.
    Guest(GuestJob),
}

impl Job {
    /// Whether the worker keeps the guest's configuration file locked until it ends.
    pub fn holds_file(&self) -> bool {
        matches!(
            self,
            Self::Start | Self::Stop | Self::Shutdown { .. } | Self::Reboot { .. } | Self::Reset
        )
    }

    /// Whether the worker touches the guest's configuration file at all.
    pub fn needs_file(&self) -> bool {
        !matches!(self, Self::Ha { .. } | Self::OnNode(_))
    }
}

/// One thing that a worker does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beat {
    /// It writes a line into its log.
    Line(String),
    /// It changes the guest.
    Effect(Effect),
    /// A service of its node starts or stops.
    Unit {
        /// Its name.
        unit: String,
        /// Whether it runs from now on.
        on: bool,
    },
    /// It ends.
    End(Exit),
}

/// A change of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Its process starts or stops.
    Power(bool),
    /// It is on another node, with a new process if it runs.
    Move(String),
    /// Its configuration lock changes.
    Lock(Option<String>),
    /// A snapshot is there.
    Save(Snapshot),
    /// A snapshot is gone.
    Drop(String),
    /// It is what it was when a snapshot was taken.
    Restore(String),
    /// A change that goes beyond these.
    Guest(Box<GuestEffect>),
}

/// What a worker does, by milliseconds since it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Everything but the end, in order.
    pub beats: Vec<(u64, Beat)>,
    /// When it ends.
    pub end_ms: u64,
    /// How it ends.
    pub exit: Exit,
}

impl Program {
    /// A program that ends well after a time.
    pub fn lasting(end_ms: u64) -> Self {
        Self {
            beats: Vec::new(),
            end_ms,
            exit: Exit::Ok,
        }
    }

    /// Adds a log line.
    #[must_use]
    pub fn line(mut self, at_ms: u64, text: impl Into<String>) -> Self {
        self.beats.push((at_ms, Beat::Line(text.into())));
        self
    }

    /// Adds a change.
    #[must_use]
    pub fn effect(mut self, at_ms: u64, effect: Effect) -> Self {
        self.beats.push((at_ms, Beat::Effect(effect)));
        self
    }

    /// Holds a configuration lock from the first to the last moment.
    #[must_use]
    pub fn locking(mut self, lock: &str) -> Self {
        let set = Beat::Effect(Effect::Lock(Some(lock.into())));
        self.beats.insert(0, (0, set));
        let end = self.end_ms;
        self.effect(end, Effect::Lock(None))
    }

    /// Makes it end badly.
    #[must_use]
    pub fn failing(mut self, text: impl Into<String>) -> Self {
        self.exit = Exit::Error(text.into());
        self
    }

    /// Bends it as a fault wants. What comes back second is kept until the fault is lifted.
    pub fn bent(mut self, twist: Option<&Twist>) -> (Self, Option<Self>) {
        match twist {
            None => (self, None),
            Some(Twist::Writes(flood)) => {
                // Whatever it locks it locks at once; it says and does nothing until its long log is written.
                let opens = |(at_ms, beat): &(u64, Beat)| {
                    *at_ms == 0 && matches!(beat, Beat::Effect(effect) if effect.is_lock())
                };
                for beat in self.beats.iter_mut().filter(|beat| !opens(beat)) {
                    beat.0 = beat.0.saturating_add(flood.ms);
                }
                self.end_ms = self.end_ms.saturating_add(flood.ms);
                (self, None)
            }
            Some(Twist::Fails(text)) => {
                self.beats.retain(|(_, beat)| {
                    matches!(beat, Beat::Line(_))
                        || matches!(beat, Beat::Effect(effect) if effect.is_lock())
                });
                (self.failing(text.clone()), None)
            }
            Some(Twist::NeverEnds) => {
                let opening = |(at_ms, beat): &(u64, Beat)| {
                    let opens = match beat {
                        Beat::Line(_) => true,
                        Beat::Effect(effect) => effect.is_lock() || effect.reserves(),
                        Beat::Unit { .. } | Beat::End(_) => false,
                    };
                    *at_ms == 0 && opens
                };
                let (begun, rest) = self.beats.into_iter().partition(opening);
                let rest = Self {
                    beats: rest,
                    ..Self::lasting(self.end_ms)
                };
                let begun = Self {
                    beats: begun,
                    ..Self::lasting(u64::MAX)
                };
                (
                    begun,
                    Some(Self {
                        exit: self.exit,
                        ..rest
                    }),
                )
            }
        }
    }
}
