//! What stands around every screen of somebody who is signed in.

mod bottom_bar;
mod connection_badge;
mod drafting_badge;
mod rail;
mod theme_toggle;
mod top_bar;
mod user_menu;

pub use bottom_bar::BottomBar;
pub use connection_badge::ConnectionBadge;
pub use drafting_badge::DraftingBadge;
pub use rail::Rail;
pub use theme_toggle::ThemeToggle;
pub use top_bar::TopBar;
pub use user_menu::UserMenu;

use argus_types::person::Permission;

use super::icon::Glyph;
use crate::routes;

/// A screen that the navigation leads to.
#[derive(Clone, Copy)]
struct Place {
    path: &'static str,
    label: &'static str,
    glyph: Glyph,
    needs: Permission,
}

const PLACES: [Place; 8] = [
    Place {
        path: routes::OVERVIEW,
        label: "Overview",
        glyph: Glyph::Home,
        needs: Permission::Read,
    },
    Place {
        path: routes::ASK,
        label: "Ask",
        glyph: Glyph::Speech,
        needs: Permission::Propose,
    },
    Place {
        path: routes::CHANGES,
        label: "Changes",
        glyph: Glyph::List,
        needs: Permission::Read,
    },
    Place {
        path: routes::POLICY,
        label: "Policy",
        glyph: Glyph::Shield,
        needs: Permission::Read,
    },
    Place {
        path: routes::LEDGER,
        label: "Ledger",
        glyph: Glyph::Book,
        needs: Permission::Read,
    },
    Place {
        path: routes::LOGS,
        label: "Logs",
        glyph: Glyph::Terminal,
        needs: Permission::Read,
    },
    Place {
        path: routes::PEOPLE,
        label: "People",
        glyph: Glyph::People,
        needs: Permission::ManagePeople,
    },
    Place {
        path: routes::MODELS,
        label: "Models",
        glyph: Glyph::Chip,
        needs: Permission::ManageModels,
    },
];
