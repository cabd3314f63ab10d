//! How one can sign in here, and what every screen must warn of.

use argus_types::sign_in::SignInWays;
use leptos::prelude::*;

use super::load::{Load, load};
use super::session::use_session;
use crate::api::sign_in_ways::sign_in_ways;

/// Reads it once.
pub fn provide_ways() {
    let session = use_session();
    provide_context(load(move || sign_in_ways(session.api)));
}

/// The ways in.
pub fn use_ways() -> Load<SignInWays> {
    expect_context()
}
