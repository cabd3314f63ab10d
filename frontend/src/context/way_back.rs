//! Where to go on after signing in with a provider. Its page comes in between, and brings nothing back of ours.
//!
//! Kept for this tab only, and followed only to a screen of this page: see [`crate::routes::back`].

use leptos::prelude::window;
use web_sys::Storage;

const NAME: &str = "argus.back";

/// Remembers `path` until the sign-in is over.
pub fn keep(path: &str) {
    if let Some(storage) = storage() {
        // A tab that keeps nothing goes on at the overview.
        let _ = storage.set_item(NAME, path);
    }
}

/// What was remembered, once.
pub fn take() -> Option<String> {
    let storage = storage()?;
    let path = storage.get_item(NAME).ok()?;
    // It would be overwritten before it is read again.
    let _ = storage.remove_item(NAME);
    path
}

fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}
