//! The proxy between a client and a server of the test's own, byte by byte.

mod faults;
mod origin;
mod peers;
