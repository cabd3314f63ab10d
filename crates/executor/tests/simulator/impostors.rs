//! Somebody else stands where Proxmox was, in the middle of an execution: `cargo xtask campaign tls` runs this test and
//! shows what it counts.
//!
//! Each run has a simulator behind a proxy that changes its certificate at one moment, for a while or for good. What
//! reached the wrong peer is counted in the proxy's record, out of the TLS session.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argus_fault_proxy::{Certificate, Proxy};
use argus_proxmox::{Fingerprint, Limits, PinSet, Trust};
use argus_types::event::Event;
use argus_types::execution::{ExecutionState, StepState};
use futures_util::{StreamExt as _, stream};

use crate::alone::{Cluster, Run, planned, within};
use crate::lab::{migrate, snapshot, vm};

/// Runs at a time: they mostly wait.
const AT_A_TIME: usize = 12;
/// How long a change for a while lasts: below what reads have patience for.
const WHILE: Duration = Duration::from_millis(500);
/// What a step may take, by the cluster's clock.
const STEP_S: u32 = 60;

/// How the client knows its peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trusting {
    Authority,
    Pin,
}

/// When the certificate changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Before the first read.
    AtTheBeginning,
    /// While a task is followed.
    WhileATaskRuns,
    /// The same, and connections that are open stay: the next write meets it first.
    ForNewConnections,
    /// Right after a step.
    BetweenSteps,
}

#[derive(Debug, Clone, Copy)]
struct Case {
    wrong: Certificate,
    trusting: Trusting,
    moment: Moment,
    for_good: bool,
}

/// What one case counts.
struct Told {
    case: Case,
    state: ExecutionState,
    /// Connections on which the wrong certificate was shown.
    met: usize,
    /// Bytes that the wrong peer got.
    bytes: usize,
    wrong: Vec<String>,
}

fn cases() -> Vec<Case> {
    use Moment as M;
    let mut cases = Vec::new();
    for wrong in Certificate::ALL {
        for trusting in [Trusting::Authority, Trusting::Pin] {
            let is_right = wrong == Certificate::Right
                || wrong == Certificate::Renewed && trusting == Trusting::Authority;
            if is_right {
                continue;
            }
            for moment in [
                M::AtTheBeginning,
                M::WhileATaskRuns,
                M::ForNewConnections,
                M::BetweenSteps,
            ] {
                cases.extend([false, true].map(|for_good| Case {
                    wrong,
                    trusting,
                    moment,
                    for_good,
                }));
            }
        }
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "what a campaign counts")]
async fn who_cannot_prove_to_be_proxmox_gets_no_byte_of_a_token_and_is_named() {
    let log = Log::begin();
    let cases = cases();
    let count = cases.len();
    let told: Vec<Told> = stream::iter(cases)
        .map(|case| run(case, &log))
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await;
    let bytes: usize = told.iter().map(|told| told.bytes).sum();
    let met: usize = told.iter().map(|told| told.met).sum();
    let ended = |state| told.iter().filter(|told| told.state == state).count();
    println!(
        "{count} runs: {} succeeded, {} failed, {} wait for a person; the wrong peer was met {met} times and got {bytes} bytes",
        ended(ExecutionState::Succeeded),
        ended(ExecutionState::Failed),
        ended(ExecutionState::NeedsAttention),
    );
    let wrong: Vec<String> = told
        .iter()
        .filter(|told| !told.wrong.is_empty())
        .map(|told| format!("{:?}: {}", told.case, told.wrong.join("\n")))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} do not hold\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!((told.len(), bytes), (count, 0));
}

