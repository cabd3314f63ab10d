//! What became of executions: the simulator's count against their plans, the journal against the ledger, the leases
//! against the ends.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use argus_domain::check;
use argus_store::ExecutionRecord;
use argus_types::event::{Event, ExecutionEvent, FailureReason};
use argus_types::id::ExecutionId;
use argus_types::plan::{CallPreview, Field, Step, StepClass};

use super::Stage;
use super::log::{Log, key};

/// Records read at a time.
const BATCH: u32 = 1_000;
/// Most faults that are shown one by one.
const SHOWN: usize = 20;

/// What must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The simulator carried a request out more often than there were steps for it.
    Twice,
    /// A step is said to be done that the simulator never carried out.
    NotDone,
    /// An execution has no end.
    Lost,
    /// A step failed though nothing stood in its way.
    Failed,
    /// A person is asked where looking could tell.
    AskedInVain,
    /// Something is reserved that nobody must look at, or is not that somebody must.
    Lease,
    /// The ledger's chain does not hold.
    Chain,
    /// Journal and ledger do not say the same.
    Record,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Twice,
        Self::NotDone,
        Self::Lost,
        Self::Failed,
        Self::AskedInVain,
        Self::Lease,
        Self::Chain,
        Self::Record,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Twice => "steps carried out twice",
            Self::NotDone => "steps said to be done that were not",
            Self::Lost => "executions without an end",
            Self::Failed => "steps failed that nothing stood in the way of",
            Self::AskedInVain => "people asked where looking could tell",
            Self::Lease => "resource leases left wrong",
            Self::Chain => "breaks in the ledger's chain",
            Self::Record => "records missing or too many",
        }
    }
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Executions by their end.
    pub ends: BTreeMap<&'static str, usize>,
    /// Steps of all of them that were begun.
    pub steps: usize,
    /// Attempts beyond each step's first.
    pub again: usize,
    /// Answers that were found by looking.
    pub adopted: usize,
    /// Restarts of guests that had hardly been up, told as not seen after somebody else took over.
    pub untold: usize,
    /// What must not be, and how often.
    pub faults: BTreeMap<Fault, usize>,
    /// The first of them.
    pub shown: Vec<String>,
}

impl Verdict {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    /// Notes something that must not be.
    pub fn fault(&mut self, fault: Fault, why: impl FnOnce() -> String) {
        *self.faults.entry(fault).or_default() += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(format!("{fault:?}: {}", why()));
        }
    }

    /// Takes another part of the same campaign in.
    pub fn join(&mut self, other: Self) {
        for (end, count) in other.ends {
            *self.ends.entry(end).or_default() += count;
        }
        self.steps += other.steps;
        self.again += other.again;
        self.adopted += other.adopted;
        self.untold += other.untold;
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        let room = SHOWN.saturating_sub(self.shown.len());
        self.shown.extend(other.shown.into_iter().take(room));
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let ends: Vec<_> = self
            .ends
            .iter()
            .map(|(end, count)| format!("{count} {end}"))
            .collect();
        let mut lines = vec![format!(
            "executions: {}; {} steps begun, {} attempts beyond the first, {} lost answers found by looking, \
             {} restarts of young guests not seen",
            ends.join(", "),
            self.steps,
            self.again,
            self.adopted,
            self.untold,
        )];
        for fault in Fault::ALL {
            let count = self.faults.get(&fault).copied().unwrap_or_default();
            lines.push(format!("{count:>8}  {}", fault.label()));
        }
        lines.extend(self.shown.iter().cloned());
        lines
    }
}

/// How often one and the same request may, and must, have been carried out.
#[derive(Default)]
struct Due {
    call: Option<CallPreview>,
    /// Steps that got as far as an intent.
    most: usize,
    /// Intents that were not found later to have started nothing.
    sent: usize,
    /// Steps that are said to be done.
    least: usize,
    /// Steps of which it is known that they were sent.
    known: usize,
    /// Steps of which nobody could tell, and a person is asked.
    asked: usize,
}

