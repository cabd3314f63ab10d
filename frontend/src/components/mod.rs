//! Parts that pages are put together from. A part knows its data and the contexts, never a page.

pub mod ask;
pub mod change_row;
pub mod copy_button;
pub mod dialog;
pub mod download;
pub mod emergency;
pub mod evidence;
pub mod execution;
pub mod failure;
pub mod guest;
pub mod help;
pub mod icon;
pub mod keyboard;
pub mod ledger;
pub mod meter;
pub mod moment;
pub mod needs_me;
pub mod node_tile;
pub mod notice;
pub mod pill;
pub mod review;
pub mod shell;
pub mod skeleton;
pub mod sparkline;
pub mod window_rows;
