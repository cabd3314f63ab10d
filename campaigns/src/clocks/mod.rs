//! Executors whose clocks are wrong: they jump by an hour or a day, go ten times too fast, differ from each other.
//!
//! In each case two replicas work side by side, first undisturbed, so that whatever one takes from the other is stolen;
//! then they are killed where an answer is lost, so that what one wrote by its clock the other must resolve by its own.
//! Argus knows UTC alone, so the end of summer time cannot move its clock; it is run all the same, in a zone that has
//! one and at that very moment.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use argus_types::event::Event;
use argus_types::id::ExecutionId;
use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::replica::{Child, Hands, Harm, Orders};
use crate::stage::{Drafts, Log, Server, Stage, Verdict, now};

/// How much of each case, and how.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Executions of a case that nobody disturbs
    #[arg(long, default_value_t = 12)]
    quiet: u32,
    /// Kills of a case, each with an execution of its own
    #[arg(long, default_value_t = 24)]
    kills: u32,
    /// How much faster than real time the cluster runs
    #[arg(long, default_value_t = 20.0)]
    speed: f64,
    /// Where the dice begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    server: Server,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Steps of the longest execution.
const LONGEST: usize = 5;
/// Five seconds before the clocks of Central Europe go back, 2026-10-25 01:00 UTC.
const BEFORE_WINTER_TIME: i64 = 1_792_890_000 - 5;
/// How long a dead process' lease holds where processes die.
const SHORT: Duration = Duration::from_millis(800);
/// How long a lease holds where none may be lost, however busy the machine is.
const LONG: Duration = Duration::from_secs(20);
/// How long a replica may take to come by its point, and all to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where an answer is lost, or is about to be.
const POINTS: [&str; 5] = [
    "before-submitted",
    "before-answered",
    "after-intended",
    "after-submitted",
    "before-task_ended",
];

/// A case: what it is called, and how the two clocks go.
struct Case(&'static str, Hands, Hands);

fn cases() -> Vec<Case> {
    let jump = |seconds| {
        let hands = Hands {
            jump_s: seconds,
            ..Hands::default()
        };
        // The other one is where this one is not.
        let other = Hands {
            ahead_s: seconds,
            jump_s: -seconds,
            jump_every_ms: 370,
            ..Hands::default()
        };
        (hands, other)
    };
    let ahead = |seconds| Hands {
        ahead_s: seconds,
        ..Hands::default()
    };
    let fast = Hands {
        rate: 10.0,
        ..Hands::default()
    };
    let winter = ahead(BEFORE_WINTER_TIME - now().unix_millis() / 1_000);
    let case = |name, (one, other)| Case(name, one, other);
    vec![
        case("an hour forward", jump(HOUR)),
        case("an hour back", jump(-HOUR)),
        case("a day forward", jump(DAY)),
        case("a day back", jump(-DAY)),
        case("the end of summer time", (winter, winter)),
        case("ten times too fast", (fast, Hands::default())),
        case("a minute apart each way", (ahead(60), ahead(-60))),
    ]
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Outcome {
    verdict: Verdict,
    cases: usize,
    kills: usize,
    /// Executions that a replica took from one that was alive and at work.
    stolen: usize,
}

impl Outcome {
    /// Whether all is as it must be.
    pub fn holds(&self) -> bool {
        self.verdict.holds() && self.stolen == 0 && self.kills > 0
    }

    /// What a person reads.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("clocks: {} cases, {} kills", self.cases, self.kills),
            format!("{:>8}  stolen leases", self.stolen),
        ];
        lines.extend(self.verdict.lines());
        lines
    }
}

