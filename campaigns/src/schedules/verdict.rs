//! What must be so once every execution of a schedule has ended.

use std::collections::BTreeMap;

use argus_domain::execution::State;
use argus_executor::testing::{Books, Execution, Model};
use argus_types::event::{Event, ExecutionEvent, FailureReason};
use argus_types::execution::{ExecutionState, StepProgress, StepState};
use argus_types::plan::{Command, Step};

use super::sim::Shared;
use super::weather::Weather;
use super::witness::{Witness, effects};

/// Everything that is wrong, in words.
pub fn of(shared: &Shared, books: &Books, model: &Model) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut reserved = BTreeMap::new();
    for execution in books.executions.values() {
        let name = execution.record.id.0.as_u128();
        let state = match folded(execution) {
            Ok(state) => state,
            Err(why) => {
                wrong.push(format!("the journal of {name} does not hold: {why}"));
                continue;
            }
        };
        if !execution.record.state.is_final() {
            wrong.push(format!("{name} never ended"));
            continue;
        }
        if state.execution_state() != execution.record.state {
            wrong.push(format!("the row of {name} is not what its journal says"));
        }
        let steps = state.view();
        for (step, progress) in execution.record.plan.steps.iter().zip(&steps) {
            let of_step = Ended {
                execution,
                step,
                progress,
                witness: &shared.witness,
                weather: &shared.weather,
                model,
            };
            wrong.extend(of_step.wrong());
            if progress.state == StepState::NeedsAttention {
                let own = step
                    .locks
                    .iter()
                    .map(|lock| (lock.clone(), execution.record.id));
                reserved.extend(own);
            }
        }
        wrong.extend(end(execution, &steps));
        wrong.extend(ledger(execution, books));
    }
    if books.reserved != reserved || *shared.witness.holders() != reserved {
        wrong.push(format!(
            "reserved is {:?}, and a person is needed for {reserved:?}",
            books.reserved
        ));
    }
    wrong
}

fn folded(execution: &Execution) -> Result<State, String> {
    let mut state = State::new(&execution.record.plan);
    for (entry, seq) in execution.events.iter().zip(1..) {
        if entry.seq != seq {
            return Err(format!("entry {seq} is missing"));
        }
        let applied = state.apply(entry.at, &entry.event);
        applied.map_err(|error| format!("entry {seq}: {error}"))?;
    }
    Ok(state)
}

/// Whether the execution's end is what its steps came to.
fn end(execution: &Execution, steps: &[StepProgress]) -> Option<String> {
    let some = |state| steps.iter().any(|step| step.state == state);
    let all_done = steps.iter().all(|step| step.state == StepState::Succeeded);
    let right = match execution.record.state {
        ExecutionState::Succeeded => all_done,
        ExecutionState::Failed => some(StepState::Failed) && !some(StepState::NeedsAttention),
        ExecutionState::NeedsAttention => some(StepState::NeedsAttention),
        ExecutionState::Stopped => {
            let rest = [StepState::Succeeded, StepState::NotStarted];
            !all_done && steps.iter().all(|step| rest.contains(&step.state))
        }
        ExecutionState::Running | ExecutionState::Stopping => false,
    };
    (!right).then(|| {
        let states: Vec<_> = steps.iter().map(|step| step.state).collect();
        format!(
            "{} ended {:?} with {states:?}",
            execution.record.id.0.as_u128(),
            execution.record.state
        )
    })
}

/// Whether the ledger tells what the journal tells, in the same order.
fn ledger(execution: &Execution, books: &Books) -> Option<String> {
    let subject = format!("execution/{}", execution.record.id);
    let told: Vec<&str> = books
        .ledger
        .iter()
        .filter(|entry| entry.subject == subject)
        .map(|entry| entry.kind.as_str())
        .collect();
    let happened: Vec<&str> = execution
        .events
        .iter()
        .filter_map(|entry| kind(&entry.event))
        .collect();
    (told != happened).then(|| format!("{subject}: {happened:?} happened, {told:?} is told"))
}

fn kind(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Resumed { .. } => "execution.resumed",
        Event::StopRequested { .. } => "execution.stop_requested",
        Event::Intended { .. } => "step.intended",
        Event::Submitted { .. } => "step.submitted",
        Event::StepSucceeded { .. } => "step.succeeded",
        Event::StepFailed { .. } => "step.failed",
        Event::StepNeedsAttention { .. } => "step.needs_attention",
        Event::Ended { .. } => "execution.ended",
        _ => return None,
    })
}

/// One step at the end.
struct Ended<'a> {
    execution: &'a Execution,
    step: &'a Step,
    progress: &'a StepProgress,
    witness: &'a Witness,
    weather: &'a Weather,
    model: &'a Model,
}

impl Ended<'_> {
    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut say = |what: &str| wrong.push(format!("'{}' {what}", self.step.title));
        let effects = effects(self.model, self.step);
        let own = |task: &&argus_executor::testing::Task| task.step.title == self.step.title;
        let tasks = self.model.tasks.iter().filter(own).count();
        let key = (self.execution.record.id, self.step.number);
        let doubts = self.witness.doubts.get(&key).copied().unwrap_or_default();
        // What left no trace cannot be told from what never was: nobody can promise anything about it.
        let carried_out = effects > 0 && !doubts.forgotten;
        if (effects > 1 || tasks > 1) && !doubts.forgotten {
            say("was carried out twice");
        }
        if doubts.requests > u32::from(self.step.max_attempts) {
            say("was sent more often than it may be");
        }
        match self.progress.state {
            StepState::Succeeded => {}
            StepState::Failed if carried_out && !self.may_mistake_its_time() => {
                say("failed, and was carried out");
            }
            StepState::Failed => {}
            StepState::NeedsAttention => {
                let excused = self.witness.reads_failed || self.weather.clocks;
                if !doubts.need_a_person(self.step, tasks) && !excused {
                    say("needs a person, and could be decided");
                }
            }
            StepState::NotStarted if carried_out => {
                say("counts as not started, and was carried out");
            }
            StepState::NotStarted => {}
            other => say(&format!("is {other:?} at the end")),
        }
        wrong
    }

    /// What the executor does not promise: whoever takes over waits by the journal's times for what only comes about
    /// later, and does not know how long a guest had been up before it was restarted.
    fn may_mistake_its_time(&self) -> bool {
        let restarts = matches!(self.step.command, Command::Reboot { .. });
        let late = self.step.target.is_ha_managed() || restarts;
        let resumed = |entry: &ExecutionEvent| matches!(entry.event, Event::Resumed { .. });
        let taken_over = self.execution.events.iter().any(resumed);
        let unverified = self.progress.failure == Some(FailureReason::NotVerified);
        unverified && taken_over && (restarts || (late && self.weather.clocks))
    }
}
