//! Every entry of the catalogue from its plan to the simulator: done, refused, its answer lost, and taken back.

mod lost;
pub mod rows;
pub mod stage;
mod success;
pub mod truth;
mod undo;
