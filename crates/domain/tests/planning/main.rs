//! Planning, from a draft and facts to a plan: tables per action and per refusal, and what holds for all.

mod actions;
mod availability;
mod availability_limits;
mod backups;
mod catalogue;
mod cluster;
mod copies;
mod disagreements;
mod disks;
mod drafts;
mod drain;
mod drift;
mod endings;
mod fixture;
mod flips;
mod impact;
mod inventory;
mod kept;
mod nodes;
mod properties;
mod refusals;
mod relying;
mod review;
mod sheet;
mod twin;
mod volumes;
