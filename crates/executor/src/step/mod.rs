//! What the state machine asks for, a file each.

mod begin;
mod close;
mod follow;
pub(crate) mod kept;
pub(crate) mod look;
mod post_check;
mod pre_check;
mod resolve;
mod send;
