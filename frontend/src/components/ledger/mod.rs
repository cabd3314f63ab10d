//! Ledger records and their chain.

mod chain;
mod chain_check;
mod record_row;

pub use chain_check::ChainCheck;
pub use record_row::RecordRow;
