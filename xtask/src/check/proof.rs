//! Whether what was said to have happened did happen: by evidence, by the simulator, by the ledger.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use argus_types::execution::{Execution, ExecutionState, StepState};
use argus_types::ledger::LedgerRecord;
use argus_types::page::Page;
use argus_types::paths;
use argus_types::proposal::Proposal;
use serde_json::Value;

use super::Account;
use crate::client::Client;
use crate::stack::Stack;
use crate::{process, workspace};

/// Every step has a task and post-checks that hold.
pub fn of_execution(proposal: &Proposal, execution: &Execution, account: &Account) -> Result<()> {
    ensure!(
        execution.state == ExecutionState::Succeeded,
        "the execution is {}",
        execution.state.as_str()
    );
    ensure!(
        execution.digest == proposal.digest,
        "the execution ran another plan than the one confirmed"
    );
    ensure!(
        execution.steps.len() == proposal.plan.steps.len(),
        "the execution has lost a step"
    );
    for step in &execution.steps {
        ensure!(
            step.state == StepState::Succeeded,
            "step {} is not succeeded",
            step.number
        );
        ensure!(step.upid.is_some(), "step {} has no task", step.number);
        ensure!(
            !step.post_check.is_empty(),
            "step {} was not checked afterwards",
            step.number
        );
        ensure!(
            step.post_check.iter().all(|seen| seen.holds),
            "a post-check of step {} does not hold",
            step.number
        );
    }
    account.line(
        "proof",
        &format!(
            "{} steps succeeded, each seen on fresh state",
            execution.steps.len()
        ),
    );
    Ok(())
}

/// The simulator knows each task exactly once, and the guest is where the plan wanted it.
pub fn of_simulator(
    stack: &Stack,
    proposal: &Proposal,
    execution: &Execution,
    account: &Account,
) -> Result<()> {
    let ask = |path: &str| -> Result<Value> {
        let text = ureq::get(format!(
            "{}/{path}",
            stack.proxmox.control_url.trim_end_matches('/')
        ))
        .call()
        .context("the simulator's control port does not answer")?
        .body_mut()
        .read_to_string()?;
        serde_json::from_str(&text).context("the simulator's control port answered no JSON")
    };
    let tasks = ask("tasks")?.to_string();
    for step in &execution.steps {
        let upid = step.upid.as_deref().unwrap_or_default();
        let count = tasks.matches(&Value::from(upid).to_string()).count();
        ensure!(
            count == 1,
            "the simulator lists the task of step {} {count} times",
            step.number
        );
    }
    for step in &proposal.plan.steps {
        let kind = match step.action.as_str() {
            "guest.snapshot.create" => "snapshot",
            "guest.migrate" => "migrate",
            _ => continue,
        };
        let Some(guest) = step.target.guest() else {
            continue;
        };
        let vmid = format!(":{}:", guest.vmid.get());
        let of_kind = all_upids(&ask("tasks")?).into_iter().filter(|upid| {
            let task = upid.split(':').nth(5).unwrap_or_default();
            task.contains(kind) && upid.contains(&vmid)
        });
        let count = of_kind.count();
        ensure!(
            count == 1,
            "the simulator ran {count} {kind} tasks for guest {}",
            guest.vmid.get()
        );
    }
    account.line("proof", "the simulator lists each task exactly once");
    Ok(())
}

/// Every UPID in the simulator's answer, whatever its shape.
fn all_upids(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) if text.starts_with("UPID:") => found.push(text.clone()),
            Value::Array(items) => rest.extend(items),
            Value::Object(fields) => rest.extend(fields.values()),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Proposal and execution are on record, and the whole chain verifies offline.
pub fn of_ledger(
    stack: &Stack,
    reader: &Client,
    proposal: &Proposal,
    execution: &Execution,
    account: &Account,
) -> Result<()> {
    let mut records = Vec::new();
    for subject in [
        format!("proposal/{}", proposal.id),
        format!("execution/{}", execution.id),
    ] {
        let page: Page<LedgerRecord> =
            reader.get(&format!("{}?limit=200&subject={subject}", paths::LEDGER))?;
        ensure!(
            !page.items.is_empty(),
            "the ledger has no record about {subject}"
        );
        records.extend(page.items);
    }
    records.sort_by_key(|record| record.seq);
    for record in &records {
        account.line(
            "ledger",
            &format!(
                "{:>4}  {:<24} by {:<6} {}",
                record.seq,
                record.kind,
                record.actor,
                &record.hash[..16.min(record.hash.len())]
            ),
        );
    }
    for step in &execution.steps {
        let upid = step.upid.as_deref().unwrap_or_default();
        ensure!(
            records
                .iter()
                .any(|record| record.body.to_string().contains(upid)),
            "the ledger does not name the task of step {}",
            step.number
        );
    }
    let export = tempfile::NamedTempFile::new().context("cannot make a file")?;
    std::fs::write(export.path(), stack.api_command(&["ledger"])?)?;
    let verdict = process::output(
        Command::new(workspace::binary("argusctl")?)
            .args(["ledger", "verify"])
            .arg(export.path()),
    )?;
    account.line("proof", verdict.trim());
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::all_upids;

    #[test]
    fn tasks_are_found_in_any_shape_of_answer_and_counted_once() {
        let answer =
            json!({ "tasks": [{ "upid": "UPID:a" }, { "upid": "UPID:b", "log": ["UPID:a"] }] });
        assert_eq!(all_upids(&answer), ["UPID:a", "UPID:b"]);
    }
}
