//! What stands around every screen of somebody who is signed in.

mod bottom_bar;
mod connection_badge;
mod rail;
mod theme_toggle;
mod top_bar;
mod user_menu;

pub use bottom_bar::BottomBar;
pub use connection_badge::ConnectionBadge;
pub use rail::Rail;
pub use theme_toggle::ThemeToggle;
pub use top_bar::TopBar;
pub use user_menu::UserMenu;

use super::icon::Glyph;
use crate::routes;

/// A screen that the navigation leads to.
#[derive(Clone, Copy)]
struct Place {
    path: &'static str,
    label: &'static str,
    glyph: Glyph,
}

const PLACES: [Place; 5] = [
    Place {
        path: routes::OVERVIEW,
        label: "Overview",
        glyph: Glyph::Home,
    },
    Place {
        path: routes::ASK,
        label: "Ask",
        glyph: Glyph::Speech,
    },
    Place {
        path: routes::CHANGES,
        label: "Changes",
        glyph: Glyph::List,
    },
    Place {
        path: routes::LEDGER,
        label: "Ledger",
        glyph: Glyph::Book,
    },
    Place {
        path: routes::LOGS,
        label: "Logs",
        glyph: Glyph::Terminal,
    },
];
