//! What a diagnosis looks at: states and series of a guest, its node, and storages.

use argus_domain::inventory::Inventory as Known;
use argus_executor::sight;
use argus_llm::Scene;
use argus_llm::diagnosis::{About, GuestState, Inquiry, NodeState, Observed, Sample};
use argus_proxmox::read::Timeframe;
use argus_types::cluster::{Cluster, Guest, GuestStatus, Node};
use argus_types::id::GuestKey;

use super::listed::{is_online, kept, key_of, named, onboot, state, storages};
use super::{Diagnose, known, series};
use crate::problem::ApiProblem;
use crate::service::scene;
use crate::session::Reach;

impl Diagnose {
    /// Looks at everything that there is to know about an inquiry, as far as `reach` goes. Only what lies outside it is
    /// refused; what cannot be read is not known.
    pub(super) async fn observe(
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
                let keys = scene::keys(&[*target]);
                self.within
                    .require(reach, &cluster.id, keys.iter().copied())?;
                let mut guests = cluster.guests.iter();
                if let Some(guest) = guests.find(|one| keys.contains(&key_of(one))) {
                    let sees_node = self.within.require_cluster(reach, &cluster.id).is_ok();
                    self.guest(guest, sees_node, cluster, scene, &mut observed)
                        .await;
                }
            }
            About::Node(name) => {
                self.within.require_cluster(reach, &cluster.id)?;
                if let Some(node) = named(cluster, name) {
                    self.node(node, cluster, &mut observed).await;
                }
            }
            About::Storage(name) => {
                self.within.require_cluster(reach, &cluster.id)?;
                observed.storages = Some(storages(cluster, |one| one.name == *name));
            }
        }
        Ok(observed)
    }

    async fn node(&self, node: &Node, cluster: &Cluster, observed: &mut Observed) {
        let now_s = observed.now_s;
        observed.storages = Some(storages(cluster, |one| one.node == node.name));
        let events = async {
            if is_online(node) {
                tokio::join!(
                    self.failed_tasks(&node.name, None, now_s),
                    self.log_of(&node.name, None, now_s)
                )
            } else {
                (None, None)
            }
        };
        let (state, (failed_tasks, logs)) = tokio::join!(self.node_state(node, cluster), events);
        observed.node = Some(state);
        observed.failed_tasks = failed_tasks;
        observed.logs = logs;
    }

    /// How its node does, and what that one's log tells, is for those who see nodes: the same people to whom `/api/logs`
    /// shows it.
    async fn guest(
        &self,
        guest: &Guest,
        sees_node: bool,
        cluster: &Cluster,
        scene: &mut Scene,
        observed: &mut Observed,
    ) {
        let now_s = observed.now_s;
        let key = key_of(guest);
        let vmid = key.vmid.get();
        let node = named(cluster, guest.node.as_str());
        let shown = node.filter(|_| sees_node);
        let reached = node.is_some_and(is_online);
        let events = async {
            if !reached {
                return (None, None);
            }
            let log = async {
                if sees_node {
                    self.log_of(&guest.node, Some(vmid), now_s).await
                } else {
                    None
                }
            };
            tokio::join!(self.failed_tasks_of(&guest.node, vmid, now_s), log)
        };
        let of_node = async {
            match shown {
                Some(node) => Some(self.node_state(node, cluster).await),
                None => None,
            }
        };
        let inventory = Known::from(cluster);
        let wanted = scene::wanted(&[key], &inventory);
        let (facts, samples, node_state, (failed_tasks, logs)) = tokio::join!(
            known("settings", self.facts.look(inventory, &wanted)),
            self.guest_samples(key, guest, reached),
            of_node,
            events
        );
        let target = scene::target(key);
        if let Some(facts) = &facts {
            scene::detail(scene, facts);
        }
        kept(target, guest, cluster, scene, observed);
        observed.guest = Some(GuestState {
            samples,
            onboot: facts.and_then(|facts| onboot(key, &facts)),
            ..state(target, guest)
        });
        observed.node = node_state;
        observed.failed_tasks = failed_tasks;
        observed.logs = logs;
    }

    /// Empty where nothing is known.
    async fn guest_samples(&self, key: GuestKey, guest: &Guest, reached: bool) -> Vec<Sample> {
        if !reached || guest.status != GuestStatus::Running {
            return Vec::new();
        }
        let reference = sight::reference(key, &guest.node);
        let read = self.on_demand.guest_series(&reference, Timeframe::Hour);
        let points = known("metrics", read).await;
        points.map_or_else(Vec::new, |points| series::samples(&points))
    }

    async fn node_state(&self, node: &Node, cluster: &Cluster) -> NodeState {
        let online = is_online(node);
        let points = if online {
            let name = node.name.as_str();
            let read = self.on_demand.node_series(name, Timeframe::Hour);
            known("metrics of the node", read).await
        } else {
            None
        };
        let running = || {
            cluster
                .guests
                .iter()
                .filter(|one| one.node == node.name && one.status == GuestStatus::Running)
        };
        NodeState {
            name: node.name.to_string(),
            online,
            cpu_count: node.cpu_count,
            memory_total: node.memory_total,
            uptime_s: node.uptime_s,
            samples: points.map_or_else(Vec::new, |points| series::samples(&points)),
            guest_cpus: Some(running().filter_map(|one| one.cpu_count).sum()),
            guest_memory: Some(running().filter_map(|one| one.memory_total).sum()),
        }
    }
}
