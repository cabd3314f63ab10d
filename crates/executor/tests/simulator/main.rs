//! The executor with a real PostgreSQL and the typed client, against the simulator over HTTPS. What was done
//! is counted in the simulator's own list of tasks.

mod clocks;
mod lab;
mod whole_path;
