//! Who drafts, as it is said in several places.

use super::load::{Load, load};
use crate::api::Api;
use crate::api::drafting::{Drafter, drafter};

/// Reads who drafts.
pub fn who_drafts(api: Api) -> Load<Drafter> {
    load(move || drafter(api))
}
