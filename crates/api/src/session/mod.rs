//! Sessions: a signed access token for a quarter of an hour, a refresh token that changes with each use, and the row
//! in PostgreSQL that decides. API tokens of scripts prove the same here, and reach less far.

mod cookie;
mod keys;
mod presented;
mod reach;
mod ring;
mod sessions;
mod token_use;
mod way;

pub use cookie::{removal, strict, value_in, with_session, without_session};
pub use keys::SessionKeys;
pub use reach::Reach;
pub use ring::{Ring, rotate};
pub use sessions::{
    API_TOKEN_PREFIX, ActiveSession, ActiveToken, Lifetimes, Opened, Pending, Proof, Sessions,
};
pub use way::{Visit, Way, device};
