//! What a language model is asked to write, and what is made of what it wrote.
//!
//! The *wire schema* is made out of the proposal schema, which the caller hands over: this crate knows no action by
//! name. It says which shape an answer has and nothing of lengths, patterns or ranges, because providers differ in what
//! they take; what comes back is brought into the form of the proposal schema and is judged by that one.
//!
//! Two renderings say the same. The rich one has a branch for each action with its own parameters. The flat one has keys
//! and values as text, for providers that give up on many branches.

mod catalogue;
mod decode;
mod found;
mod node;
mod schema;
#[cfg(test)]
mod strict_subset;
mod words;

pub use catalogue::{Catalogue, CatalogueError};
pub use decode::{Misfit, OpenQuestion, Wished};
pub use found::{NoJson, json_of};
pub use schema::{Rendering, WireSchema};

/// The catalogue of the schema that is in the repository.
#[cfg(test)]
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: std::sync::LazyLock<Catalogue> = std::sync::LazyLock::new(|| {
        let text = include_str!("../../../../schemas/proposal.schema.json");
        Catalogue::of(&serde_json::from_str(text).unwrap()).unwrap()
    });
    &CATALOGUE
}
