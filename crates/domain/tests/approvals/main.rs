//! Two people are two human beings: who may approve, confirm, break glass and release.

mod approve;
mod confirm;
mod fixture;
mod glass;
mod go_on;
mod lone_admin;
mod properties;
mod release;
mod sequences;