/// Runs it.
pub async fn run(options: Options) -> Result<Outcome> {
    let (server, _postgres) = options.server.open()?;
    let mut dice = StdRng::seed_from_u64(options.seed);
    let mut outcome = Outcome::default();
    let mut drafts = None;
    for Case(name, one, other) in cases() {
        let guests = options.quiet + options.kills;
        let stage = Stage::set(&server, guests, options.speed).await?;
        let drafts = match &mut drafts {
            Some(drafts) => drafts,
            none => none.insert(Drafts::draw(&stage, LONGEST, &mut dice).await?),
        };
        let log = Log::default();
        log.take(&stage.simulator)?;
        let mut table = Table {
            stage: &stage,
            drafts,
            hands: [one, other],
            all: Vec::new(),
        };
        let played = async {
            let stolen = table.quiet(options.quiet).await?;
            table.kills(options.kills).await?;
            Ok::<_, anyhow::Error>(stolen)
        };
        let stolen = tokio::select! {
            stolen = played => stolen,
            noted = log.follow(&stage.simulator) => { noted?; bail!("the log ended") }
        };
        outcome.stolen += stolen.context(name)?;
        outcome.kills += usize::try_from(options.kills)?;
        outcome.cases += 1;
        log.take(&stage.simulator)?;
        let mut verdict = stage.judge(&table.all, &log).await?;
        for shown in &mut verdict.shown {
            shown.insert_str(0, &format!("{name}: "));
        }
        outcome.verdict.join(verdict);
    }
    Ok(outcome)
}

struct Table<'a> {
    stage: &'a Stage,
    drafts: &'a Drafts,
    hands: [Hands; 2],
    all: Vec<ExecutionId>,
}

impl Table<'_> {
    /// Both work and nobody dies: how many executions had a second driver.
    async fn quiet(&mut self, executions: u32) -> Result<usize> {
        let one = self.start("quiet-one", 0, LONG, None).await?;
        let other = self.start("quiet-other", 1, LONG, None).await?;
        let mut own = Vec::new();
        for _ in 0..executions {
            own.push(self.seed().await?);
        }
        self.ended(&own).await?;
        one.kill().await?;
        other.kill().await?;
        let mut stolen = 0;
        for id in own {
            let events = self.stage.store.execution_events(id, 0, u64::MAX).await?;
            let resumed = |event: &Event| matches!(event, Event::Resumed { .. });
            stolen += events.iter().filter(|entry| resumed(&entry.event)).count();
        }
        Ok(stolen)
    }

    /// One dies where an answer is lost, the other goes on by its own clock; in turns.
    async fn kills(&mut self, kills: u32) -> Result<()> {
        for number in 0..kills {
            let (dying, next) = if number % 2 == 0 { (0, 1) } else { (1, 0) };
            let own = [self.seed().await?];
            let point = POINTS[usize::try_from(number)? % POINTS.len()];
            let mut victim = self
                .start(&format!("victim-{number}"), dying, SHORT, Some(point))
                .await?;
            // An execution whose steps do not come by there ends before.
            tokio::select! {
                hit = victim.hit(PATIENCE) => { hit?; }
                ended = self.ended(&own) => ended?,
            }
            victim.kill().await?;
            let heir = self
                .start(&format!("heir-{number}"), next, SHORT, None)
                .await?;
            self.ended(&own).await?;
            heir.kill().await?;
        }
        Ok(())
    }

    async fn seed(&mut self) -> Result<ExecutionId> {
        let number = u32::try_from(self.all.len())?;
        let length = 1 + self.all.len() % LONGEST;
        let proposal = self.stage.propose(&self.drafts.of(length, number)?).await?;
        let id = self.stage.confirm(proposal).await?;
        self.all.push(id);
        Ok(id)
    }

    async fn start(
        &self,
        name: &str,
        which: usize,
        lease: Duration,
        point: Option<&'static str>,
    ) -> Result<Child> {
        let orders = Orders {
            lease,
            concurrency: 2,
            harm: point.map(|point| (point, None, Harm::Kill)),
            hands: self.hands[which],
        };
        Child::start(self.stage, name, &orders).await
    }

    async fn ended(&self, own: &[ExecutionId]) -> Result<()> {
        let until = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < until {
            let mut open = 0;
            for id in own {
                let record = self.stage.store.execution_record(*id).await?;
                let record = record.context("an execution is gone")?;
                open += usize::from(!record.state.is_final());
            }
            if open == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("not all came to an end")
    }
}
