//! Every entry of the catalogue from its plan to the simulator: done, refused, its answer lost, and taken back.

mod lost;
mod rows;
pub mod stage;
mod success;
mod truth;
mod undo;
