//! A person says what became of a step that Argus could not decide. What the execution keeps from others is given back by
//! that and by nothing else; its journal stays as it ended.

mod evidence;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use argus_domain::approval::{self, Refusal};
use argus_executor::Afterwards;
use argus_store::{NewResolution, Resolved, Store, StoredAccount, Tx};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::execution::ExecutionState;
use argus_types::id::{ExecutionId, SessionId};
use argus_types::problem::ProblemCode;
use argus_types::resolution::{ExecutionEvidence, Resolution, ResolutionInput, TaskNow};
use http::StatusCode;
use serde_json::json;
use tokio::sync::Mutex;

use super::confirm::check::step_up_needed;
use super::refused::{self, Refused};
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// For how long one look serves everybody who reads: however many look, Proxmox is asked once.
const SHARED_FOR: Duration = Duration::from_secs(2);

/// Shows evidence and takes resolutions.
#[derive(Clone)]
pub struct Resolve {
    store: Store,
    clock: SharedClock,
    afterwards: Afterwards,
    looks: Looks,
}

/// The last look at each execution. One look at a time: held while it is under way.
type Looks = Arc<Mutex<HashMap<ExecutionId, (Instant, ExecutionEvidence)>>>;

impl Resolve {
    /// Executions in `store`, looked at through `afterwards`.
    pub fn new(store: Store, clock: SharedClock, afterwards: Afterwards) -> Self {
        Self {
            store,
            clock,
            afterwards,
            looks: Looks::default(),
        }
    }

    /// What there is to look at, as it was some seconds ago at most; for a resolved execution, what its resolver saw.
    pub async fn evidence(&self, id: ExecutionId) -> Result<ExecutionEvidence, ApiProblem> {
        if let Some(seen) = self.store.resolved_by_evidence(id).await? {
            return Ok(seen);
        }
        self.look(id, SHARED_FOR).await
    }

    /// A look that is no older than `oldest`; whoever reads next gets it, too.
    async fn look(
        &self,
        id: ExecutionId,
        oldest: Duration,
    ) -> Result<ExecutionEvidence, ApiProblem> {
        let mut looks = self.looks.lock().await;
        looks.retain(|_, (at, _)| at.elapsed() < SHARED_FOR);
        if let Some((at, seen)) = looks.get(&id)
            && at.elapsed() < oldest
        {
            return Ok(seen.clone());
        }
        let now = self.clock.now();
        let seen = evidence::look(&self.store, &self.afterwards, id, now).await?;
        looks.insert(id, (Instant::now(), seen.clone()));
        Ok(seen)
    }

    /// Keeps what a person says about exactly the evidence that is still there.
    pub async fn run(
        &self,
        once: &Once,
        session: SessionId,
        id: ExecutionId,
        input: &ResolutionInput,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        if self.store.resolution(id).await?.is_some() {
            return Err(resolved_before());
        }
        // Nothing outside of the database happens within the transaction: looked at anew before it.
        let evidence = self.look(id, Duration::ZERO).await?;
        is_what_they_saw(&evidence, input)?;
        nothing_runs(&evidence)?;
        self.keep(once, session, input, &evidence).await
    }

