//! API tokens: what scripts and programs sign in with.

mod draft;
mod fields;
mod made;
mod make;
mod row;

pub use draft::TokenDraft;
pub use fields::TokenFields;
pub use make::MakeToken;
pub use row::TokenRow;