impl Stage {
    /// Judges these executions, which are all that this stage ever had.
    pub async fn judge(&self, executions: &[ExecutionId], log: &Log) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        let mut due: HashMap<String, Due> = HashMap::new();
        let mut ends = HashMap::new();
        let mut recorded = self.records().await?;
        for id in executions {
            let loaded = self.store.load_execution(*id).await?;
            let (record, events) = loaded.context("an execution is gone")?;
            let kinds = recorded.remove(id).unwrap_or_default();
            compare(*id, &events, &kinds, &mut verdict);
            judge_steps(&record, &events, &mut due, &mut verdict);
            ends.insert(*id, (record, events));
        }
        for due in due.into_values() {
            let Some(call) = due.call else { continue };
            let done = log.of(&call).done;
            if done > due.most.min(due.sent) {
                verdict.fault(Fault::Twice, || {
                    let (most, sent) = (due.most, due.sent);
                    format!(
                        "{done} times for {most} steps and {sent} requests: {}",
                        key(&call)
                    )
                });
            }
            if due.asked > 0 && done > due.known {
                verdict.fault(Fault::AskedInVain, || {
                    format!(
                        "carried out {done} times, {} known: {}",
                        due.known,
                        key(&call)
                    )
                });
            }
            if done < due.least {
                verdict.fault(Fault::NotDone, || {
                    format!("{done} times for {} steps: {}", due.least, key(&call))
                });
            }
        }
        self.judge_leases(&ends, &mut verdict).await?;
        if let Err(broken) = self.store.verify_ledger().await? {
            verdict.fault(Fault::Chain, || format!("{broken:?}"));
        }
        Ok(verdict)
    }

    /// How often the ledger has each kind of record of each execution.
    async fn records(&self) -> Result<HashMap<ExecutionId, BTreeMap<String, usize>>> {
        let mut found: HashMap<ExecutionId, BTreeMap<String, usize>> = HashMap::new();
        let mut after = 0;
        loop {
            let batch = self.store.ledger_after(after, BATCH).await?;
            let Some(last) = batch.last() else {
                return Ok(found);
            };
            after = last.seq;
            for record in batch {
                let id = record.subject.strip_prefix("execution/");
                if let Some(id) = id.and_then(|id| id.parse().ok()) {
                    *found.entry(id).or_default().entry(record.kind).or_default() += 1;
                }
            }
        }
    }

    async fn judge_leases(
        &self,
        ends: &HashMap<ExecutionId, (ExecutionRecord, Vec<ExecutionEvent>)>,
        verdict: &mut Verdict,
    ) -> Result<()> {
        let mut left: HashMap<ExecutionId, Vec<String>> = HashMap::new();
        for (resource, execution, _) in self.database.resource_leases().await? {
            left.entry(execution).or_default().push(resource);
        }
        for (id, (record, events)) in ends {
            let held = left.remove(id).unwrap_or_default();
            let mut wanted = waiting_step(record, events).map_or_else(Vec::new, |step| {
                step.locks.iter().map(ToString::to_string).collect()
            });
            wanted.sort_unstable();
            if held != wanted {
                verdict.fault(Fault::Lease, || {
                    format!(
                        "{id} ({}) has {held:?}, not {wanted:?}",
                        record.state.as_str()
                    )
                });
            }
        }
        for (id, held) in left {
            verdict.fault(Fault::Lease, || {
                format!("{id}, which nobody began, has {held:?}")
            });
        }
        Ok(())
    }
}

/// The step that a person must look at.
fn waiting_step<'a>(record: &'a ExecutionRecord, events: &[ExecutionEvent]) -> Option<&'a Step> {
    let number = events.iter().find_map(|entry| match &entry.event {
        Event::StepNeedsAttention { step, .. } => Some(*step),
        _ => None,
    })?;
    record.plan.steps.iter().find(|step| step.number == number)
}

fn judge_steps(
    record: &ExecutionRecord,
    events: &[ExecutionEvent],
    due: &mut HashMap<String, Due>,
    verdict: &mut Verdict,
) {
    let id = record.id;
    *verdict.ends.entry(record.state.as_str()).or_default() += 1;
    if !record.state.is_final() {
        let last = events.last().map(|entry| &entry.event);
        verdict.fault(Fault::Lost, || format!("{id}, last: {last:?}"));
    }
    for step in &record.plan.steps {
        let own: Vec<&Event> = events
            .iter()
            .map(|entry| &entry.event)
            .filter(|event| event.step() == Some(step.number))
            .collect();
        if own.is_empty() {
            continue;
        }
        verdict.steps += 1;
        let count = |which: fn(&Event) -> bool| own.iter().filter(|event| which(event)).count();
        verdict.again +=
            count(|event| matches!(event, Event::StepStarted { .. })).saturating_sub(1);
        verdict.adopted += count(|event| matches!(event, Event::Submitted { adopted: true, .. }));
        let intended = count(|event| matches!(event, Event::Intended { .. }));
        let done = count(|event| matches!(event, Event::StepSucceeded { .. }));
        if is_counted(step) {
            let due = due.entry(key(&step.call)).or_default();
            let absent = count(|event| matches!(event, Event::Absent { .. }));
            let asked = count(|event| matches!(event, Event::StepNeedsAttention { .. }));
            let answered =
                count(|event| matches!(event, Event::Submitted { .. } | Event::Answered { .. }));
            due.call = Some(step.call.clone());
            due.most += intended.min(1);
            due.sent += intended.saturating_sub(absent);
            due.least += done;
            due.known += (answered + done).min(1);
            due.asked += asked;
        }
        for event in &own {
            judge_end(id, step, event, &own, verdict);
        }
    }
}

