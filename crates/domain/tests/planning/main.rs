//! Planning, from a draft and facts to a plan: tables per action and per refusal, and what holds for all.

mod actions;
mod catalogue;
mod drift;
mod fixture;
mod inventory;
mod plan_diff;
mod properties;
mod refusals;
mod review;
