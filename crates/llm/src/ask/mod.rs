//! Asking a language model for a draft: one round, and nothing that comes of it is believed.
//!
//! [`turn`] says who answers a request: the rules where they understand it or have a better question, a model where words
//! were left over and the rules could tell what the request is about. Then [`Round::draft`] goes one way only:
//!
//! 1. a prompt out of the request and as little of the cluster as there can be ([`Subject`]), cleaned, fenced and redacted;
//! 2. a [`Witness`] gets the very bytes before they leave, and what came back after;
//! 3. the answer is read strictly, held to the caller's [`Contract`], to the guests that the request is about, and to
//!    the linter;
//! 4. where that fails, one more question with what was wrong; after that there is no draft, and reasons;
//! 5. where text of others was in the prompt, the same question without it ([`Counterfactual`]).
//!
//! Whoever stops waiting drops the future: the connection is closed and nothing more is sent. Nothing here reads, writes
//! or logs by itself.

mod brief;
mod context;
mod contract;
mod counterfactual;
mod hygiene;
mod judge;
mod model;
mod orders;
mod outcome;
mod prompt;
mod provenance;
mod round;
mod scorecard;
mod shown;
mod subject;
mod told;
mod witness;

pub use brief::{Brief, Channel, Fence, FreeText};
pub use contract::{Contract, Fault, FaultRule};
pub use counterfactual::{Counterfactual, Shape};
pub use model::DraftModel;
pub use orders::{Reason, Suspect, reasons};
pub use outcome::{Author, Drafting, Judged, ModelDraft, NoDraft, Put, Reply};
pub use round::Round;
pub use scorecard::{Scorecard, Verdict};
pub use subject::{Subject, Turn, details, turn};
pub use witness::{Outgoing, Purpose, Stage, Witness};
