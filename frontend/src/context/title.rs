//! The document's title: what a tab, a history entry and a screen reader call the screen.

use leptos::prelude::*;

use crate::erased::effect;

/// Names the screen; follows the signals that `title` reads.
pub fn set_title(title: impl Fn() -> String + 'static) {
    effect(move || document().set_title(&format!("{} · Argus", title())));
}
