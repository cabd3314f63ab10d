use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use argus_domain::facts::Facts;
use argus_types::action::ActionKind;
use argus_types::event::TaskExit;
use argus_types::plan::{CallPreview, Command, NodeTarget, StepClass, StepTarget, StopClass, Undo};

use super::*;

/// A cluster that answers or does not, and takes a second for either.
#[derive(Default)]
struct Wires {
    silent: AtomicBool,
    /// It answers that it will not.
    unwilling: AtomicBool,
    asked: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    sent: AtomicUsize,
}

impl Wires {
    async fn ask(&self) -> Result<(), ReadError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let silent = self.silent.load(Ordering::SeqCst);
        if silent || self.unwilling.load(Ordering::SeqCst) {
            return Err(ReadError {
                silent,
                message: "why".to_owned(),
                ..ReadError::default()
            });
        }
        Ok(())
    }
}

impl Hypervisor for Wires {
    async fn look(&self, _: &Wanted) -> Result<Facts, ReadError> {
        self.ask().await?;
        let cluster = "lab".parse().expect("a cluster id");
        Ok(Facts::new(crate::sight::nothing_known(cluster)))
    }

    async fn send(&self, _: &Step) -> Result<Sent, SendError> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        match self.ask().await {
            Ok(()) => Ok(Sent::Done { told: Vec::new() }),
            Err(error) => Err(SendError::Indeterminate {
                message: error.message,
            }),
        }
    }

    async fn tasks(&self, _: &Step, _: i64) -> Result<Vec<String>, ReadError> {
        self.ask().await.map(|()| Vec::new())
    }

    async fn task(&self, _: &str) -> Result<TaskState, ReadError> {
        self.ask().await?;
        Ok(TaskState::Ended {
            exit: TaskExit::Ok,
            message: "OK".to_owned(),
        })
    }

    async fn task_log(&self, _: &str, _: u32, _: u32) -> Result<Vec<TaskLine>, ReadError> {
        self.ask().await.map(|()| Vec::new())
    }
}

const HERE: &str = "UPID:pve1:0003A1F2:01234567:6912AB34:qmstart:101:argus@pve!ops:";
const ELSEWHERE: &str = "UPID:pve2:0003A1F2:01234567:6912AB34:qmstart:101:argus@pve!ops:";

fn guarded(silent: bool) -> Arc<Guarded<Wires>> {
    let wires = Wires::default();
    wires.silent.store(silent, Ordering::SeqCst);
    Arc::new(Guarded::new(wires, Pace::default(), Arc::new(|| 0.5)))
}

impl Guarded<Wires> {
    fn count(&self, what: fn(&Wires) -> &AtomicUsize) -> usize {
        what(&self.inner).load(Ordering::SeqCst)
    }

    fn answers_again(&self) {
        self.inner.silent.store(false, Ordering::SeqCst);
    }

    /// Has the node be left alone.
    async fn tire(&self) {
        for _ in 0..MOST_SILENCES {
            assert!(self.task(HERE).await.is_err());
        }
    }
}

