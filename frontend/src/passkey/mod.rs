//! Passkey ceremonies, the browser's part: what Argus asks for goes to the authenticator, its answer comes back.
//!
//! It knows neither calls of the API nor a component. Argus checks every answer; what is told here is only why
//! there is none.

mod browser;
mod failure;
mod obstacle;

pub use browser::{create, get, has_own_authenticator};
pub use failure::Failure;
pub use obstacle::{Obstacle, obstacle};