    async fn keep(
        &self,
        once: &Once,
        session: SessionId,
        input: &ResolutionInput,
        evidence: &ExecutionEvidence,
    ) -> Result<Reply, ApiProblem> {
        let id = evidence.execution;
        let now = self.clock.now();
        let record = self.store.execution_record(id).await?;
        let record = record.ok_or_else(no_execution)?;
        let stored = self.store.proposal(record.proposal, now).await?;
        let placements = stored.map(|stored| stored.placements).unwrap_or_default();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let proven = use_step_up(&mut tx, session, input, now).await?;
        let who = tx.hold_account(once.person.id).await?;
        let account = who.towards(&record.plan.cluster, &placements);
        if let Err(refusal) = approval::may_resolve(&account, evidence.found.destructive) {
            drop(tx);
            return Err(self.refuse(once, id, refusal).await?);
        }
        if evidence.found.destructive && !proven {
            return Err(step_up_needed());
        }
        let new = NewResolution {
            by: once.person.id,
            step: input.step,
            verdict: input.verdict,
            note: input.note.as_str(),
            evidence,
            at: now,
        };
        let given_back = match tx.resolve_execution(id, new).await? {
            Resolved::Now(given_back) => given_back,
            Resolved::Before => return Err(resolved_before()),
            Resolved::NotNeeded => return Err(not_needed()),
            Resolved::Unknown => return Err(no_execution()),
        };
        let reply = Reply::new(StatusCode::OK, &resolution(&who, input, now))?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({
            "step": input.step,
            "verdict": input.verdict,
            "note": input.note,
            "evidence": evidence.digest,
            "given_back": given_back,
        });
        let (kind, subject) = (Kind::ExecutionResolved, format!("execution/{id}"));
        tx.append_ledger(record::entry(now, &once.person.name, kind, subject, body))
            .await?;
        tx.commit().await?;
        Ok(reply)
    }

    async fn refuse(
        &self,
        once: &Once,
        id: ExecutionId,
        refusal: Refusal,
    ) -> Result<ApiProblem, ApiProblem> {
        let refused = Refused {
            act: StepUpAct::Resolve.as_str(),
            subject: &format!("execution/{id}"),
            refusal,
        };
        refused::record(&self.store, once, self.clock.now(), refused).await
    }
}

fn resolution(who: &StoredAccount, input: &ResolutionInput, now: Timestamp) -> Resolution {
    Resolution {
        by: who.person.clone(),
        at: now,
        step: input.step,
        verdict: input.verdict,
        note: input.note.as_str().to_owned(),
    }
}

/// Nobody resolves something else than they looked at.
fn is_what_they_saw(
    evidence: &ExecutionEvidence,
    input: &ResolutionInput,
) -> Result<(), ApiProblem> {
    let step = evidence.found.step.as_ref().map(|step| step.number);
    if input.evidence == evidence.digest && input.step == step {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::EvidenceChanged,
        "What there is to look at is not what you looked at. Look again, and decide then.",
    ))
}

/// A task that still runs may yet do what the step is for: what it works on stays reserved.
fn nothing_runs(evidence: &ExecutionEvidence) -> Result<(), ApiProblem> {
    let tasks = evidence.found.step.iter().flat_map(|step| &step.tasks);
    let mut running = tasks.filter(|task| task.state == TaskNow::Running);
    match running.next() {
        None => Ok(()),
        Some(task) => Err(ApiProblem::new(
            ProblemCode::WrongState,
            format!(
                "The task {} still runs inside Proxmox. Wait for its end, or stop it there, and look again.",
                task.upid
            ),
        )),
    }
}

async fn use_step_up(
    tx: &mut Tx,
    session: SessionId,
    input: &ResolutionInput,
    now: Timestamp,
) -> Result<bool, ApiProblem> {
    let Some(step_up) = input.step_up else {
        return Ok(false);
    };
    let subject = input.evidence.to_string();
    Ok(tx
        .consume_step_up(step_up, session, StepUpAct::Resolve, &subject, now)
        .await?)
}

fn needs_a_person(state: ExecutionState) -> Result<(), ApiProblem> {
    match state {
        ExecutionState::NeedsAttention => Ok(()),
        _ => Err(not_needed()),
    }
}

fn not_needed() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::WrongState,
        "The execution does not need a person: Argus knows what became of its steps, or is still at work.",
    )
}

fn resolved_before() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::WrongState,
        "Somebody has said before what became of it.",
    )
}

fn no_execution() -> ApiProblem {
    ApiProblem::new(ProblemCode::NotFound, "There is no execution with this id.")
}
