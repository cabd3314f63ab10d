//! One simulator, with what is known of it, and the plans that are carried out on it.

use std::sync::Arc;

use argus_domain::facts::{Facts, GuestWanted, Wanted, wanted, wanted_by_step};
use argus_domain::planner::{PlanInput, plan};
use argus_domain::twin::{Twin, compare};
use argus_domain::{check, value};
use argus_executor::ports::{Hypervisor as _, Sent, TaskState};
use argus_executor::{Proxmox, sight};
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust};
use argus_proxmox_sim::{Change, Handle, Options, Scenario, Simulator};
use argus_types::action::Draft;
use argus_types::event::TaskExit;
use argus_types::id::{NodeName, ProposalId, VolumeId};
use argus_types::plan::{Command, Plan, Step};
use uuid::Uuid;

use super::chance::Chance;
use super::draw;
use super::tally::Tally;
use crate::reading;

/// When every world begins, in ms since the epoch.
const BEGINNING_MS: u64 = 1_790_000_000_000;
/// As good as standing still: time passes by jumps alone.
const STILL: f64 = 1e-9;
/// How far the clock jumps after each step, in ms: over anything that goes on behind a request or a task that ended.
const JUMP_MS: u64 = 300_000;
/// Jumps that one task may take.
const MOST_JUMPS: usize = 100;
/// How the task of a backup ends that could not be written.
const JOB_ERRORS: &str = "job errors";
/// How a step ends that needs more room than there is.
const NO_SPACE: &str = "No space left on device";
/// Which storages make templates of containers, Proxmox tells by refusing.
const NO_TEMPLATES: &str = "does not support container templates";
/// Whose disks are read by clones, Proxmox tells by refusing.
const IN_USE: &str = "is still in use by linked clone";
/// After so many plans everything is read anew.
const READ_EVERY: u64 = 20;

/// What a feasible step may meet that cannot be known before; `None` for all else.
fn unforeseeable(why: &str, step: &Step, facts: &Facts) -> Option<&'static str> {
    // How much is written shows when it is written.
    let full = [JOB_ERRORS, NO_SPACE].iter().any(|one| why.contains(one));
    if full && is_tight(why, step, facts) {
        return Some(NO_SPACE);
    }
    [NO_TEMPLATES, IN_USE]
        .into_iter()
        .find(|one| why.contains(one))
}

/// Whether it is not known that the storage has room for as much as the guest's disks hold.
fn is_tight(why: &str, step: &Step, facts: &Facts) -> bool {
    let named = why.split('\'').nth(1).and_then(|name| name.parse().ok());
    let storage = match &step.command {
        Command::Backup { storage, .. } => Some(storage.clone()),
        _ => named,
    };
    let at = storage.map(|storage| (step.target.node().clone(), storage));
    let free = at.and_then(|at| facts.storages.get(&at)?.available);
    let key = step.target.key();
    let bytes = key.and_then(|key| facts.guests.get(&key)?.disk_bytes());
    match (free, bytes) {
        (Some(free), Some(bytes)) => free < bytes,
        _ => true,
    }
}

/// How a world is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Without a connection in between.
    Within,
    /// As in production.
    Https,
}

pub struct World {
    simulator: Arc<Handle>,
    client: Client,
    hypervisor: Proxmox,
    chance: Chance,
    /// As of the last reading of everything: drafts are drawn on it, and planned on a fresh one.
    known: Facts,
    volumes: Vec<VolumeId>,
    played: u64,
    _dir: tempfile::TempDir,
}

