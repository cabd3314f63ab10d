//! The policy: what a document says, what it demands of plans, and that rules only tighten.

mod demands;
mod fixture;
mod matching;
mod over_time;
mod properties;
mod reading;
mod shipped;
