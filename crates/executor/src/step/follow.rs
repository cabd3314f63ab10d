//! A task runs inside Proxmox: what is worth keeping of its log is copied, its end is awaited.

use argus_types::event::{Event, TaskExit};

use super::kept::Look;
use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::ports::{Hypervisor, Journal, ReadError, TaskState};

/// Lines asked for at a time: no more are in memory. Proxmox reads a log from its first line for each page, so pages
/// must not be small either.
const PAGE: u32 = 2_000;
/// Pages of a task that runs which are read before its state is looked at again.
const PAGES: u32 = 10;
/// A line that no task reaches which is still read; what lies beyond is left in Proxmox.
const LAST_LINE: u32 = 2_000_000;
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
            let mut unread = None;
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
                    ..
                }) => {
                    doubts += 1;
                    (doubts >= SECOND_LOOKS).then(|| {
                        let gone = format!("Proxmox does not know the task any more: {message}");
                        (TaskExit::Unexpected, gone)
                    })
                }
                Err(error) => {
                    tracing::debug!(execution = %self.lease.execution, step = number, %error, "the task cannot be read");
                    unread = Some(error);
                    None
                }
            };
            // The log after the status: when the task has ended, so has its log.
            let look = self.new_lines(upid, end.is_some()).await?;
            let is_behind = look.is_behind;
            let mut events = look.lines.entries(number, attempt);
            if let Some((exit, message)) = end {
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
            if !events.is_empty() {
                self.record(Entries {
                    events,
                    ..Entries::default()
                })
                .await?;
            }
            if waited >= self.timeout(step) {
                let why = match unread {
                    None => format!(
                        "the task did not end within {} s and was left running inside Proxmox: {upid}",
                        step.timeout_s
                    ),
                    Some(error) => format!(
                        "after {} s it is not known what became of the task {upid}: {error}",
                        step.timeout_s
                    ),
                };
                return self.needs_attention(number, why).await;
            }
            if is_behind && doubts == 0 {
                continue;
            }
            let wait = if doubts > 0 {
                self.config.pace.look()
            } else {
                self.config.pace.poll(waited)
            };
            self.rest(wait).await?;
        }
    }

    /// What is new in the log. One that cannot be read now is read with the next look; at the task's end, what cannot
    /// be read is left in Proxmox.
    async fn new_lines(&self, upid: &str, is_last: bool) -> Result<NewLines, Setback> {
        let mut lines = Look::after(self.memory.log, is_last);
        let mut pages = 0;
        while lines.last < LAST_LINE {
            if pages == PAGES && !is_last {
                lines.is_behind();
                return Ok(NewLines {
                    lines,
                    is_behind: true,
                });
            }
            // At a task's end there may be many pages.
            if pages > 0 && self.cancel.is_cancelled() {
                return Err(Setback::LetGo);
            }
            match self.ports.hypervisor.task_log(upid, lines.last, PAGE).await {
                Ok(page) => {
                    let is_full = page.len() >= PAGE as usize;
                    page.into_iter().for_each(|line| lines.take(line));
                    if !is_full {
                        break;
                    }
                }
                Err(error) => {
                    tracing::debug!(execution = %self.lease.execution, %error, "the task log cannot be read");
                    break;
                }
            }
            pages += 1;
        }
        Ok(NewLines {
            lines,
            is_behind: false,
        })
    }
}

/// What one look found in the log.
struct NewLines {
    lines: Look,
    /// There is more: the next look needs not wait.
    is_behind: bool,
}
