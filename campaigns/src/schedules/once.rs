//! Runs one schedule: the executor as in production, on a clock that stands still until everybody waits.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use argus_executor::testing::{MemoryProxmox, wall_clock};
use argus_executor::{Config, Executor, Ports};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use super::draw::{Happening, Schedule, guests};
use super::replica::Replica;
use super::sim::Sim;
use super::verdict;

/// By then, of the schedule's own time, every execution has ended: the sum of all patience that there is, and more.
const BOUND: Duration = Duration::from_hours(2);
/// So long whoever stood still may still try something.
const AFTERMATH: Duration = Duration::from_secs(60);

/// What came of one seed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What must not be.
    pub violations: Vec<String>,
    /// Line by line, where it was asked for.
    pub trace: Vec<String>,
    /// How the executions ended.
    pub ends: Vec<&'static str>,
}

/// Runs the schedule of this seed.
pub fn run(seed: u64, traced: bool) -> Result<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .context("the runtime does not start")?;
    Ok(runtime.block_on(simulate(seed, traced)))
}

async fn simulate(seed: u64, traced: bool) -> Run {
    let mut dice = StdRng::seed_from_u64(seed);
    let schedule = Arc::new(Schedule::draw(&mut dice));
    let proxmox = MemoryProxmox::new(guests());
    {
        let mut model = proxmox.lock();
        model.task = schedule.task;
        model.log_lines = 1;
    }
    let sim = Sim::new(
        dice,
        schedule.weather.clone(),
        &schedule.skews,
        proxmox,
        traced,
    );
    sim.note("", || format!("{:?}", schedule.weather));
    let ending = CancellationToken::new();
    let mut replicas = JoinSet::new();
    let mut restarts = Vec::new();
    for number in 0..schedule.replicas {
        let restart = Arc::new(tokio::sync::Notify::new());
        restarts.push(Arc::clone(&restart));
        let replica = live(
            sim.clone(),
            Arc::clone(&schedule),
            number,
            restart,
            ending.clone(),
        );
        replicas.spawn(replica);
    }
    for (at, happening) in &schedule.happenings {
        sleep_until(sim.began + *at).await;
        happen(&sim, &schedule, *happening, &restarts);
    }
    let deadline = sim.began + BOUND;
    while !sim.journal.lock().running().is_empty() {
        if timeout_at(deadline, sim.ended.notified()).await.is_err() {
            break;
        }
    }
    sleep(AFTERMATH).await;
    ending.cancel();
    replicas.abort_all();
    while replicas.join_next().await.is_some() {}
    judge(&sim)
}

fn judge(sim: &Sim) -> Run {
    let violations = {
        let shared = sim.shared();
        let books = sim.journal.lock();
        let model = sim.proxmox.lock();
        let mut violations = shared.witness.violations.clone();
        violations.extend(verdict::of(&shared, &books, &model));
        violations
    };
    let ends = {
        let books = sim.journal.lock();
        let ended = books.executions.values();
        ended.map(|one| one.record.state.as_str()).collect()
    };
    Run {
        violations,
        trace: sim.take_trace(),
        ends,
    }
}

/// The processes of one replica, one after the other.
async fn live(
    sim: Sim,
    schedule: Arc<Schedule>,
    number: usize,
    restart: Arc<tokio::sync::Notify>,
    ending: CancellationToken,
) {
    while !ending.is_cancelled() {
        let (process, died) = {
            let shared = sim.shared();
            let life = &shared.replicas[number];
            (life.process, Arc::clone(&life.died))
        };
        let replica = Replica {
            sim: sim.clone(),
            number,
            process,
        };
        let (clock, chance) = (sim.clone(), sim.clone());
        let executor = Executor::new(
            Ports {
                journal: replica.clone(),
                hypervisor: replica,
                clock: Arc::new(move || clock.clock(number)),
                chance: Arc::new(move || chance.shared().dice.random::<f64>()),
            },
            Config {
                look_every: schedule.look_every,
                concurrency: schedule.concurrency,
                guest_patience: schedule.guest_patience,
                ..Config::new(format!("r{number}.{process}"))
            },
        );
        let cancel = CancellationToken::new();
        let asked = async {
            restart.notified().await;
            cancel.cancel();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            // Dropped, and everything that it drives with it.
            () = died.notified() => {}
            () = executor.run(cancel.clone()) => {}
            () = asked => {}
        }
        let pause = {
            let mut shared = sim.shared();
            if shared.replicas[number].process == process {
                shared.replicas[number].process += 1;
            }
            Duration::from_millis(shared.dice.random_range(1..15_000))
        };
        sleep(pause).await;
    }
}

fn happen(
    sim: &Sim,
    schedule: &Schedule,
    happening: Happening,
    restarts: &[Arc<tokio::sync::Notify>],
) {
    let now = Instant::now();
    let mut shared = sim.shared();
    let mut books = sim.journal.lock();
    shared.note(|| format!("{happening:?}"));
    match happening {
        Happening::Confirm(place) => {
            // Nothing is confirmed while the emergency stop is set.
            if !books.emergency_stop {
                let record = schedule.executions[place].1.clone();
                for step in &record.plan.steps {
                    shared.note(|| format!("  {} {:?}", step.title, step.class));
                }
                shared.witness.confirmed(record.id, &record.plan.steps);
                books.insert(record);
            }
        }
        Happening::Stop(place) => {
            let id = schedule.executions[place].1.id;
            if books.stop(id, wall_clock(sim.began), false) {
                shared.witness.forbid(id);
            }
        }
        Happening::EmergencyStop { finds } => {
            books.emergency_stop = true;
            shared.witness.forbid_all();
            for id in books.running().into_iter().filter(|_| finds) {
                books.stop(id, wall_clock(sim.began), true);
            }
        }
        Happening::Bar(place) => {
            let id = schedule.executions[place].1.id;
            books.barred.insert(id);
            shared.witness.forbid(id);
        }
        Happening::Crash(replica) => shared.kill(replica),
        Happening::Restart(replica) => restarts[replica].notify_one(),
        Happening::Freeze(replica, time) => shared.freeze(replica, time),
        Happening::ClockJumps(replica, seconds) => {
            shared.replicas[replica].clock_error += seconds;
        }
        Happening::DatabaseAway(time) => shared.database_away = Some(now + time),
        Happening::ProxmoxAway(time) => shared.proxmox_away = Some(now + time),
    }
}
