//! `argusctl proposals` and `propose`: the first things that a script asks for.

use std::path::Path;
use std::process::ExitCode;

use argus_types::page::Page;
use argus_types::paths;
use argus_types::proposal::{ProposalOutcome, ProposalSummary};
use serde_json::json;

use crate::credentials::Credentials;
use crate::server::Server;

/// Exit code of `propose` where the words leave something open.
const UNCLEAR: u8 = 3;

/// Prints the newest proposals, one a line.
pub fn list(file: &Path, limit: u32, say: &mut impl FnMut(&str)) -> anyhow::Result<()> {
    let server = Server::of(&Credentials::read(file)?)?;
    let page: Page<ProposalSummary> = server.get(&format!("{}?limit={limit}", paths::ACTIONS))?;
    for proposal in page.items {
        say(&line(&proposal));
    }
    Ok(())
}

fn line(proposal: &ProposalSummary) -> String {
    format!(
        "{}  {}  {}  {} (by {})",
        proposal.id,
        proposal.created_at,
        proposal.state.as_str(),
        proposal.title,
        proposal.author.name
    )
}

/// Asks for a change in words.
pub fn propose(file: &Path, words: &str, say: &mut impl FnMut(&str)) -> anyhow::Result<ExitCode> {
    let server = Server::of(&Credentials::read(file)?)?;
    match server.propose(&json!({ "request": words }))? {
        ProposalOutcome::Proposal { proposal } => {
            say(&format!(
                "{}: {}. Nothing is done before somebody confirms it: {}/changes/{}",
                proposal.id,
                proposal.title,
                server.base(),
                proposal.id
            ));
            Ok(ExitCode::SUCCESS)
        }
        ProposalOutcome::Refused { reason, drafted_by } => {
            say(&format!(
                "Nothing was made. {} says: {reason}",
                drafted_by.label()
            ));
            Ok(ExitCode::from(UNCLEAR))
        }
        ProposalOutcome::Diagnosis { diagnosis } => {
            say(&format!("Nothing was made. {}:", diagnosis.subject));
            for finding in &diagnosis.findings {
                say(&format!("  {}", finding.text));
                for evidence in &finding.evidence {
                    say(&format!("    - {}: {}", evidence.what, evidence.value));
                }
            }
            if diagnosis.findings.is_empty() {
                say("  Nothing stands out.");
            }
            Ok(ExitCode::SUCCESS)
        }
        ProposalOutcome::Clarify { questions, .. } => {
            say("Nothing was made yet; say more:");
            for question in questions {
                say(&format!("  {}", question.text));
                for choice in question.choices {
                    say(&format!("    - {}", choice.label));
                }
            }
            Ok(ExitCode::from(UNCLEAR))
        }
    }
}
