//! The command line.

mod break_glass;
mod check_config;
mod diagnose;
mod emergency_stop;
mod export_ledger;
mod people;
mod policy;
mod rotate_keys;
mod serve;
mod sign_in_link;

use std::path::PathBuf;
use std::process::ExitCode;

use argus_api::config::{Config, Environment};
use argus_api::logging;
use argus_api::service::people::shell::Order;
use argus_types::person::Role;
use argus_types::text::PlainText;
use clap::{Args, Parser, Subcommand};

/// What the shell offers.
#[derive(Parser)]
#[command(
    name = "argus-api",
    version,
    about = "Argus, the operations console for Proxmox VE",
    after_help = "PROXMOX_API_URL, PROXMOX_API_TOKEN and SESSION_SECRET must be set (OPENAI_API_KEY may be \
                  empty); `argus-api config example` prints the rest with its defaults."
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve {
        #[command(flatten)]
        file: ConfigFile,
        /// How log lines look.
        #[arg(long, value_enum, default_value_t = logging::Format::Auto)]
        log_format: logging::Format,
        /// What is logged, such as `info,argus_executor=debug`.
        #[arg(long, env = "ARGUS_LOG", default_value = "info")]
        log: String,
    },
    /// Check address, certificate, token, release and privileges, and say what mends each.
    Doctor {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Make the first admin and print a one-time link to sign in.
    Bootstrap {
        #[command(flatten)]
        file: ConfigFile,
        /// The admin's name.
        #[arg(long, default_value = "Admin")]
        name: String,
    },
    /// Print a one-time link for a person; adds the person where there is none of this name.
    SignInLink {
        #[command(flatten)]
        file: ConfigFile,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// viewer, operator or admin.
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// People: who there is, and who gets in as what. All of it is recorded.
    People {
        #[command(subcommand)]
        command: PeopleCommand,
    },
    /// The keys that sign access tokens.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// The emergency stop.
    EmergencyStop {
        #[command(subcommand)]
        command: EmergencyStopCommand,
    },
    /// Documents of the policy.
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// The configuration.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print the ledger, one JSON record a line, the oldest first; `argusctl ledger verify` checks it.
    Ledger {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Write the generated contracts (JSON Schemas, OpenAPI).
    Schema {
        /// The folder.
        #[arg(long, default_value = "schemas")]
        out: PathBuf,
    },
}

#[derive(Subcommand)]
enum PeopleCommand {
    /// Print everybody, one a line.
    List {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Let somebody in again.
    Enable {
        #[command(flatten)]
        file: ConfigFile,
        /// The person's name or id.
        #[arg(long)]
        name: String,
    },
    /// Let somebody in no more; ends their sessions and tokens within five seconds.
    Disable {
        #[command(flatten)]
        file: ConfigFile,
        /// The person's name or id.
        #[arg(long)]
        name: String,
    },
    /// Give somebody a role that reaches everything.
    Role {
        #[command(flatten)]
        file: ConfigFile,
        /// The person's name or id.
        #[arg(long)]
        name: String,
        /// viewer, operator or admin.
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// Say who may confirm without the approvals that are missing, in an emergency.
    BreakGlass {
        #[command(flatten)]
        file: ConfigFile,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// on or off.
        #[arg(value_enum)]
        named: OnOff,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Replace the key that signs; the one before verifies for another quarter of an hour, so nobody is signed out.
    Rotate {
        #[command(flatten)]
        file: ConfigFile,
    },
}

#[derive(Subcommand)]
enum EmergencyStopCommand {
    /// Release it alone, where nobody is there to be the second person; the ledger names this shell.
    Release {
        #[command(flatten)]
        file: ConfigFile,
        /// Why; kept in the ledger.
        #[arg(long, value_parser = parse_reason)]
        reason: PlainText<500>,
    },
}

#[derive(Subcommand)]
enum PolicyCommand {
    /// Explain every mistake of a document by line and column, and what it leaves open.
    Check {
        /// The document.
        file: PathBuf,
    },
    /// Print a document that Argus brings along, with comments.
    Show {
        /// Which.
        #[arg(value_enum, default_value_t = policy::Shipped::Default)]
        which: policy::Shipped,
    },
    /// Put a document into force alone, where there are no two people to approve it; the ledger names this shell.
    Set {
        #[command(flatten)]
        config: ConfigFile,
        /// The document.
        file: PathBuf,
        /// Why; kept in the ledger.
        #[arg(long, value_parser = parse_reason)]
        reason: PlainText<500>,
    },
}

/// A switch.
#[derive(Clone, Copy, clap::ValueEnum)]
enum OnOff {
    /// They may.
    On,
    /// They may not.
    Off,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Explain every mistake, by variable or line.
    Check {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Print the commented example with all defaults.
    Example,
}

#[derive(Args)]
struct ConfigFile {
    /// The TOML file; none is needed.
    #[arg(long, env = "ARGUS_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// The checked configuration; mistakes are printed, each with its place.
    fn load(&self) -> anyhow::Result<Config> {
        Config::load(self.config.as_deref(), &Environment::of_process()).map_err(|mistakes| {
            for mistake in &mistakes.0 {
                complain(&mistake.to_string());
            }
            anyhow::Error::new(mistakes)
        })
    }
}

fn parse_role(text: &str) -> Result<Role, String> {
    text.parse()
        .map_err(|()| "use viewer, operator or admin".to_owned())
}

fn parse_reason(text: &str) -> Result<PlainText<500>, String> {
    if text.trim().is_empty() {
        return Err("say why".to_owned());
    }
    PlainText::new(text).map_err(|error| error.to_string())
}

/// Carries out one command.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Schema { out } => {
            argus_api::schema::write(&out)?;
            say(&format!("wrote the contracts into {}", out.display()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Config {
            command: ConfigCommand::Example,
        } => {
            say(argus_api::config::FILE_EXAMPLE);
            Ok(ExitCode::SUCCESS)
        }
        Command::Config {
            command: ConfigCommand::Check { file },
        } => check_config::run(&file),
        Command::Policy { command } => match command {
            PolicyCommand::Check { file } => policy::check(&file),
            PolicyCommand::Show { which } => Ok(policy::show(which)),
            PolicyCommand::Set {
                config,
                file,
                reason,
            } => policy::set(&config, &file, reason.as_str()),
        },
        Command::Serve {
            file,
            log_format,
            log,
        } => {
            logging::start(log_format, &log)?;
            serve::run(&file)
        }
        Command::Doctor { file } => diagnose::run(&file),
        Command::Bootstrap { file, name } => sign_in_link::bootstrap(&file, &name),
        Command::SignInLink { file, name, role } => sign_in_link::run(&file, &name, role),
        Command::People { command } => match command {
            PeopleCommand::List { file } => people::list(&file),
            PeopleCommand::Enable { file, name } => people::order(&file, &name, Order::Enable),
            PeopleCommand::Disable { file, name } => people::order(&file, &name, Order::Disable),
            PeopleCommand::Role { file, name, role } => {
                people::order(&file, &name, Order::Role(role))
            }
            PeopleCommand::BreakGlass { file, name, named } => {
                break_glass::run(&file, &name, matches!(named, OnOff::On))
            }
        },
        Command::Keys {
            command: KeysCommand::Rotate { file },
        } => rotate_keys::run(&file),
        Command::EmergencyStop {
            command: EmergencyStopCommand::Release { file, reason },
        } => emergency_stop::release(&file, reason.as_str()),
        Command::Ledger { file } => export_ledger::run(&file),
    }
}

/// Runs `future` to its end.
fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

#[expect(clippy::print_stdout, reason = "the answer of a command-line program")]
fn say(text: &str) {
    println!("{text}");
}

/// Prints an error for the person at the shell.
#[expect(
    clippy::print_stderr,
    reason = "the complaint of a command-line program"
)]
pub fn complain(text: &str) {
    eprintln!("argus-api: {text}");
}
