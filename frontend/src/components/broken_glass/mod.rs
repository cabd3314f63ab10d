//! Plans that were started without the approvals that they lacked, and that somebody else has to look at.

mod card;
mod look;
mod of;
mod open;

pub use of::GlassOf;
pub use open::OpenGlass;
