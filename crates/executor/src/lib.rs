//! Durable execution of confirmed plans: from a plan in the database to tasks inside Proxmox that are seen
//! to have done what the plan says.
//!
//! # What it guarantees
//!
//! - **Never twice.** Before a request leaves, the intent to send it is committed. After a crash, a lost
//!   answer or a takeover, an intent without an answer is resolved by looking: the task list first, then the
//!   state. A task that any execution's journal has is never taken for the lost one. A step that is unsafe to repeat is
//!   sent again only where the request provably never left or Proxmox refused it at once.
//! - **Never lost.** Whatever process dies, the execution is taken up by another (or the next) one when its
//!   lease runs out, and goes on from its journal alone.
//! - **Done means seen.** A step succeeds when its post-checks hold on fresh state, whatever the task said. Where the
//!   guest would look the same without the step (a reset), Proxmox's word that it was done is needed as well.
//! - **Drift stops.** What a step relies on is read again right before it is sent. A value that cannot be
//!   read does not hold.
//! - **Stop stops.** An intent is committed only while no stop is set, in one transaction with that check.
//!   What already runs inside Proxmox is followed to its end.
//! - **Rights of now.** In the same transaction everybody on whose word the plan was started is looked up again: the
//!   one who confirmed and the approvers who were needed. Who was disabled or lost a right stops it at this boundary.
//! - **No ledger, no action.** The records about a step are in the same transaction as its journal entries.
//! - **Patience.** A node that does not answer is asked less and less often and nothing is sent to it; that alone never ends
//!   a step before its time.
//! - **Rights of the plan.** Where each plan gets a token of its own, nothing else sends, and who takes over voids the
//!   token of the one before first: what that one sends afterwards, Proxmox refuses.
//! - **One driver.** Every entry is fenced by the lease's epoch and by the database's clock.
//!
//! # What it cannot guarantee
//!
//! - Proxmox has no idempotency keys and no fencing. A process that is frozen exactly between the commit of
//!   an intent and its request, for longer than the lease, and then wakes, could send a request that nobody
//!   expects any more. The window is guarded by a monotonic clock, looked at each time before the request goes
//!   on, and is a few instructions wide; it is not zero. Of a machine that stood still as a whole (a paused
//!   virtual machine), that clock may know nothing. It is closed where each plan has a token of its own, once Proxmox has
//!   removed the old one.
//! - Between the pre-check and the request somebody else can change the guest. Proxmox's own locks and the
//!   post-check are what is left then.
//! - A task that was started, and whose trace Proxmox lost (rotated away, node gone), cannot be told from
//!   one that was never started. Where that would matter the step becomes `needs_attention`, and the guest
//!   stays reserved until a person has looked.
//! - A request counts as never carried out when the task list stayed empty for 12 s and nothing holds the guest. One
//!   that Proxmox takes up later than that is not expected any more.
//! - A lost answer's task is looked for from 25 h before its intent. A wall clock of ours that is further ahead of the
//!   node's hides it.
//! - A refusal that was lost with its process cannot be told from a request that was lost: a step that is unsafe to
//!   repeat needs a person then, though nothing happened.
//! - Whoever takes over does not know how much time passed. A guest that was restarted twice shortly after one another
//!   may then be called not verified though it was; and what only comes about later (high availability) is waited for
//!   by the journal's times, so that a clock that is off can end that wait early. Neither is ever called done.
//! - A timeout ends the waiting, not the task.
//!
//! # How it is built
//!
//! What comes next is decided by [`argus_domain::execution::State`]; this crate only does it. Clock,
//! randomness, journal and Proxmox are behind [`ports`]. [`adapter`] is the only file of Argus that can
//! change anything inside Proxmox, but for tokens and their rights: those are the gateway's in `plan_token`.

pub mod adapter;
mod afterwards;
pub mod alert;
mod breaker;
mod driver;
mod entries;
#[cfg(not(feature = "fail-points"))]
mod fail_points;
#[cfg(feature = "fail-points")]
pub mod fail_points;
mod held;
mod hypervisor;
mod journal;
mod load;
mod memory;
mod pace;
mod plan_token;
pub mod ports;
mod record;
mod run;
pub mod sight;
mod step;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;

pub use afterwards::{Afterwards, Seen, SeenTask};
pub use hypervisor::Proxmox;
pub use journal::StoreJournal;
pub use pace::Pace;
pub use plan_token::PlanTokens;
pub use run::{Config, Executor, Ports};
