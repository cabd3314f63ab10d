//! The document's title: what a tab, a history entry and a screen reader call the screen.

use leptos::prelude::*;

/// Names the screen; follows the signals that `title` reads.
pub fn set_title(title: impl Fn() -> String + 'static) {
    Effect::new(move |_| document().set_title(&format!("{} · Argus", title())));
}
