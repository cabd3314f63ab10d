//! Answers to "why is web-01 slow?": numbers and states of the cluster, held against what is ordinary. No model is asked,
//! and nothing but a finding comes of it.

use argus_domain::inventory::Inventory as Known;
use argus_executor::sight;
use argus_llm::diagnosis::{
    self, About, GuestState, HaError, Inquiry, Measure, NodeState, Observed, Recognised, RunState,
    Sample, StorageState, Unit,
};
use argus_llm::{DraftTarget, Scene};
use argus_proxmox::read::{RrdPoint, Timeframe};
use argus_types::cluster::{Cluster, Guest, GuestStatus, Node, NodeStatus};
use argus_types::drafting::{Diagnosis, Finding, FindingEvidence, Severity};
use argus_types::id::GuestKey;
use argus_types::proposal::Choice;

use super::draft::{Words, question};
use super::facts::FactReader;
use super::scene;
use super::within::Within;
use crate::clock::SharedClock;
use crate::collector::OnDemand;
use crate::problem::ApiProblem;
use crate::session::Reach;

/// Finds reasons.
#[derive(Clone)]
pub struct Diagnose {
    on_demand: OnDemand,
    facts: FactReader,
    clock: SharedClock,
    within: Within,
}

impl Diagnose {
    /// Reads series through `on_demand` and the rest through `facts`.
    pub fn new(on_demand: OnDemand, facts: FactReader, clock: SharedClock, within: Within) -> Self {
        Self {
            on_demand,
            facts,
            clock,
            within,
        }
    }

    /// The answer to a request that asks for a reason; `None` for every other.
    pub async fn answer(
        &self,
        reach: &Reach,
        request: &str,
        cluster: &Cluster,
        scene: &Scene,
    ) -> Result<Option<Words>, ApiProblem> {
        let inquiry = match diagnosis::recognise(request, scene) {
            None => return Ok(None),
            Some(Recognised::Unclear(open)) => {
                return Ok(Some(Words::Questions {
                    questions: vec![question(open)],
                    by: None,
                }));
            }
            Some(Recognised::Clear(inquiry)) => inquiry,
        };
        let mut scene = scene.clone();
        let observed = self.observe(reach, &inquiry, cluster, &mut scene).await?;
        let subject = subject(&inquiry.about, cluster);
        let found = diagnosis::diagnose(inquiry, &observed, &scene);
        Ok(Some(Words::Diagnosis(Diagnosis {
            subject,
            at: self.clock.now(),
            findings: found.findings.into_iter().map(finding).collect(),
            looked_at: found
                .known
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect(),
            not_known: found
                .unknown
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect(),
        })))
    }

    async fn observe(
        &self,
        reach: &Reach,
        inquiry: &Inquiry,
        cluster: &Cluster,
        scene: &mut Scene,
    ) -> Result<Observed, ApiProblem> {
        let mut observed = Observed {
            now_s: scene.now_s,
            quorate: cluster.quorate,
            ..Observed::default()
        };
        match &inquiry.about {
            About::Guest(target) => {
                self.guest(reach, *target, cluster, scene, &mut observed)
                    .await?;
            }
            About::Node(name) => {
                self.within.require_cluster(reach, &cluster.id)?;
                if let Some(node) = named(cluster, name) {
                    observed.node = Some(self.node(node, cluster).await?);
                    observed.storages = Some(storages(cluster, |one| one.node == node.name));
                }
            }
            About::Storage(name) => {
                self.within.require_cluster(reach, &cluster.id)?;
                observed.storages = Some(storages(cluster, |one| one.name == *name));
            }
        }
        Ok(observed)
    }

    async fn guest(
        &self,
        reach: &Reach,
        target: DraftTarget,
        cluster: &Cluster,
        scene: &mut Scene,
        observed: &mut Observed,
    ) -> Result<(), ApiProblem> {
        let keys = scene::keys(&[target]);
        self.within
            .require(reach, &cluster.id, keys.iter().copied())?;
        let Some(key) = keys.first().copied() else {
            return Ok(());
        };
        let Some(guest) = cluster.guests.iter().find(|one| key_of(one) == key) else {
            return Ok(());
        };
        let known = Known::from(cluster);
        let wanted = scene::wanted(&keys, &known);
        let facts = self.facts.look(known, &wanted).await?;
        scene::detail(scene, &facts);
        if let Some(details) = scene.details.get(&target) {
            observed.snapshots.clone_from(&details.snapshots);
            observed.backups.clone_from(&details.backups);
            observed.storages = details.disks.as_ref().map(|disks| {
                storages(cluster, |one| {
                    let holds = disks.iter().any(|disk| disk.storage == one.name);
                    holds && (one.shared || one.node == guest.node)
                })
            });
        }
        let onboot = facts.guests.get(&key).and_then(|facts| {
            let value = facts.setting(argus_types::guest_config::ConfigKey::Onboot);
            value.map(|value| value == "1")
        });
        observed.guest = Some(GuestState {
            onboot,
            ..self.guest_state(target, key, guest).await?
        });
        // How its node does is told to those who see nodes.
        if let Some(node) = named(cluster, guest.node.as_str())
            && self.within.require_cluster(reach, &cluster.id).is_ok()
        {
            observed.node = Some(self.node(node, cluster).await?);
        }
        Ok(())
    }

