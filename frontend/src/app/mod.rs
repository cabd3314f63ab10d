//! Puts the page together: contexts, the frame around every screen, and which path shows which screen. One file
//! is one bundle, the others are what both have.

pub mod console;
mod frame;
mod gate;
pub mod office;
mod start;
