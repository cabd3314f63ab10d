//! The ways in, one a file, and going on once one is in.

mod demo;
mod first_admin;
mod go_on;
mod passkey;
mod providers;

pub use demo::DemoDoor;
pub use first_admin::FirstAdmin;
pub use go_on::{after_makeshift, go_on};
pub use passkey::PasskeyDoor;
pub use providers::ProviderDoor;
