//! Every kind of fault between Argus and Proxmox, for every entry of the catalogue: `cargo xtask campaign faults` runs
//! this test and shows what it counts.
//!
//! Each play has a simulator of its own, in the state of its action's scene, behind a proxy that breaks things. What was
//! done is counted in the simulator's list of tasks and requests, what was sent in the proxy's record.

mod cell;
mod kind;
mod right;
mod scene;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argus_types::action::ActionKind;
use argus_types::execution::ExecutionState;
use futures_util::{StreamExt as _, stream};
use tokio::task::JoinSet;

use cell::{Told, play};
use kind::Kind;
use scene::Scene;

/// Scenes that are set at a time, and plays: they mostly wait.
const SCENES: usize = 8;
const PLAYS: usize = 16;

/// The threads of the campaign, by which its panics are told from other tests'.
const THREADS: &str = "faults-campaign";

#[test]
#[expect(clippy::print_stdout, reason = "what a campaign counts")]
fn every_fault_at_every_entry_ends_rightly_and_doubles_nothing() {
    let panics = count_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_name(THREADS)
        .enable_all()
        .build();
    let told = runtime.expect("a runtime").block_on(play_all());
    let report = report(&told, panics.load(Ordering::SeqCst));
    println!("{report}");
    let wrong: Vec<String> = told
        .iter()
        .filter(|told| !told.wrong.is_empty())
        .map(|told| {
            format!(
                "{:?} at {}: {}",
                told.kind,
                told.action,
                told.wrong.join("\n")
            )
        })
        .collect();
    assert_eq!(told.len(), Kind::ALL.len() * ActionKind::ALL.len());
    assert!(
        wrong.is_empty(),
        "{} of {} do not hold\n{}",
        wrong.len(),
        told.len(),
        wrong.join("\n\n")
    );
    assert_eq!(panics.load(Ordering::SeqCst), 0, "somebody panicked");
}

async fn play_all() -> Vec<Told> {
    let scenes = stream::iter(ActionKind::ALL)
        .map(Scene::set)
        .buffer_unordered(SCENES)
        .map(Arc::new);
    let mut scenes = std::pin::pin!(scenes);
    let (mut plays, mut told) = (JoinSet::new(), Vec::new());
    while let Some(scene) = scenes.next().await {
        for kind in Kind::ALL {
            if plays.len() >= PLAYS {
                told.extend(plays.join_next().await.expect("one is there"));
            }
            plays.spawn(play(Arc::clone(&scene), kind));
        }
    }
    told.extend(plays.join_all().await);
    told.sort_by(|a, b| (a.kind, &a.action).cmp(&(b.kind, &b.action)));
    told
}

/// Counts the panics of the campaign's own threads from now on.
fn count_panics() -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let (ours, before) = (Arc::clone(&count), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() == Some(THREADS) {
            ours.fetch_add(1, Ordering::SeqCst);
        }
        before(panic);
    }));
    count
}

/// What was counted, by kind and by action.
fn report(told: &[Told], panics: usize) -> String {
    let by_kind = told.iter().map(|told| (format!("{:?}", told.kind), told));
    let by_action = told.iter().map(|told| (told.action.clone(), told));
    let doubles: usize = told.iter().map(|told| told.doubles).sum();
    let wrong = told.iter().filter(|told| !told.wrong.is_empty()).count();
    let most = told.iter().map(|told| told.requests).max().unwrap_or(0);
    let mut text = String::new();
    let mut say = |line: String| {
        // A String takes everything.
        let _ = writeln!(text, "{line}");
    };
    let head = "plays succeeded failed attention doubles wrong requests";
    for (what, table) in [("fault", tally(by_kind)), ("action", tally(by_action))] {
        say(format!("{what:<20} {head}"));
        for (
            name,
            [
                plays,
                succeeded,
                failed,
                attention,
                doubles,
                wrong,
                requests,
            ],
        ) in table
        {
            say(format!(
                "{name:<20} {plays:>5} {succeeded:>9} {failed:>6} {attention:>9} {doubles:>7} {wrong:>5} {requests:>8}"
            ));
        }
    }
    say(format!(
        "{} faults at {} actions: {} plays, {doubles} doubles, {panics} panics, {wrong} wrong; {most} requests at most",
        Kind::ALL.len(),
        ActionKind::ALL.len(),
        told.len(),
    ));
    text
}

/// Plays, their ends, doubles, wrong ones and the most requests, by name.
fn tally<'a>(named: impl Iterator<Item = (String, &'a Told)>) -> BTreeMap<String, [usize; 7]> {
    let mut table = BTreeMap::<String, [usize; 7]>::new();
    for (name, told) in named {
        let row = table.entry(name).or_default();
        let ended = |state| usize::from(told.state == state);
        row[0] += 1;
        row[1] += ended(ExecutionState::Succeeded);
        row[2] += ended(ExecutionState::Failed);
        row[3] += ended(ExecutionState::NeedsAttention);
        row[4] += told.doubles;
        row[5] += usize::from(!told.wrong.is_empty());
        row[6] = row[6].max(told.requests);
    }
    table
}
