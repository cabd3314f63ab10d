//! `argusctl`: Argus for scripts and auditors.
//!
//! `ledger verify` and `approvals verify` need no server: they check an export with nothing but the file. Everything else speaks to a
//! server with an API token, which `argusctl login` gets by a person's decision in the browser. What this program may
//! do is what API tokens may do: read and propose. `mcp` hands that on to a language model's client.

mod approvals;
mod credentials;
mod login;
mod mcp;
mod proposals;
mod server;
#[cfg(test)]
mod stand_in;
mod verify;
mod whoami;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Argus for scripts and auditors.
#[derive(Parser)]
#[command(name = "argusctl", version, about)]
struct Arguments {
    #[command(flatten)]
    home: Home,
    #[command(subcommand)]
    command: Command,
}

/// Where the token is kept.
#[derive(Args)]
struct Home {
    /// The folder of configuration; `argus/credentials.toml` is in it.
    #[arg(
        long,
        env = "XDG_CONFIG_HOME",
        value_name = "FOLDER",
        global = true,
        hide = true
    )]
    config_home: Option<PathBuf>,
    #[arg(long, env = "HOME", value_name = "FOLDER", global = true, hide = true)]
    home: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// The ledger of who did what.
    Ledger {
        #[command(subcommand)]
        command: Ledger,
    },
    /// Approvals that passkeys signed.
    Approvals {
        #[command(subcommand)]
        command: Approvals,
    },
    /// Get an API token: you allow it in the browser.
    Login(login::Options),
    /// Say which token this is, and whether the server takes it.
    Whoami,
    /// Forget the token here; revoke it in the console.
    Logout,
    /// List proposals, the newest first.
    Proposals {
        /// How many.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Ask for a change in your own words; somebody confirms it in the console.
    Propose {
        /// What you want, such as "snapshot web-01".
        words: String,
    },
    /// Serve tools that read and propose to a language model's client, over standard input and output (Model Context
    /// Protocol). The client starts this; no tool approves, confirms or stops.
    Mcp,
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

#[derive(Subcommand)]
enum Approvals {
    /// Checks an export (from a proposal's page, or `GET /api/actions/ID/approvals/export`): the plan's digest, and
    /// each signature. Asks no server.
    Verify(approvals::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { home, command } = arguments;
    match command {
        Command::Ledger {
            command: Ledger::Verify { file, head },
        } => {
            let head = verify::run(&file, head)?;
            say(&format!(
                "The chain holds: {} records. Keep this head: {}:{}",
                head.seq, head.seq, head.hash
            ));
        }
        Command::Approvals {
            command: Approvals::Verify(options),
        } => return approvals::verify(&options, &mut say),
        Command::Login(options) => login::run(&options, &home.credentials()?, &mut say)?,
        Command::Whoami => whoami::run(&home.credentials()?, &mut say)?,
        Command::Logout => whoami::forget(&home.credentials()?, &mut say)?,
        Command::Proposals { limit } => proposals::list(&home.credentials()?, limit, &mut say)?,
        Command::Propose { words } => {
            return proposals::propose(&home.credentials()?, &words, &mut say);
        }
        Command::Mcp => return Ok(mcp::run(&home.credentials()?)),
    }
    Ok(ExitCode::SUCCESS)
}

impl Home {
    /// The file of the token.
    fn credentials(&self) -> anyhow::Result<PathBuf> {
        let folder = match (&self.config_home, &self.home) {
            (Some(folder), _) if folder.is_absolute() => folder.clone(),
            (_, Some(home)) => home.join(".config"),
            _ => anyhow::bail!("there is no place for the token: set XDG_CONFIG_HOME or HOME"),
        };
        Ok(folder.join("argus").join("credentials.toml"))
    }
}

/// Prints a line, without anything in it that could move the cursor or hide what follows.
#[expect(clippy::print_stdout, reason = "the answer of a command-line program")]
fn say(text: &str) {
    let shown = |c: char| {
        if argus_types::text::is_invisible(c) {
            '\u{fffd}'
        } else {
            c
        }
    };
    println!("{}", text.chars().map(shown).collect::<String>());
}
