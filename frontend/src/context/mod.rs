//! What the whole page shares: one context a file. Each is `Copy` and holds signals.

pub mod attempt;
pub mod clock;
pub mod drafting;
pub mod emergency;
pub mod faults;
pub mod inventory;
pub mod live;
pub mod load;
pub mod location;
pub mod outcome;
pub mod paged;
pub mod preferences;
pub mod review;
pub mod session;
pub mod step_up;
pub mod submission;
pub mod title;
pub mod way_back;
pub mod ways;
