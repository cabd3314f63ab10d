//! The executor with a real PostgreSQL and the typed client, against the simulator over HTTPS. What was done
//! is counted in the simulator's own list of tasks.

mod alone;
mod catalogue;
mod clocks;
#[path = "../../../proxmox/tests/requests/description.rs"]
mod description;
mod faults;
mod impostors;
#[path = "../ports/journal.rs"]
#[expect(dead_code, reason = "its troubles are for the tests of the ports")]
mod journal;
mod lab;
mod plan_tokens;
mod reading;
mod twin;
mod whole_path;