fn step() -> Step {
    let node = "pve1".parse().expect("a node name");
    Step {
        number: 1,
        action: ActionKind::RebootNode,
        title: String::new(),
        target: StepTarget::Node(NodeTarget { node }),
        command: Command::RebootNode {},
        call: CallPreview {
            method: "POST".to_owned(),
            path: "/nodes/pve1/status".to_owned(),
            parameters: BTreeMap::new(),
        },
        changes: vec![],
        read_set: vec![],
        post_checks: vec![],
        undo: Undo {
            possible: false,
            how: String::new(),
            action: None,
        },
        class: StepClass::UnsafeToRepeat,
        stop_class: StopClass::Instant,
        worst_case: String::new(),
        locks: vec![],
        max_attempts: 1,
        timeout_s: 60,
        privileges: vec![],
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_to_a_node_that_does_not_answer_counts_as_not_sent_until_it_answered_again() {
    let guarded = guarded(true);
    guarded.tire().await;
    let not_sent = |sent: Result<Sent, SendError>| matches!(sent, Err(SendError::NotSent { .. }));
    assert!(not_sent(guarded.send(&step()).await));
    // It would be tried by now, but a write is no try.
    tokio::time::sleep(Duration::from_mins(1)).await;
    guarded.answers_again();
    assert!(not_sent(guarded.send(&step()).await));
    assert_eq!(guarded.count(|wires| &wires.sent), 0);
    assert!(guarded.task(HERE).await.is_ok());
    assert!(guarded.send(&step()).await.is_ok());
    assert_eq!(guarded.count(|wires| &wires.sent), 1);
}

#[tokio::test(start_paused = true)]
async fn one_read_at_a_time_tries_a_node_that_was_left_alone_and_all_go_on_once_it_answers() {
    let guarded = guarded(true);
    guarded.tire().await;
    guarded.inner.most_at_once.store(0, Ordering::SeqCst);
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let guarded = Arc::clone(&guarded);
        waiting.spawn(async move { while guarded.task(HERE).await.is_err() {} });
    }
    let before = guarded.count(|wires| &wires.asked);
    tokio::time::sleep(Duration::from_mins(2)).await;
    let tried = guarded.count(|wires| &wires.asked) - before;
    assert!((10..20).contains(&tried), "tried {tried} times in 2 min");
    assert_eq!(guarded.count(|wires| &wires.most_at_once), 1);
    guarded.answers_again();
    let began = Instant::now();
    waiting.join_all().await;
    assert!(began.elapsed() <= Duration::from_secs(12), "{began:?}");
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_trying_leaves_the_turn_to_the_next() {
    let guarded = guarded(true);
    guarded.tire().await;
    guarded.answers_again();
    let tried = guarded.count(|wires| &wires.asked);
    let given_up = tokio::time::timeout(Duration::from_millis(2_500), guarded.task(HERE)).await;
    assert!(given_up.is_err());
    assert_eq!(
        guarded.count(|wires| &wires.asked),
        tried + 1,
        "it was trying"
    );
    let next = tokio::time::timeout(Duration::from_secs(2), guarded.task(HERE)).await;
    assert!(next.expect("its turn").is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_silent_node_delays_nobody_elses_reads() {
    let guarded = guarded(true);
    guarded.tire().await;
    guarded.answers_again();
    let began = Instant::now();
    assert!(guarded.task(ELSEWHERE).await.is_ok());
    assert_eq!(began.elapsed(), Duration::from_secs(1));
    assert!(guarded.task(HERE).await.is_ok());
    assert!(began.elapsed() >= Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_node_that_says_no_is_there() {
    let guarded = guarded(false);
    guarded.inner.unwilling.store(true, Ordering::SeqCst);
    for _ in 0..100 {
        let began = Instant::now();
        assert!(guarded.task(HERE).await.is_err());
        assert_eq!(began.elapsed(), Duration::from_secs(1));
    }
}

/// What was counted, by name and node.
#[derive(Default)]
struct Noted(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Noted {
    fn cell(&self, key: &metrics::Key) -> Arc<AtomicU64> {
        let labels: Vec<_> = key.labels().map(metrics::Label::value).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        let mut cells = self.0.lock().expect("nobody panics");
        Arc::clone(cells.entry(name).or_default())
    }

    fn count(&self, name: &str) -> u64 {
        let cells = self.0.lock().expect("nobody panics");
        cells[name].load(Ordering::SeqCst)
    }

    /// Gauges keep the bits of a float.
    fn gauge(&self, name: &str) -> f64 {
        f64::from_bits(self.count(name))
    }
}

impl metrics::Recorder for Noted {
    fn describe_counter(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }

    fn describe_gauge(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }

    fn describe_histogram(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }

    fn register_counter(&self, key: &metrics::Key, _: &metrics::Metadata<'_>) -> metrics::Counter {
        metrics::Counter::from_arc(self.cell(key))
    }

    fn register_gauge(&self, key: &metrics::Key, _: &metrics::Metadata<'_>) -> metrics::Gauge {
        metrics::Gauge::from_arc(self.cell(key))
    }

    fn register_histogram(
        &self,
        _: &metrics::Key,
        _: &metrics::Metadata<'_>,
    ) -> metrics::Histogram {
        metrics::Histogram::noop()
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_tell_which_node_is_left_alone_and_how_often_that_began() {
    let noted = Noted::default();
    let _counting = metrics::set_default_local_recorder(&noted);
    let guarded = guarded(true);
    let is_open = || noted.gauge("argus_node_breaker_open pve1") > 0.5;
    for times in 1..=2 {
        guarded.inner.silent.store(true, Ordering::SeqCst);
        guarded.tire().await;
        // Tries in vain open nothing that is open.
        assert!(guarded.task(HERE).await.is_err());
        assert!(is_open());
        assert_eq!(noted.count("argus_node_breaker_opened_total pve1"), times);
        guarded.answers_again();
        assert!(guarded.task(HERE).await.is_ok());
        assert!(!is_open());
    }
}