/// Whether it matters how often a step was carried out, and Argus can know. What only reads may be asked at any time, and
/// so may what is idempotent and leaves neither a task nor a state: giving unused blocks back.
fn is_counted(step: &Step) -> bool {
    match step.class {
        StepClass::Read => false,
        StepClass::Idempotent => check::tells(step),
        StepClass::NaturalKey | StepClass::UnsafeToRepeat => true,
    }
}

fn judge_end(id: ExecutionId, step: &Step, event: &Event, own: &[&Event], verdict: &mut Verdict) {
    match event {
        Event::StepFailed {
            reason, message, ..
        } => {
            let attempts = own
                .iter()
                .filter(|event| matches!(event, Event::StepStarted { .. }));
            let used_up = attempts.count() >= usize::from(step.max_attempts);
            let untold = *reason == FailureReason::NotVerified && needs_uptime(step);
            if untold {
                verdict.untold += 1;
            } else if *reason != FailureReason::Refused || !used_up {
                verdict.fault(Fault::Failed, || {
                    format!("{id} step {} ({}): {message}", step.number, step.title)
                });
            }
        }
        Event::StepNeedsAttention { message, .. } => {
            let known = own
                .iter()
                .any(|event| matches!(event, Event::Submitted { .. } | Event::Answered { .. }));
            if known || step.class != StepClass::UnsafeToRepeat {
                verdict.fault(Fault::AskedInVain, || {
                    format!("{id} step {} ({}): {message}", step.number, step.title)
                });
            }
        }
        _ => {}
    }
}

/// Whether only the guest's uptime tells that it restarted. A process that takes over does not know how long ago it was
/// looked at, so that of a guest which had hardly been up nobody can tell any more.
fn needs_uptime(step: &Step) -> bool {
    let mut wishes = step.post_checks.iter();
    wishes.any(|wish| wish.field == Field::Restarted {})
}

/// Each entry of the journal that the ledger tells of has its record, and each record its entry.
fn compare(
    id: ExecutionId,
    events: &[ExecutionEvent],
    kinds: &BTreeMap<String, usize>,
    verdict: &mut Verdict,
) {
    let mut expected: BTreeMap<&str, usize> = BTreeMap::from([("execution.started", 1)]);
    for entry in events {
        let kind = match &entry.event {
            Event::Resumed { .. } => "execution.resumed",
            Event::Intended { .. } => "step.intended",
            Event::Submitted { .. } => "step.submitted",
            Event::StepSucceeded { .. } => "step.succeeded",
            Event::StepFailed { .. } => "step.failed",
            Event::StepNeedsAttention { .. } => "step.needs_attention",
            Event::StopRequested { .. } => "execution.stop_requested",
            Event::Ended { .. } => "execution.ended",
            _ => continue,
        };
        *expected.entry(kind).or_default() += 1;
    }
    let found: BTreeMap<&str, usize> = kinds.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    if found != expected {
        verdict.fault(Fault::Record, || {
            format!("{id}: the ledger has {found:?}, the journal {expected:?}")
        });
    }
    let gap = (1..).zip(events).find(|(seq, entry)| *seq != entry.seq);
    if let Some((seq, _)) = gap {
        verdict.fault(Fault::Record, || {
            format!("{id}: the journal has no entry {seq}")
        });
    }
    let ends = events
        .iter()
        .filter(|entry| matches!(entry.event, Event::Ended { .. }));
    if ends.count() > 1 {
        verdict.fault(Fault::Record, || format!("{id} ended twice"));
    }
}
