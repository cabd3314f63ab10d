//! Values as people read them. Pure, apart from [`moment`], which asks the browser for its time zone.

pub mod bytes;
pub mod count;
pub mod duration;
pub mod guest_key;
pub mod moment;
pub mod plain;
pub mod way;
pub mod words;
