//! The executor with a real PostgreSQL and the typed client, against the simulator over HTTPS. What was done
//! is counted in the simulator's own list of tasks.

mod catalogue;
mod clocks;
#[path = "../../../proxmox/tests/requests/description.rs"]
mod description;
mod lab;
mod plan_tokens;
mod reading;
mod twin;
mod whole_path;