impl World {
    pub async fn start(seed: u64, way: Way) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let mut scenario = Scenario::lab();
        // A handshake for each hundred requests is what real Proxmox asks for; here it is time alone.
        scenario.transport.requests_per_connection = u32::MAX;
        // A node that nobody can wake is no part of a plan.
        for (number, node) in scenario.node.iter_mut().enumerate() {
            node.wakeonlan = Some(format!("BC:24:11:0A:00:{number:02X}"));
        }
        // What a guest makes of its power button cannot be predicted.
        for guest in &mut scenario.guest {
            guest.ignores_shutdown = false;
        }
        let options = Options::new(dir.path(), scenario)
            .speed(STILL)
            .starts_at_ms(BEGINNING_MS);
        let simulator = Arc::new(Simulator::start(options).await.expect("a simulator"));
        // Nothing runs on one node, or it would never be restarted; or what cannot move from another does not run, or
        // that would never be drained.
        let stopped = [&[105, 107, 110, 112][..], &[111], &[]];
        for vmid in stopped[usize::try_from(seed % 3).expect("a small number")] {
            let stopped = Change {
                status: Some("stopped".to_owned()),
                ..Change::default()
            };
            let changed = simulator.change_guest(*vmid, stopped);
            changed.expect("a guest of the lab");
        }
        simulator.advance(JUMP_MS);
        let client = Client::new(
            Endpoint::parse(simulator.api_url()).expect("an endpoint"),
            Token::parse(simulator.token("danger").expect("the lab has it")).expect("a token"),
            Trust::CaFile(simulator.ca_file().to_owned()),
            Limits::default(),
        )
        .expect("a client");
        let client = match way {
            Way::Https => client,
            Way::Within => {
                let asked = Arc::clone(&simulator);
                client.within(Box::new(move |request| Box::pin(asked.answer(request))))
            }
        };
        let cluster = "lab".parse().expect("a cluster id");
        Self {
            hypervisor: Proxmox::new(client.clone(), cluster),
            known: Facts::new(reading::lists(&client).await),
            volumes: Vec::new(),
            chance: Chance::of(seed + 1),
            played: 0,
            simulator,
            client,
            _dir: dir,
        }
    }

    /// Draws a plan and carries it out; an error is a mismatch, or a step that was feasible and could not be done.
    pub async fn play(&mut self, tally: &mut Tally) -> Result<(), String> {
        if self.played.is_multiple_of(READ_EVERY) {
            self.volumes = self.volumes();
            self.known = reading::everything(&self.client, &self.volumes)
                .await
                .map_err(|error| {
                    format!(
                        "reading everything: {error}\n{}",
                        self.simulator.truth()["nodes"]
                    )
                })?;
        }
        self.played += 1;
        let draft = draw::draft(&mut self.chance, &self.known, &self.volumes, tally);
        if draft.actions.is_empty() {
            return Ok(());
        }
        let Some((facts, plan)) = self.plan(&draft).await else {
            return Ok(());
        };
        let told = |why: &str| {
            let steps: Vec<_> = plan.steps.iter().map(|step| &step.title).collect();
            format!("{why}\nplan {steps:#?}\ndraft {draft:?}")
        };
        let mut twin = Twin::new(&facts);
        let mut seen = None;
        for step in &plan.steps {
            let missing = self.stands_in_the_way(step).await?;
            if !missing.is_empty() {
                for label in &missing {
                    tally.cut_short(label);
                }
                break;
            }
            if let Err(why) = self.carry_out(step).await {
                let known = unforeseeable(&why, step, twin.facts());
                tally
                    .cut_short(known.ok_or_else(|| told(&format!("step {}: {why}", step.number)))?);
                seen = None;
                break;
            }
            twin.apply(step);
            let now = self.look(twin.facts()).await.map_err(|why| told(&why))?;
            let compared = compare(twin.facts(), &now);
            if !compared.disagreements.is_empty() {
                let lines = compared.disagreements.join("\n");
                return Err(told(&format!("after step {}: {lines}", step.number)));
            }
            tally.count(step, &draft, compared.fields);
            seen = Some(now);
        }
        let seen = match seen {
            Some(seen) => seen,
            None => self.look(twin.facts()).await?,
        };
        self.remember(seen);
        tally.plans += 1;
        Ok(())
    }

    fn volumes(&self) -> Vec<VolumeId> {
        let contents = self.simulator.storages().into_iter();
        let mut volumes: Vec<VolumeId> = contents
            .flat_map(|storage| storage.contents)
            .filter_map(|volume| volume.volid.parse().ok())
            .collect();
        volumes.sort();
        volumes.dedup();
        volumes
    }

    /// Plans on what is read now; none where that is not possible any more.
    async fn plan(&self, draft: &Draft) -> Option<(Facts, Plan)> {
        let inventory = reading::lists(&self.client).await;
        let mut wanted = wanted(draft, &inventory).ok()?;
        for guest in wanted.guests.values_mut() {
            reading::ask_everything(guest);
        }
        for node in inventory.nodes.iter().filter(|node| node.online) {
            wanted.nodes.entry(node.name.clone()).or_default().storages = true;
        }
        let facts = sight::facts(&self.client, inventory, &wanted).await.ok()?;
        let planned = plan(PlanInput {
            proposal: ProposalId(Uuid::from_u128(u128::from(self.played) << 96)),
            cluster: "lab".parse().expect("a cluster id"),
            draft,
            facts: &facts,
            snapshots_first: false,
        });
        Some((facts, planned.ok()?.plan))
    }

    /// What the step relies on and is not so: the executor would not send it.
    async fn stands_in_the_way(&self, step: &Step) -> Result<Vec<String>, String> {
        let wanted = wanted_by_step(&step.target, &step.read_set, Vec::new());
        let look = self.hypervisor.look(&wanted).await;
        let facts = look.map_err(|error| format!("{}: {error}", step.title))?;
        let since = value::Since::default();
        let observed = check::Observed::from_facts(&step.read_set, &step.target, &facts, since);
        let evidence = check::evaluate(&step.read_set, &observed).into_iter();
        let missing = evidence.filter(|one| !one.holds);
        Ok(missing.map(|one| one.label).collect())
    }

    async fn carry_out(&self, step: &Step) -> Result<(), String> {
        let sent = self.hypervisor.send(step).await;
        let sent = sent.map_err(|error| error.to_string())?;
        self.simulator.advance(JUMP_MS);
        let Sent::Task(upid) = sent else {
            return Ok(());
        };
        for _ in 0..MOST_JUMPS {
            let state = self.hypervisor.task(&upid).await;
            match state.map_err(|error| error.to_string())? {
                TaskState::Running => {
                    self.simulator.advance(JUMP_MS);
                }
                TaskState::Ended {
                    exit: TaskExit::Ok | TaskExit::Warnings,
                    ..
                } => return Ok(()),
                TaskState::Ended { message, .. } => return Err(format!("its task: {message}")),
            }
        }
        Err("its task does not end".to_owned())
    }

    /// Reads whatever is predicted.
    async fn look(&self, predicted: &Facts) -> Result<Facts, String> {
        let online = |node: &NodeName| predicted.inventory.is_online(node);
        let mut wanted = Wanted {
            cluster: true,
            list: true,
            ..Wanted::default()
        };
        for (key, guest) in predicted.guests.iter().filter(|(_, one)| online(&one.node)) {
            let mut all = GuestWanted::at(guest.node.clone());
            reading::ask_everything(&mut all);
            wanted.guests.insert(*key, all);
        }
        let any = predicted.inventory.nodes.iter().find(|node| node.online);
        for key in &predicted.absent {
            let node = any.expect("a node answers").name.clone();
            wanted.guests.insert(*key, GuestWanted::at(node));
        }
        for (name, state) in predicted.nodes.iter().filter(|(name, _)| online(name)) {
            let node = wanted.nodes.entry(name.clone()).or_default();
            node.storages = true;
            node.services.extend(state.services.keys());
        }
        for volume in predicted.volumes.keys() {
            if let Some(seer) = predicted.inventory.seer_of(&volume.storage()) {
                wanted.volumes.insert(volume.clone(), seer.clone());
            }
        }
        let unknown = sight::nothing_known("lab".parse().expect("a cluster id"));
        let seen = sight::facts(&self.client, unknown, &wanted).await;
        seen.map_err(|error| error.to_string())
    }

    /// Drafts are drawn on what the last plan left.
    fn remember(&mut self, seen: Facts) {
        for key in &seen.absent {
            self.known.guests.remove(key);
        }
        self.known.guests.extend(seen.guests);
        self.known.storages.extend(seen.storages);
        self.known.volumes.extend(seen.volumes);
        let storages = std::mem::take(&mut self.known.inventory.storages);
        self.known.inventory = seen.inventory;
        self.known.inventory.storages = storages;
    }
}
