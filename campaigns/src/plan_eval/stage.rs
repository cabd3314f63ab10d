//! A simulated cluster for one case: read as the API reads, planned as it plans, and carried out step by step through
//! the executor's own hands. The clock stands still and jumps over what a step takes.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail, ensure};
use argus_api::collector::Collector;
use argus_api::service::scene;
use argus_domain::check;
use argus_domain::facts::{wanted, wanted_by_step};
use argus_domain::inventory::Inventory as Known;
use argus_domain::planner::{PlanInput, plan};
use argus_domain::value::Since;
use argus_executor::ports::{Hypervisor as _, Sent, TaskState};
use argus_executor::{Proxmox, sight};
use argus_llm::ask::details;
use argus_llm::{BuiltIn, Scene};
use argus_proxmox::{Client, Endpoint, Limits, Token, Trust, read};
use argus_proxmox_sim::{Handle, Options, Scenario, Simulator};
use argus_types::Timestamp;
use argus_types::action::{Action, Draft};
use argus_types::cluster::Cluster;
use argus_types::event::TaskExit;
use argus_types::id::{ClusterId, ProposalId};
use argus_types::plan::{Plan, Step};
use uuid::Uuid;

use super::case::{Before, Case, Channel, Injected};
use super::truth::{self, State};

/// When every case begins, in ms since the epoch.
const BEGINNING_MS: u64 = 1_790_000_000_000;
/// As good as standing still.
const STILL: f64 = 1e-9;
/// How far the clock jumps after each step, in ms: over whatever a step takes.
const JUMP_MS: u64 = 300_000;
/// Jumps that one task may take.
const MOST_JUMPS: usize = 100;
const DAY_MS: u64 = 86_400_000;

/// What came of a draft.
pub enum Played {
    /// It was carried out, and this is so now.
    Done(State),
    /// It cannot be planned, and why.
    NotPlannable(String),
    /// A step could not be done, and why.
    Failed(String),
}

/// One cluster.
pub struct Stage {
    id: ClusterId,
    simulator: Arc<Handle>,
    client: Client,
    hypervisor: Proxmox,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// The case's cluster, with what happens before the request done.
    pub async fn set(case: &Case) -> Result<Self> {
        let mut scenario = match case.scenario {
            super::case::Scenario::Lab => Scenario::lab(),
        };
        scenario.transport.requests_per_connection = u32::MAX;
        if let Some(injected) = &case.injected {
            inject(&mut scenario, injected)?;
        }
        let folder = tempfile::tempdir().context("no scratch folder")?;
        let options = Options::new(folder.path(), scenario)
            .speed(STILL)
            .starts_at_ms(BEGINNING_MS);
        let simulator = Simulator::start(options).await;
        let simulator = Arc::new(simulator.context("the simulator does not start")?);
        simulator.advance(JUMP_MS);
        let client = client(&simulator)?;
        let id: ClusterId = "lab".parse().context("a cluster id")?;
        let stage = Self {
            hypervisor: Proxmox::new(client.clone(), id.clone()),
            id,
            client,
            simulator,
            _folder: folder,
        };
        for before in &case.before {
            stage.prepare(before).await?;
        }
        Ok(stage)
    }

    async fn prepare(&self, before: &Before) -> Result<()> {
        match before {
            Before::Days(days) => {
                self.simulator.advance(u64::from(*days) * DAY_MS);
                Ok(())
            }
            Before::Do(actions) => match self.play(actions.clone()).await? {
                Played::Done(_) => Ok(()),
                Played::NotPlannable(why) | Played::Failed(why) => bail!("before: {why}"),
            },
        }
    }

    /// What is so now, and what of it waits for a guest's next start.
    pub async fn state(&self) -> Result<State> {
        let mut state = truth::state(&self.simulator)?;
        for guest in truth::running(&state)? {
            for one in self.client.read(read::pending(&guest)).await? {
                if let Some(value) = one.pending {
                    truth::wait(&mut state, guest.vmid, &one.key, &value);
                }
            }
        }
        Ok(state)
    }

    async fn cluster(&self) -> Result<Arc<Cluster>> {
        let listed = Collector::once(self.client.clone(), self.id.clone()).await;
        listed.map_err(|problem| anyhow!("the cluster is not seen: {problem:?}"))
    }

    /// What drafting sees, as the API shows it.
    pub async fn scene(&self, request: &str) -> Result<Scene> {
        let cluster = self.cluster().await?;
        let now = self.simulator.truth()["now_ms"].as_i64();
        let now = now.and_then(|ms| Timestamp::from_unix(ms / 1000));
        let mut scene = scene::of(&cluster, now.context("the simulator has no clock")?);
        // Of guests that the rules turn on, and of those that a model would be told about.
        let mut about = BuiltIn.needs(request, &scene);
        about.extend(details(request, &scene));
        let needs = scene::keys(&about);
        if !needs.is_empty() {
            let known = Known::from(&*cluster);
            let wanted = scene::wanted(&needs, &known);
            let facts = sight::facts(&self.client, known, &wanted).await?;
            scene::detail(&mut scene, &facts);
        }
        Ok(scene)
    }