    async fn guest_state(
        &self,
        target: DraftTarget,
        key: GuestKey,
        guest: &Guest,
    ) -> Result<GuestState, ApiProblem> {
        let runs = guest.status == GuestStatus::Running;
        let samples = if runs {
            let reference = sight::reference(key, &guest.node);
            let series = self.on_demand.guest_series(&reference, Timeframe::Hour);
            samples(&series.await?)
        } else {
            Vec::new()
        };
        Ok(GuestState {
            target,
            status: match guest.status {
                GuestStatus::Running => RunState::Running,
                GuestStatus::Stopped => RunState::Stopped,
                GuestStatus::Paused => RunState::Paused,
                _ => RunState::Unknown,
            },
            lock: guest.lock.clone(),
            cpu_count: guest.cpu_count,
            memory_total: guest.memory_total,
            uptime_s: guest.uptime_s,
            samples,
            pressure: None,
            onboot: None,
            ha_error: match guest.ha_state.as_deref() {
                Some("error") => Some(HaError::Error),
                Some("fence") => Some(HaError::Fence),
                Some("recovery") => Some(HaError::Recovery),
                _ => None,
            },
        })
    }

    async fn node(&self, node: &Node, cluster: &Cluster) -> Result<NodeState, ApiProblem> {
        let online = node.status == NodeStatus::Online;
        let samples = if online {
            let series = self
                .on_demand
                .node_series(node.name.as_str(), Timeframe::Hour);
            samples(&series.await?)
        } else {
            Vec::new()
        };
        let running = || {
            cluster
                .guests
                .iter()
                .filter(|one| one.node == node.name && one.status == GuestStatus::Running)
        };
        Ok(NodeState {
            name: node.name.to_string(),
            online,
            cpu_count: node.cpu_count,
            memory_total: node.memory_total,
            uptime_s: node.uptime_s,
            samples,
            load_5m: None,
            io_wait: None,
            swap_used: None,
            guest_cpus: Some(running().filter_map(|one| one.cpu_count).sum()),
            guest_memory: Some(running().filter_map(|one| one.memory_total).sum()),
        })
    }
}

fn key_of(guest: &Guest) -> GuestKey {
    GuestKey {
        kind: guest.kind,
        vmid: guest.vmid,
    }
}

fn named<'a>(cluster: &'a Cluster, name: &str) -> Option<&'a Node> {
    cluster.nodes.iter().find(|one| one.name.as_str() == name)
}

fn storages(
    cluster: &Cluster,
    fits: impl Fn(&argus_types::cluster::Storage) -> bool,
) -> Vec<StorageState> {
    let mut found: Vec<StorageState> = cluster
        .storages
        .iter()
        .filter(|one| fits(one))
        .map(|one| StorageState {
            name: one.name.clone(),
            available: one.available,
            used: one.used,
            total: one.total,
        })
        .collect();
    // A shared one is listed for each node.
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.name == b.name);
    found
}

fn samples(points: &[RrdPoint]) -> Vec<Sample> {
    let value = |point: &RrdPoint, keys: &[&str]| {
        keys.iter().find_map(|key| point.values.get(*key).copied())
    };
    points
        .iter()
        .filter_map(|point| {
            Some(Sample {
                at_s: i64::try_from(point.time).ok()?,
                cpu: value(point, &["cpu"]),
                memory: value(point, &["mem", "memused"]),
                disk_read: value(point, &["diskread"]),
                disk_write: value(point, &["diskwrite"]),
            })
        })
        .collect()
}

fn subject(about: &About, cluster: &Cluster) -> String {
    match about {
        About::Guest(target) => {
            let vmid = target.vmid;
            let mut guests = cluster.guests.iter();
            guests
                .find(|one| one.vmid.get() == vmid)
                .map_or_else(|| vmid.to_string(), |one| format!("{} ({vmid})", one.name))
        }
        About::Node(name) => format!("node {name}"),
        About::Storage(name) => format!("storage {name}"),
    }
}

fn finding(found: diagnosis::Finding) -> Finding {
    Finding {
        severity: match found.severity {
            diagnosis::Severity::Notice => Severity::Note,
            diagnosis::Severity::Warning => Severity::Warning,
            diagnosis::Severity::Critical => Severity::Critical,
        },
        text: found.text,
        evidence: found.evidence.iter().map(evidence).collect(),
        remedy: found.remedy.map(|remedy| Choice {
            label: remedy.request.clone(),
            request: remedy.request,
        }),
    }
}

fn evidence(one: &diagnosis::Evidence) -> FindingEvidence {
    FindingEvidence {
        what: format!("{} of {}", measure(one.measure), one.subject),
        value: in_unit(one.value, one.unit),
        limit: one.limit.map(|limit| in_unit(limit, one.unit)),
    }
}

/// The measure's word as people write it.
fn measure(measure: Measure) -> String {
    measure.as_str().replace('_', " ")
}

fn in_unit(value: f64, unit: Unit) -> String {
    const GIB: f64 = 1_073_741_824.0;
    match unit {
        Unit::Share => format!("{:.0} %", value * 100.0),
        Unit::Bytes => format!("{:.1} GiB", value / GIB),
        Unit::Seconds if value >= 172_800.0 => format!("{:.0} days", value / 86_400.0),
        Unit::Seconds if value >= 7_200.0 => format!("{:.0} hours", value / 3_600.0),
        Unit::Seconds => format!("{:.0} minutes", value / 60.0),
        Unit::Number => format!("{value:.2}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
    }
}
