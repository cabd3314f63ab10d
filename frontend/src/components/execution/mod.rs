//! An execution as it happens and as it ended.

mod banner;
mod follow;
pub mod journal;
mod left_lines;
mod log_view;
mod rows;
mod scroll;
mod step_detail;
mod step_list;
mod stop_panel;
mod undo_line;

pub use banner::ResultBanner;
pub use follow::{Followed, follow};
pub use log_view::LogView;
pub use step_detail::{StepDetail, StepEvidence};
pub use step_list::StepList;
pub use stop_panel::StopPanel;
pub use undo_line::UndoLine;
