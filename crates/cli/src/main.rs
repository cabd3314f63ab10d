//! `argusctl`: Argus for scripts and auditors.
//!
//! What stands here needs no server: it checks a ledger export with nothing but the file.

mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Argus for scripts and auditors.
#[derive(Parser)]
#[command(name = "argusctl", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The ledger of who did what.
    Ledger {
        #[command(subcommand)]
        command: Ledger,
    },
}

#[derive(Subcommand)]
enum Ledger {
    /// Checks an export (one JSON record a line, from `argus-api ledger`) from its first record to its last.
    Verify {
        /// The export; `-` reads standard input.
        file: PathBuf,
        /// A head that you kept, as `SEQ:HASH`: the export must reach it and agree with it.
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<verify::KnownHead>,
    },
}

fn main() -> ExitCode {
    let Command::Ledger {
        command: Ledger::Verify { file, head },
    } = Arguments::parse().command;
    match verify::run(&file, head) {
        Ok(head) => {
            report(&format!(
                "The chain holds: {} records. Keep this head: {}:{}",
                head.seq, head.seq, head.hash
            ));
            ExitCode::SUCCESS
        }
        Err(error) => {
            report(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command-line program")]
fn report(text: &str) {
    println!("{text}");
}
