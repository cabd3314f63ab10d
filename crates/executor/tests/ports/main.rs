//! The executor against a journal in memory and a Proxmox that does what a test tells it, on a clock that
//! stands still until everybody waits.

mod crashes;
mod journal;
mod lost_answers;
mod outcomes;
mod proxmox;
mod silence;
mod stops;
mod world;
