//! The emergency stop as every screen shows it.

use argus_types::emergency::EmergencyStop;
use leptos::prelude::*;

use super::live::use_live;
use super::load::{Load, load};
use super::session::use_session;
use crate::api::emergency_stop::emergency_stop;

/// Reads it now, whenever the live stream says that it was set or released, and whenever an execution moves,
/// because it names those that still run.
pub fn provide_emergency() {
    let session = use_session();
    let live = use_live();
    provide_context(load(move || {
        live.emergency.track();
        live.changes.track();
        emergency_stop(session.api)
    }));
}

/// The emergency stop.
pub fn use_emergency() -> Load<EmergencyStop> {
    expect_context()
}
