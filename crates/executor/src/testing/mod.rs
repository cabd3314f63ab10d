//! A journal and a Proxmox in memory, on tokio's clock: what tests and the campaign `schedules` put behind the ports.
//!
//! Both only carry out what they are asked, as the real ones do. Who wants answers lost, processes dead or databases
//! away puts that in front of them.

mod answer;
mod cluster;
mod journal;
mod proxmox;

pub use answer::Answer;
pub use cluster::{BEGAN, OLD, guest, inventory, wall_clock};
pub use journal::{Books, Execution, MemoryJournal};
pub use proxmox::{Guest, MemoryProxmox, Model, TASK, Task};
