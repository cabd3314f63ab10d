//! People and their rights, as admins see and change them.

mod enabled;
mod facts;
mod filter;
mod human;
mod identities;
mod invite;
mod invite_draft;
mod list;
mod rights_change;
mod rights_form;
mod role_fields;
mod row;
mod sessions;
mod sheet;

pub use invite::Invite;
pub use list::PeopleList;
pub use sheet::PersonSheet;
