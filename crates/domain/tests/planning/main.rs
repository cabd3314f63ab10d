//! Planning, from a draft and facts to a plan: tables per action and per refusal, and what holds for all.

mod actions;
mod catalogue;
mod cluster;
mod drift;
mod fixture;
mod inventory;
mod properties;
mod refusals;
mod review;
