//! A task runs inside Proxmox: its log is copied, its end is awaited.

use argus_types::event::{Event, TaskExit, TaskLine};

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::ports::{Hypervisor, Journal, ReadError, TaskState};

/// Lines asked for at a time.
const PAGE: u32 = 500;
/// Lines of one task that are kept; a task that writes more is read in Proxmox.
const MOST_LINES: u32 = 5000;
/// How often an end that Proxmox cannot explain, or a task that it does not know, is looked at again.
const SECOND_LOOKS: u32 = 3;

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    pub(crate) async fn follow(
        &mut self,
        number: u16,
        attempt: u8,
        upid: &str,
    ) -> Result<(), Setback> {
        let plan = self.plan.clone();
        let step = Self::step(&plan, number)?;
        let mut doubts = 0;
        loop {
            // Before the look: what ended while the answer was on its way, or this process stood still, is seen by the next.
            let waited = self.since_submitted();
            let end = match self.ports.hypervisor.task(upid).await {
                Ok(TaskState::Running) => {
                    doubts = 0;
                    None
                }
                Ok(TaskState::Ended {
                    exit: TaskExit::Unexpected,
                    message,
                }) => {
                    // The worker may be gone a moment before its last line is written.
                    doubts += 1;
                    (doubts >= SECOND_LOOKS).then_some((TaskExit::Unexpected, message))
                }
                Ok(TaskState::Ended { exit, message }) => Some((exit, message)),
                Err(ReadError {
                    absent: true,
                    message,
                }) => {
                    doubts += 1;
                    (doubts >= SECOND_LOOKS).then(|| {
                        let gone = format!("Proxmox does not know the task any more: {message}");
                        (TaskExit::Unexpected, gone)
                    })
                }
                Err(error) => {
                    tracing::debug!(execution = %self.lease.execution, step = number, %error, "the task cannot be read");
                    None
                }
            };
            // The log after the status: when the task has ended, so has its log.
            let lines = self.new_lines(upid).await;
            if let Some((exit, message)) = end {
                let mut events = log(number, attempt, lines);
                events.push(Event::TaskEnded {
                    step: number,
                    attempt,
                    exit,
                    message,
                });
                return self
                    .record(Entries {
                        events,
                        ..Entries::default()
                    })
                    .await;
            }
            if !lines.is_empty() {
                self.record(Entries {
                    events: log(number, attempt, lines),
                    ..Entries::default()
                })
                .await?;
            }
            if waited >= self.timeout(step) {
                return self
                    .needs_attention(
                        number,
                        format!(
                            "the task did not end within {} s and was left running inside Proxmox: {upid}",
                            step.timeout_s
                        ),
                    )
                    .await;
            }
            let wait = if doubts > 0 {
                self.config.pace.look()
            } else {
                self.config.pace.poll(waited)
            };
            self.rest(wait).await?;
        }
    }

    /// Lines that are not journaled yet. A log that cannot be read now is read with the next look; at the
    /// task's end, what cannot be read is left in Proxmox.
    async fn new_lines(&self, upid: &str) -> Vec<TaskLine> {
        let mut lines: Vec<TaskLine> = Vec::new();
        loop {
            let last = lines.last().map_or(self.memory.log_lines, |line| line.n);
            if last >= MOST_LINES {
                return lines;
            }
            match self.ports.hypervisor.task_log(upid, last, PAGE).await {
                Ok(page) if page.is_empty() => return lines,
                Ok(page) => {
                    let full = page.len() >= PAGE as usize;
                    lines.extend(page);
                    if !full {
                        return lines;
                    }
                }
                Err(error) => {
                    tracing::debug!(execution = %self.lease.execution, %error, "the task log cannot be read");
                    return lines;
                }
            }
        }
    }
}

fn log(step: u16, attempt: u8, lines: Vec<TaskLine>) -> Vec<Event> {
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Event::Log {
        step,
        attempt,
        lines,
    }]
}
