//! The collector: one reader of the cluster, whoever is watching.
//!
//! It asks Proxmox at its own pace and publishes one immutable snapshot, serialised and compressed once.
//! Requests of viewers are served from it; none of them reaches Proxmox.

mod encoded;
mod going_on;
mod inventory;
mod on_demand;
mod poll;
mod trimmed;
mod view;

pub use encoded::Encoded;
pub use going_on::GoingOn;
pub use inventory::{Inventory, Snapshot};
pub use on_demand::OnDemand;
pub use poll::Collector;
pub use trimmed::Trimmed;
