//! The API against a real PostgreSQL and the simulator's HTTPS, each test with its own of both.

mod app;
mod approvals;
mod bad_input;
mod break_glass;
mod cast;
mod demotions;
mod emergency_stop;
mod faults;
mod forged_tokens;
mod invitations;
mod origins;
mod path;
mod people;
mod process;
mod races;
mod reads;
mod release;
mod rights;
mod scopes;
mod sessions;
mod sign_in;
mod sso;
mod stream;
mod tls;
mod two_phases;
