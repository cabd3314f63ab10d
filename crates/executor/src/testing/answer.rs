//! Ways in which a Proxmox in memory treats a request.

use crate::ports::Refusal;

/// What becomes of one request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A task that works.
    Task,
    /// A task that ends with this text.
    TaskFails(&'static str),
    /// A task that says OK and does nothing.
    NoEffect,
    /// A task that never ends.
    NeverEnds,
    /// A task that works and whose end Proxmox cannot explain, the first so many times that it is asked.
    LostTrack(u32),
    /// The same for ever, of a task that did nothing.
    LostTrackAndNoEffect,
    /// A task that works and warns of something in the last line of its log.
    TaskWarns(&'static str),
    /// A task that Proxmox knows nothing of later, whether it works or not.
    Forgotten(bool),
    /// A task that only queues the wish; it comes true so many seconds later.
    Queued(u64),
    /// Nothing is sent.
    NotSent,
    /// Refused.
    Refused(Refusal, &'static str),
    /// It came true by another hand, and is refused for that.
    AlreadySo,
    /// The task runs, the answer is lost.
    Lost,
    /// The answer is lost and the task appears so many seconds later.
    LostAndLate(u64),
    /// Nothing was done, and nobody knows.
    LostBefore,
    /// Two tasks of one request, as somebody else with our token would make.
    LostAndDoubled,
}
