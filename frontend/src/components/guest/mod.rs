//! Guests: the list with its filter, one row, one guest's sheet with what can be asked of it.

pub mod filter;
mod filter_bar;
mod list;
pub mod quick_actions;
mod row;
mod sheet;
mod usage;

pub use filter_bar::FilterBar;
pub use list::GuestList;
pub use quick_actions::QuickActions;
pub use sheet::GuestSheet;
