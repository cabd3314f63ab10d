//! Whether what is on the screen is what is.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::context::clock::use_clock;
use crate::context::inventory::use_inventory;
use crate::context::live::{Connection, use_live};
use crate::erased::{dynamic, memo};
use crate::format::moment;
use crate::format::words::Tone;

/// Live, reconnecting, or stale since when.
#[component]
pub fn ConnectionBadge() -> impl IntoView {
    let clock = use_clock();
    let inventory = use_inventory();
    let live = use_live();
    let state = memo(move || {
        let now = clock.now();
        match (live.connection.get(), inventory.is_stale(now)) {
            (Connection::Reconnecting { at_ms }, _) => {
                let seconds = ((at_ms - now) / 1000).max(0);
                let text = if seconds == 0 {
                    "Reconnecting".to_owned()
                } else {
                    format!("Reconnecting in {seconds} s")
                };
                (Tone::Warn, text)
            }
            (_, true) => {
                let text = inventory.observed_at.get().map_or_else(
                    || "Stale".to_owned(),
                    |at| format!("Stale since {}", moment::short(at, now)),
                );
                (Tone::Warn, text)
            }
            (Connection::Connecting, false) => (Tone::Quiet, "Connecting".to_owned()),
            (Connection::Live, false) => (Tone::Good, "Live".to_owned()),
        }
    });
    // Seconds are for eyes; aloud, only the kind of state.
    let aloud = memo(move || {
        let (tone, text) = state.get();
        match tone {
            Tone::Warn if text.starts_with("Reconnecting") => "Connection lost, reconnecting",
            Tone::Warn => "The data is stale",
            Tone::Good => "Live",
            _ => "Connecting",
        }
    });
    view! {
        <span class=move || format!("badge {}", state.get().0.class()) data-testid="connection">
            {dynamic(move || {
                let glyph = match state.get().0 {
                    Tone::Good => Glyph::Check,
                    Tone::Warn => Glyph::Warn,
                    _ => Glyph::Progress,
                };
                view! { <Icon glyph=glyph /> }
            })}
            <span aria-hidden="true">{dynamic(move || state.get().1)}</span>
            <span class="visually-hidden" role="status">
                {aloud}
            </span>
        </span>
    }
}
