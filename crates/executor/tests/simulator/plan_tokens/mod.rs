//! A token for each plan: that it is the only one that sends, that it may do nothing but its plan, that none is left.

mod beyond;
mod calls;
mod life;
mod refusals;
