//! Each cause, found by its number alone, with the value as evidence.

use argus_llm::diagnosis::{Cause, HaError, Observed, RunState, Severity, StorageState, Symptom};

use crate::observed::{GIB, each, guest, node, only, samples, with};

/// What is observed; what is found, how grave, and the first value that it rests on.
type Row = (Observed, Cause, Severity, f64);

fn holds(table: Vec<Row>) {
    for (observed, cause, severity, value) in table {
        let finding = only(Symptom::Slow, &observed);
        let found = (finding.cause, finding.severity);
        assert_eq!(found, (cause, severity), "{finding:?}");
        let told = &finding.evidence[0];
        assert!((told.value - value).abs() < 1e-9, "{finding:?}");
        assert!(told.limit.is_some(), "{finding:?}");
    }
}

fn storage(change: impl FnOnce(&mut StorageState)) -> Observed {
    with(|observed| {
        let first = observed.storages.iter_mut().flatten().next();
        change(first.expect("there is a storage"));
    })
}

#[test]
fn a_guest_s_numbers_are_judged() {
    holds(vec![
        (
            guest(|one| one.samples = samples(0.90, 3.0)),
            Cause::CpuBusy,
            Severity::Warning,
            0.90,
        ),
        (
            guest(|one| one.samples = samples(0.99, 3.0)),
            Cause::CpuBusy,
            Severity::Critical,
            0.99,
        ),
        (
            guest(|one| one.samples = samples(0.2, 7.5)),
            Cause::MemoryFull,
            Severity::Warning,
            0.9375,
        ),
        (
            guest(|one| one.status = RunState::Stopped),
            Cause::NotRunning,
            Severity::Critical,
            0.0,
        ),
        (
            guest(|one| one.status = RunState::Paused),
            Cause::Paused,
            Severity::Critical,
            0.0,
        ),
        (
            guest(|one| one.lock = Some("backup".into())),
            Cause::Locked,
            Severity::Warning,
            1.0,
        ),
        (
            guest(|one| one.uptime_s = Some(120)),
            Cause::JustStarted,
            Severity::Notice,
            120.0,
        ),
        (
            guest(|one| each(&mut one.samples, |sample| sample.pressure.io = Some(0.5))),
            Cause::WaitsForDisk,
            Severity::Critical,
            0.5,
        ),
        (
            guest(|one| each(&mut one.samples, |sample| sample.pressure.cpu = Some(0.2))),
            Cause::WaitsForCpu,
            Severity::Warning,
            0.2,
        ),
        (
            guest(|one| one.ha_error = Some(HaError::Error)),
            Cause::HaGaveUp,
            Severity::Critical,
            0.0,
        ),
    ]);
}

#[test]
fn its_node_s_numbers_are_judged() {
    holds(vec![
        (
            node(|one| one.online = false),
            Cause::NodeAway,
            Severity::Critical,
            0.0,
        ),
        (
            node(|one| one.samples = samples(0.96, 30.0)),
            Cause::NodeCpuBusy,
            Severity::Critical,
            0.96,
        ),
        (
            node(|one| each(&mut one.samples, |sample| sample.load = Some(32.0))),
            Cause::NodeCpuBusy,
            Severity::Warning,
            2.0,
        ),
        (
            node(|one| one.samples = samples(0.3, 60.8)),
            Cause::NodeMemoryFull,
            Severity::Warning,
            0.95,
        ),
        (
            node(|one| each(&mut one.samples, |sample| sample.io_wait = Some(0.4))),
            Cause::NodeWaitsForDisk,
            Severity::Critical,
            0.4,
        ),
        (
            node(|one| {
                each(&mut one.samples, |sample| {
                    sample.swap_used = Some(1_073_741_824.0);
                });
            }),
            Cause::NodeSwaps,
            Severity::Notice,
            1_073_741_824.0,
        ),
        (
            node(|one| one.guest_cpus = Some(80.0)),
            Cause::NodeOvercommitted,
            Severity::Notice,
            5.0,
        ),
        (
            node(|one| one.guest_memory = Some(96 * GIB)),
            Cause::NodeOvercommitted,
            Severity::Notice,
            1.5,
        ),
        (
            node(|one| one.uptime_s = Some(60)),
            Cause::NodeJustBooted,
            Severity::Notice,
            60.0,
        ),
    ]);
}

#[test]
fn storages_backups_and_the_quorum_are_judged() {
    holds(vec![
        (
            storage(|one| one.used = Some(960)),
            Cause::StorageFull,
            Severity::Critical,
            0.96,
        ),
        (
            storage(|one| one.available = false),
            Cause::StorageAway,
            Severity::Critical,
            0.0,
        ),
        (
            with(|one| one.quorate = Some(false)),
            Cause::NoQuorum,
            Severity::Critical,
            0.0,
        ),
        (
            with(|one| one.backups = Some(Vec::new())),
            Cause::OldBackup,
            Severity::Notice,
            0.0,
        ),
    ]);
}
