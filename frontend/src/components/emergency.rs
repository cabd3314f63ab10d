//! The emergency stop: the button that is always there, the panel that asks once more, the banner while it
//! is set.

mod banner;
mod panel;
mod part;
mod release;
mod stop_button;

pub use banner::EmergencyBanner;
pub use panel::EmergencyPanel;
pub use stop_button::StopButton;
