//! What is known of web-01 and its node, quiet or not.

use argus_llm::diagnosis::log::Summary;
use argus_llm::diagnosis::{
    About, Diagnosis, Finding, GuestState, Inquiry, NodeState, Observed, Pressure, RunState,
    Sample, StorageState, Symptom, diagnose,
};
use argus_llm::{DraftTarget, GuestKind, SceneBackup};

use crate::scene::scene;

pub const NOW: i64 = 1_790_000_000;
pub const DAY: i64 = 86_400;
pub const GIB: u64 = 1 << 30;
pub const WEB: DraftTarget = DraftTarget {
    kind: GuestKind::Qemu,
    vmid: 101,
};

pub fn samples(cpu: f64, memory_gib: f64) -> Vec<Sample> {
    #[expect(clippy::cast_precision_loss, reason = "a size of a test")]
    let memory = memory_gib * GIB as f64;
    let sample = |minutes: i64| Sample {
        at_s: NOW - minutes * 60,
        cpu: Some(cpu),
        memory: Some(memory),
        load: Some(4.0),
        io_wait: Some(0.01),
        swap_used: Some(0.0),
        pressure: Pressure {
            cpu: Some(0.0),
            io: Some(0.01),
            memory: Some(0.0),
        },
        ..Sample::default()
    };
    (0..60).rev().map(sample).collect()
}

/// web-01 on pve1, and nothing is out of the ordinary.
pub fn quiet() -> Observed {
    Observed {
        now_s: NOW,
        guest: Some(GuestState {
            target: WEB,
            status: RunState::Running,
            lock: None,
            cpu_count: Some(4.0),
            memory_total: Some(8 * GIB),
            uptime_s: Some(90_000),
            samples: samples(0.2, 3.0),
            onboot: Some(true),
            ha_error: None,
        }),
        node: Some(NodeState {
            name: "pve1".to_owned(),
            online: true,
            cpu_count: Some(16),
            memory_total: Some(64 * GIB),
            uptime_s: Some(900_000),
            samples: samples(0.3, 30.0),
            guest_cpus: Some(20.0),
            guest_memory: Some(40 * GIB),
        }),
        storages: Some(vec![StorageState {
            name: "nfs-vm".to_owned(),
            available: true,
            used: Some(500),
            total: Some(1000),
        }]),
        snapshots: Some(Vec::new()),
        backups: Some(vec![SceneBackup {
            volume: "pbs:backup/vm/101/1".to_owned(),
            taken_s: Some(NOW - DAY),
        }]),
        failed_tasks: Some(Vec::new()),
        logs: Some(Summary::default()),
        quorate: Some(true),
    }
}

/// Changes every sample.
pub fn each(samples: &mut [Sample], change: impl Fn(&mut Sample)) {
    samples.iter_mut().for_each(change);
}

pub fn asked(symptom: Symptom, observed: &Observed) -> Diagnosis {
    let inquiry = Inquiry {
        about: About::Guest(WEB),
        symptom,
    };
    diagnose(inquiry, observed, &scene())
}

pub fn only(symptom: Symptom, observed: &Observed) -> Finding {
    let mut findings = asked(symptom, observed).findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

pub fn with(change: impl FnOnce(&mut Observed)) -> Observed {
    let mut observed = quiet();
    change(&mut observed);
    observed
}

pub fn guest(change: impl FnOnce(&mut GuestState)) -> Observed {
    with(|observed| change(observed.guest.as_mut().expect("there is a guest")))
}

pub fn node(change: impl FnOnce(&mut NodeState)) -> Observed {
    with(|observed| change(observed.node.as_mut().expect("there is a node")))
}
