//! One's own account: what one gets in with, what is open, what one may.

mod add_passkey;
mod passkey_row;
mod passkeys;
mod recovery;
mod rename;
mod rights;
mod rights_list;
mod session_row;
mod sessions;
mod tokens;
mod who;

pub use passkeys::Passkeys;
pub use recovery::Recovery;
pub use rights_list::Rights;
pub use sessions::Sessions;
pub use tokens::Tokens;
pub use who::Who;
