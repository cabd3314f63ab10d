//! How a draft came about: who wrote it, where each parameter is from, what the linter said, what was sent and received.

mod exchange;
mod lint;
mod marked;
mod prose;
mod provenance;
mod record;
mod suspect;

pub use record::record;
