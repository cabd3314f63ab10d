//! A token for each plan: that it is the only one that sends, that it is refused everything beside its plan, and that
//! none is left.

mod calls;
mod life;
mod need;
mod refusals;
mod report;
mod variants;
mod world;
