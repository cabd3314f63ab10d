//! The main job itself: ask, review, confirm, follow, prove.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use argus_types::event::Event;
use argus_types::execution::{Execution, ExecutionState};
use argus_types::id::ExecutionId;
use argus_types::paths;
use argus_types::person::Role;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{
    Confirmation, Proposal, ProposalInput, ProposalOutcome, ProposalState,
};
use argus_types::stream::JournalMessage;

use super::{Account, narrate, proof};
use crate::client::{Client, fresh_key};
use crate::interrupt;
use crate::stack::Stack;

/// What is asked for, in words.
const REQUEST: &str = "snapshot web-01, then move it to pve2";
/// How long the execution may take, whatever it waits for.
const PATIENCE: Duration = Duration::from_mins(3);

/// Does it once; the first wrong thing is an error.
pub fn main_job(stack: &mut Stack, origin: &str) -> Result<()> {
    let account = Account::begin();
    let mut operator = Client::new(&*stack.address, origin);
    let session = operator.sign_in(Role::Operator)?;
    account.line(
        "sign in",
        &format!("{} ({})", session.person.name, session.person.role.as_str()),
    );

    let proposal = ask(&operator, &account)?;
    let mut viewer = Client::new(&*stack.address, origin);
    let session = viewer.sign_in(Role::Viewer)?;
    account.line(
        "sign in",
        &format!("{} ({})", session.person.name, session.person.role.as_str()),
    );
    no_viewer_confirms(&viewer, &proposal, &account)?;
    let execution = confirm(&operator, &proposal, &account)?;

    follow(stack, &operator, execution, &account)?;
    let execution: Execution = operator.get(&paths::execution(execution))?;
    proof::of_execution(&proposal, &execution, &account)?;
    proof::of_simulator(stack, &proposal, &execution, &account)?;
    proof::of_ledger(stack, &operator, &proposal, &execution, &account)
}

fn ask(operator: &Client, account: &Account) -> Result<Proposal> {
    account.line("ask", &format!("\"{REQUEST}\""));
    let words = REQUEST
        .to_owned()
        .try_into()
        .map_err(|error| anyhow::anyhow!("the request is no plain text: {error}"))?;
    let outcome: ProposalOutcome = operator.post(
        paths::PROPOSALS,
        &ProposalInput {
            supersedes: None,
            request: Some(words),
            draft: None,
            reason: None,
        },
    )?;
    let proposal = match outcome {
        ProposalOutcome::Proposal { proposal } => *proposal,
        ProposalOutcome::Refused { reason, .. } => bail!("the request was refused: {reason}"),
        ProposalOutcome::Diagnosis { .. } => bail!("the request was taken for a question"),
        ProposalOutcome::Clarify { questions, .. } => bail!(
            "the request was not plain enough: {}",
            questions
                .iter()
                .map(|question| question.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        ),
    };
    account.line(
        "review",
        &format!("{} [{}]", proposal.title, proposal.origin.label()),
    );
    narrate::plan(&proposal);
    ensure!(
        proposal.state == ProposalState::InReview,
        "the proposal is {}, not in review",
        proposal.state.as_str()
    );
    ensure!(
        proposal.plan.steps.len() == 2,
        "the plan has {} steps, expected were 2",
        proposal.plan.steps.len()
    );
    Ok(proposal)
}

/// A viewer's confirmation must bounce, or the rest proves nothing.
fn no_viewer_confirms(viewer: &Client, proposal: &Proposal, account: &Account) -> Result<()> {
    let answer = viewer.post_with_key(
        &paths::confirm(proposal.id),
        &fresh_key(),
        &confirmation(proposal)?,
    )?;
    match answer.problem() {
        Some(problem) if problem.code == ProblemCode::Forbidden => {
            account.line(
                "confirm",
                &format!("refused for the viewer: {}", problem.code.as_str()),
            );
            Ok(())
        }
        Some(problem) => bail!(
            "a viewer's confirmation was refused as {}, not as forbidden",
            problem.code.as_str()
        ),
        None => bail!("a viewer could confirm"),
    }
}

/// Confirms twice with one key: the second must change nothing.
fn confirm(operator: &Client, proposal: &Proposal, account: &Account) -> Result<ExecutionId> {
    let path = paths::confirm(proposal.id);
    let (key, body) = (fresh_key(), confirmation(proposal)?);
    let confirmed: Proposal = operator.post_with_key(&path, &key, &body)?.expect(&path)?;
    let execution = confirmed
        .execution
        .context("the confirmation started no execution")?;
    let repeated: Proposal = operator.post_with_key(&path, &key, &body)?.expect(&path)?;
    ensure!(
        repeated.execution == Some(execution),
        "confirming twice with one Idempotency-Key started two executions"
    );
    account.line(
        "confirm",
        &format!(
            "digest {} -> execution {execution}; repeated with the same key: no effect",
            proposal.digest.short()
        ),
    );
    Ok(execution)
}

fn confirmation(proposal: &Proposal) -> Result<Confirmation> {
    let undecided = proposal
        .snapshots
        .iter()
        .any(|option| option.feasible && !option.planned);
    let without_snapshot = if undecided {
        let reason = "the demo's own check".to_owned();
        Some(
            reason
                .try_into()
                .map_err(|error| anyhow::anyhow!("the reason is no plain text: {error}"))?,
        )
    } else {
        None
    };
    Ok(Confirmation {
        digest: proposal.digest,
        without_snapshot,
        step_up: None,
    })
}

/// Follows the journal over WebSocket to its end; numbers must have no gap.
fn follow(
    stack: &mut Stack,
    admin: &Client,
    execution: ExecutionId,
    account: &Account,
) -> Result<()> {
    let mut stream = admin.follow(&paths::execution_stream(execution, 0))?;
    let started = Instant::now();
    let mut last = 0;
    loop {
        interrupt::check()?;
        stack.check()?;
        ensure!(
            started.elapsed() < PATIENCE,
            "the execution did not end within {} s",
            PATIENCE.as_secs()
        );
        let entries = match stream.next::<JournalMessage>()? {
            None => continue,
            Some(JournalMessage::Entries { entries }) => entries,
            Some(JournalMessage::Behind { after, last_seq }) => {
                bail!("the stream gave up at entry {after} of {last_seq}")
            }
        };
        for entry in entries {
            ensure!(
                entry.seq == last + 1,
                "the stream jumped from entry {last} to {}",
                entry.seq
            );
            last = entry.seq;
            narrate::event(&entry.event, account);
            if let Event::Ended { state, message } = &entry.event {
                ensure!(
                    *state == ExecutionState::Succeeded,
                    "the execution ended {}: {message}",
                    state.as_str()
                );
                return Ok(());
            }
        }
    }
}
