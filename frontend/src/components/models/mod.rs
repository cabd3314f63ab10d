//! Parts of the page about language models.

mod money;
mod provider;
mod scorecard;
mod test;

pub use money::amount;
pub use provider::provider;
pub use scorecard::table;
