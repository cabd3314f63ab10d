//! `argus-api`: the server, and what an admin does on its shell.

mod command;

use std::process::ExitCode;

use clap::Parser;

use command::Arguments;

fn main() -> ExitCode {
    match command::run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            command::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