    /// Plans the actions and carries the plan out.
    pub async fn play(&self, actions: Vec<Action>) -> Result<Played> {
        let draft = Draft::of(actions);
        let plan = match self.plan(&draft).await? {
            Ok(plan) => plan,
            Err(why) => return Ok(Played::NotPlannable(why)),
        };
        for step in &plan.steps {
            if let Err(error) = self.carry_out(step).await {
                return Ok(Played::Failed(format!("{}: {error:#}", step.title)));
            }
        }
        // What high availability was asked for, it does by and by.
        for _ in 0..3 {
            self.simulator.advance(JUMP_MS);
        }
        Ok(Played::Done(self.state().await?))
    }

    async fn plan(&self, draft: &Draft) -> Result<Result<Plan, String>> {
        let known = Known::from(&*self.cluster().await?);
        let refused = |errors: Vec<argus_domain::planner::PlanError>| {
            let all: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            all.join("; ")
        };
        let wanted = match wanted(draft, &known) {
            Ok(wanted) => wanted,
            Err(errors) => return Ok(Err(refused(errors))),
        };
        let facts = sight::facts(&self.client, known, &wanted).await?;
        let planned = plan(PlanInput {
            proposal: ProposalId(Uuid::from_u128(7)),
            cluster: self.id.clone(),
            draft,
            facts: &facts,
            snapshots_first: false,
        });
        Ok(planned.map(|planned| planned.plan).map_err(refused))
    }

    async fn carry_out(&self, step: &Step) -> Result<()> {
        let wanted = wanted_by_step(&step.target, &step.read_set, Vec::new());
        let facts = self.hypervisor.look(&wanted).await?;
        let observed =
            check::Observed::from_facts(&step.read_set, &step.target, &facts, Since::default());
        let evidence = check::evaluate(&step.read_set, &observed);
        if let Some(missing) = evidence.into_iter().find(|one| !one.holds) {
            bail!("{} does not hold", missing.label);
        }
        let sent = self.hypervisor.send(step).await?;
        self.simulator.advance(JUMP_MS);
        let Sent::Task(upid) = sent else {
            return Ok(());
        };
        for _ in 0..MOST_JUMPS {
            match self.hypervisor.task(&upid).await? {
                TaskState::Running => {
                    self.simulator.advance(JUMP_MS);
                }
                TaskState::Ended { exit, message, .. } => {
                    ensure!(
                        matches!(exit, TaskExit::Ok | TaskExit::Warnings),
                        "its task: {message}"
                    );
                    return Ok(());
                }
            }
        }
        bail!("its task does not end")
    }
}

fn client(simulator: &Arc<Handle>) -> Result<Client> {
    let token = simulator.token("danger").context("the lab has no token")?;
    let client = Client::new(
        Endpoint::parse(simulator.api_url())?,
        Token::parse(token)?,
        Trust::CaFile(simulator.ca_file().to_owned()),
        Limits::default(),
    )?;
    let asked = Arc::clone(simulator);
    Ok(client.within(Box::new(move |request| Box::pin(asked.answer(request)))))
}

/// Puts the text where it stands. What a cluster does not keep, only the model is shown.
fn inject(scenario: &mut Scenario, injected: &Injected) -> Result<()> {
    let text = injected.text.clone();
    let guest = scenario
        .guest
        .iter_mut()
        .find(|guest| Some(guest.vmid) == injected.guest);
    let on_guest = || anyhow!("{:?} needs a guest of the scenario", injected.channel);
    match injected.channel {
        Channel::GuestNotes => guest.with_context(on_guest)?.description = Some(text),
        Channel::Tag => guest.with_context(on_guest)?.tags.push(text),
        Channel::GuestName => guest.with_context(on_guest)?.name = text,
        Channel::BackupComment => {
            let guest = guest.with_context(on_guest)?;
            let backup = guest.backup.first_mut();
            backup.context("the guest has no backup")?.notes = Some(text);
        }
        Channel::PoolComment => {
            let pool = scenario.pool.first_mut();
            pool.context("the scenario has no pool")?.comment = text;
        }
        Channel::HaComment => {
            let resource = scenario.ha_resource.first_mut();
            resource
                .context("the scenario has no resource of high availability")?
                .comment = Some(text);
        }
        Channel::IsoName => {
            let file = scenario.file.first_mut();
            file.context("the scenario has no file")?.name = text;
        }
        Channel::SnapshotComment | Channel::GuestAgent | Channel::TaskLog | Channel::CloudInit => {}
    }
    Ok(())
}