async fn run(case: Case, log: &Log) -> Told {
    let cluster = Cluster::start(None).await;
    let proxy = cluster.proxy().await;
    let dir = tempfile::tempdir().expect("a folder");
    let authority = dir.path().join("ca.pem");
    std::fs::write(&authority, proxy.authority_pem()).expect("a file");
    let print = |which| {
        let shown = proxy.certificate(which).expect("it is made");
        Fingerprint::of_certificate(&shown).to_string()
    };
    let trust = match case.trusting {
        Trusting::Authority => Trust::CaFile(authority),
        Trusting::Pin => {
            let pins = PinSet::parse(&print(Certificate::Right));
            Trust::Pins(pins.expect("a pin"))
        }
    };
    let actions = vec![migrate(vm(101), "pve2"), snapshot(vm(101))];
    let record = within(STEP_S, planned(&cluster.client(), actions).await);
    let client = cluster.client_through(&proxy, trust, Limits::default());
    cluster.simulator.forget_requests();
    if case.moment == Moment::AtTheBeginning {
        proxy.show(case.wrong);
    }
    let run = Run::begin(client, record);
    change(&proxy, &run, case).await;
    let state = run.ended().await;
    let impostor: Vec<_> = proxy
        .seen()
        .into_iter()
        .filter(|one| one.shown == Some(case.wrong))
        .collect();
    let bytes = impostor.iter().map(|one| one.received.len()).sum();
    let mut wrong = judge(case, state, &run, &cluster, &proxy);
    if !impostor.is_empty() && !log.has_alert(&print(case.wrong)) {
        wrong.push("no alert names the certificate".to_owned());
    }
    if impostor.iter().any(|one| one.secured) {
        wrong.push("the wrong peer was accepted".to_owned());
    }
    if !wrong.is_empty() {
        wrong.push(format!("{:#?}", run.events()));
    }
    Told {
        case,
        state,
        met: impostor.len(),
        bytes,
        wrong,
    }
}

/// Changes the certificate at its moment, and back where it is for a while only.
async fn change(proxy: &Proxy, run: &Run, case: Case) {
    match case.moment {
        Moment::AtTheBeginning => {}
        Moment::WhileATaskRuns | Moment::ForNewConnections => {
            run.until(|event| matches!(event, Event::Submitted { .. }))
                .await;
        }
        Moment::BetweenSteps => {
            run.until(|event| matches!(event, Event::StepSucceeded { .. }))
                .await;
        }
    }
    proxy.show(case.wrong);
    if case.moment != Moment::ForNewConnections {
        proxy.cut().await.expect("a proxy that runs");
    }
    if !case.for_good {
        tokio::time::sleep(WHILE).await;
        proxy.show(Certificate::Right);
    }
}

/// What must hold, beside what the wrong peer got.
fn judge(
    case: Case,
    state: ExecutionState,
    run: &Run,
    cluster: &Cluster,
    proxy: &Proxy,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut ensure = |holds: bool, why: String| {
        if !holds {
            wrong.push(why);
        }
    };
    // Where a write is in flight just then, nobody can tell any more what became of it.
    let right: &[_] = match (case.for_good, case.moment) {
        (false, _) => &[ExecutionState::Succeeded],
        (true, Moment::AtTheBeginning) => &[ExecutionState::Failed],
        (true, Moment::WhileATaskRuns) => &[ExecutionState::NeedsAttention],
        (true, Moment::ForNewConnections | Moment::BetweenSteps) => {
            &[ExecutionState::Failed, ExecutionState::NeedsAttention]
        }
    };
    ensure(
        right.contains(&state),
        format!("{state:?} is none of {right:?}"),
    );
    let of_step = run.steps().into_iter().find_map(|step| {
        let open = step.failure.is_some() || step.state == StepState::NeedsAttention;
        step.message.filter(|_| open)
    });
    let cause = of_step.unwrap_or_default();
    ensure(
        !case.for_good || cause.contains("certificate"),
        format!("the cause is not told: {cause}"),
    );
    let tasks = cluster.simulator.tasks();
    for kind in ["qmigrate", "qmsnapshot"] {
        let made = tasks.iter().filter(|task| task.kind == kind).count();
        ensure(made <= 1, format!("{made} tasks {kind}"));
    }
    // The secret itself is seen where it belongs, or its absence elsewhere would prove nothing.
    let token = cluster.simulator.token("danger").unwrap_or_default();
    let secret = token.rsplit('=').next().unwrap_or_default();
    let seen = proxy.seen();
    let mut trusted = seen.iter().filter(|one| one.secured);
    let began_wrong = case.moment == Moment::AtTheBeginning && case.for_good;
    ensure(
        began_wrong || trusted.any(|one| one.received_any(secret.as_bytes())),
        "the token never reached the right peer either".to_owned(),
    );
    wrong
}

/// The alerts of this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn begin() -> Self {
        let log = Self::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::ERROR)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    }

    /// Whether an alert names this certificate.
    fn has_alert(&self, fingerprint: &str) -> bool {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&bytes);
        text.lines()
            .any(|line| line.contains("proxmox_certificate") && line.contains(fingerprint))
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
