//! The review of a proposal: the same component as a page and as a dialog over a list.

mod approvals_panel;
mod approve;
mod break_glass;
mod circumstances;
mod collisions;
mod decision;
mod decision_bar;
mod decisions;
mod drift;
#[cfg(test)]
mod fixture;
mod head;
mod impact;
mod later;
mod modal;
mod outcome;
mod part;
mod policy;
mod radio;
mod raw;
mod reject;
mod request_changes;
mod revoke;
mod risk;
mod signatures;
mod snapshot_prompt;
mod step_card;
mod successor;
mod timeline;
mod view;
mod ways;
mod what_changed;
mod withdraw;

pub use modal::ProposalReviewModal;
pub use view::{ProposalReview, follow};
