//! `argusctl mcp`: Argus as tools for a language model's client (Model Context Protocol, over standard input and
//! output).
//!
//! What the tools may do is what API tokens may do, and of that the part that [`reach`] lets through: they read, and they
//! propose. None approves, confirms, stops or says what became of a step.

mod arguments;
mod handler;
mod propose;
mod reach;
mod read;
#[cfg(test)]
mod tests;
mod tool;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use rmcp::ServiceExt;
use rmcp::transport::stdio;

use crate::credentials::Credentials;
use crate::server::Server;
use handler::Handler;
use reach::Reach;

/// Serves until the client closes standard input. What is wrong before that goes to standard error: standard output
/// carries the protocol's messages and nothing else.
#[expect(clippy::print_stderr, reason = "the only place where a client looks")]
pub fn run(file: &Path) -> ExitCode {
    match serve(file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("argusctl mcp: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(file: &Path) -> anyhow::Result<()> {
    let credentials = Credentials::read(file)?;
    let reach = Reach::new(Server::of(&credentials)?, credentials.may);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot wait for the client")?;
    let served = runtime.block_on(async {
        let service = Handler::new(reach).serve(stdio()).await?;
        service.waiting().await?;
        anyhow::Ok(())
    });
    // A request to the server may still be under way; nobody waits for its answer any more.
    runtime.shutdown_background();
    served
}
