//! The review of a proposal: the same component as a page and as a dialog over a list.

mod decision;
mod decision_bar;
mod head;
mod modal;
mod outcome;
mod radio;
mod raw;
mod risk;
mod snapshot_prompt;
mod step_card;
mod view;
mod withdraw;

pub use modal::ProposalReviewModal;
pub use view::{ProposalReview, follow};
