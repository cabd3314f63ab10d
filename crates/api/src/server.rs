//! Putting everything together, running it, and taking it apart again.

mod accounts;
mod house;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use argus_executor::{self as executor, Afterwards, Executor, PlanTokens, Proxmox, StoreJournal};
use argus_proxmox::{Client, Limits};
use argus_store::{PoolLimits, Store};
use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::accounts::Accounts;
use crate::clock::{SharedClock, SystemClock};
use crate::collector::{Collector, Inventory, OnDemand, Trimmed};
use crate::config::{Config, Profile};
use crate::headers::ContentSecurityPolicy;
use crate::record::{self, Kind};
use crate::router::Around;
use crate::same_origin::PublicOrigin;
use crate::service::Assessor;
use crate::service::alternatives::Choose;
use crate::service::approve::Approve;
use crate::service::broken_glass::Glass;
use crate::service::cancel::Cancel;
use crate::service::collisions::Collide;
use crate::service::confirm::Confirm;
use crate::service::diagnose::Diagnose;
use crate::service::draft::Drafter;
use crate::service::drift::DriftReader;
use crate::service::emergency_stop::StopAll;
use crate::service::facts::FactReader;
use crate::service::models::Models;
use crate::service::people::People;
use crate::service::policy::{self, ChangePolicy, PolicyReader};
use crate::service::propose::Propose;
use crate::service::resolve::Resolve;
use crate::service::revise::Revise;
use crate::service::schedule::Starter;
use crate::service::sign_in::seed_demo_people;
use crate::service::single_sign_on::SingleSignOn;
use crate::service::snapshots::AddSnapshots;
use crate::service::within::Within;
use crate::session::{Ring, SessionKeys, Sessions};
use crate::state::Parts;
use crate::stream::{self, Feeds, Holding, Hub};
use crate::{metrics, page, router};

/// How long what is under way may take to end when the process is asked to.
const GRACE: Duration = Duration::from_secs(10);
/// How long open connections may take to end by themselves.
const LINGER: Duration = Duration::from_secs(2);
/// Runs the server until SIGTERM or SIGINT.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let server = Server::prepare(&config).await?;
    let stop = server.stopper();
    server.tasks.spawn(async move {
        asked_to_end().await;
        stop.cancel();
    });
    server.serve().await
}

/// A server that listens and is about to answer.
pub struct Server {
    listener: TcpListener,
    app: Router,
    around: Around,
    inventory: Inventory,
    store: Store,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Server {
    /// Takes the port, opens the database and starts what works in the background.
    pub async fn prepare(config: &Config) -> anyhow::Result<Self> {
        Self::prepare_by(config, Arc::new(SystemClock)).await
    }

    /// The same by another clock than the machine's.
    pub async fn prepare_by(config: &Config, clock: SharedClock) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(config.listen).await.with_context(|| {
            format!(
                "the address {} cannot be listened on (is another Argus running? change `listen`)",
                config.listen
            )
        })?;
        if let Some(listen) = config.metrics_listen {
            metrics::start(listen)?;
        }
        let store = Store::connect(&config.database_url, PoolLimits::default())
            .await
            .context("PostgreSQL cannot be used (check DATABASE_URL and that the server runs)")?;
        store.migrate().await.context("the database schema")?;
        seed(config, &store, &clock).await?;

        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let keys = Arc::new(SessionKeys::new(config.session_secret.clone()));
        let secret = keys.secret().clone();
        let ring = Ring::open(
            store.clone(),
            clock.clone(),
            secret,
            config.lifetimes.key_age,
        )
        .await?;
        let ring = Arc::new(ring);
        tasks.spawn(ring.clone().keep(stop.clone()));
        let sessions = Arc::new(Sessions::new(
            store.clone(),
            keys,
            ring,
            clock.clone(),
            config.lifetimes,
            config.profile == Profile::Demo,
        ));
        let parts = start(config, store.clone(), sessions, &clock, &tasks, &stop)?;
        let (around, inventory) = (Around::of(&parts), parts.inventory.clone());
        let app = router::build(
            parts,
            config.profile == Profile::Demo,
            config.page_dir.as_deref(),
        );
        tracing::info!(
            target: "argus::event", kind = "started", listen = %config.listen, origin = %config.public_origin,
            profile = config.profile.as_str(), cluster = %config.cluster, "argus is ready"
        );
        Ok(Self {
            listener,
            app,
            around,
            inventory,
            store,
            tasks,
            stop,
        })
    }

    /// Serves further routes over its inventory, behind the layers of its own: for a program that is more than the
    /// console, as the measuring set is.
    #[must_use]
    pub fn with_routes(mut self, routes: Router<Inventory>) -> Self {
        let routes = self.around.clone().every_answer(router::in_time(routes));
        self.app = self.app.merge(routes.with_state(self.inventory.clone()));
        self
    }

    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Cancel it and [`Self::serve`] ends.
    pub fn stopper(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Answers until it is stopped, then lets what is under way come to its end.
    pub async fn serve(self) -> anyhow::Result<()> {
        let Self {
            listener,
            app,
            store,
            tasks,
            stop,
            ..
        } = self;
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps waiting for full packets");
            }
        });
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let served =
            axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::select! {
            served = served => served?,
            // Open WebSockets would keep it for ever.
            () = async { stop.cancelled().await; tokio::time::sleep(LINGER).await } => {}
        }
        // Also where serving ended by itself: nothing may go on in the background.
        stop.cancel();
        tasks.close();
        if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
            tracing::warn!("some work did not end in time; it is taken up again at the next start");
        }
        store.close().await;
        tracing::info!(target: "argus::event", kind = "ended", "argus has ended");
        Ok(())
    }
}

/// What must be in the database before anybody is served.
async fn seed(config: &Config, store: &Store, clock: &SharedClock) -> anyhow::Result<()> {
    policy::seed(store, &config.first_policy, clock.now())
        .await
        .context("the policy")?;
    if config.profile == Profile::Demo {
        seed_demo_people(store, clock).await?;
    }
    if config.trust.is_insecure() {
        tracing::warn!("proxmox's certificate is not verified: this is a lab");
        ::metrics::gauge!("argus_tls_insecure").set(1.0);
        let mut tx = store.begin().await?;
        let body = serde_json::json!({ "endpoint": config.endpoint.url.as_str() });
        let subject = format!("cluster/{}", config.cluster);
        tx.append_ledger(record::entry(
            clock.now(),
            record::ARGUS,
            Kind::InsecureTlsUsed,
            subject,
            body,
        ))
        .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Starts what works in the background and gives what handlers need.
fn start(
    config: &Config,
    store: Store,
    sessions: Arc<Sessions>,
    clock: &SharedClock,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> anyhow::Result<Parts> {
    let connect = |token: &argus_proxmox::Token| {
        Client::new(
            config.endpoint.clone(),
            token.clone(),
            config.trust.to_trust(),
            Limits::default(),
        )
        .context("the Proxmox client cannot be set up")
    };
    let reader = connect(&config.read_token)?;
    let operator = connect(&config.token)?;
    let hub = Hub::default();
    let inventory = Inventory::new(clock.clone(), config.stale_after_s);
    let collector = collector(config, &reader, &inventory, &hub, clock);
    tasks.spawn(collector.run(stop.clone()));
    tasks.spawn(stream::run_hub(hub.clone(), store.clone(), stop.clone()));
    let holding = Holding::default();
    tasks.spawn(stream::run_holding(
        holding.clone(),
        sessions.clone(),
        stop.clone(),
    ));
    let hypervisor = hypervisor(config, &store, &operator, clock, connect)?;
    tasks.spawn(new_executor(config, &store, hypervisor, clock).run(stop.clone()));

    let accounts = Accounts::new(config, &store, &sessions, clock);
    tasks.spawn(house::keep(
        store.clone(),
        clock.clone(),
        accounts.limits.clone(),
        stop.clone(),
    ));
    let page_policy = page_policy(config)?;
    // Asking whether a guest may move needs the right to move it, so facts are read with the executor's token.
    let facts = FactReader::new(operator);
    let assessor = Assessor::new(inventory.clone(), facts.clone(), config.cluster.clone());
    let within = Within::new(store.clone(), inventory.clone());
    let revise = Revise::new(store.clone(), clock.clone(), assessor.clone());
    let afterwards = Afterwards::new(reader.clone(), config.cluster.clone());
    let on_demand = OnDemand::new(reader);
    let background = (tasks.clone(), stop.clone());
    let models = models(config, &store, clock, background)?;
    let diagnose = Diagnose::new(
        on_demand.clone(),
        facts.clone(),
        clock.clone(),
        within.clone(),
    );
    let drafter = Drafter::new(
        inventory.clone(),
        facts,
        clock.clone(),
        within.clone(),
        models.clone(),
        diagnose,
    );
    let collide = Collide::new(
        store.clone(),
        clock.clone(),
        inventory.clone(),
        on_demand.clone(),
        within.clone(),
    );
    let policy_reader = PolicyReader::new(store.clone(), clock.clone());
    let confirm = Confirm::new(
        store.clone(),
        clock.clone(),
        assessor.clone(),
        collide.clone(),
    );
    let starter = Starter::new(store.clone(), clock.clone(), confirm.clone());
    tasks.spawn(starter.run(stop.clone()));
    let origin = PublicOrigin(config.public_origin.as_str().into());
    Ok(Parts {
        within: within.clone(),
        passkey_sign_in: accounts.passkey_sign_in,
        own_passkeys: accounts.own_passkeys,
        step_ups: accounts.step_ups,
        recovery: accounts.recovery,
        api_tokens: accounts.api_tokens,
        devices: accounts.devices,
        tickets: accounts.tickets,
        limits: accounts.limits,
        single_sign_on: SingleSignOn::new(
            store.clone(),
            sessions.clone(),
            accounts.sign_in.clone(),
            clock.clone(),
            config.providers.clone().into(),
        ),
        sign_in: accounts.sign_in,
        people: People::new(
            store.clone(),
            sessions.clone(),
            clock.clone(),
            origin.clone(),
            config.profile == Profile::Demo,
        ),
        trimmed: Trimmed::default(),
        proxies: config.trusted_proxies.clone(),
        propose: Propose::new(
            store.clone(),
            clock.clone(),
            drafter,
            assessor.clone(),
            within.clone(),
        ),
        models,
        confirm,
        collide,
        drift: DriftReader::new(store.clone(), clock.clone(), assessor.clone()),
        approve: Approve::new(store.clone(), clock.clone()),
        glass: Glass::new(store.clone(), clock.clone(), within),
        add_snapshots: AddSnapshots::new(store.clone(), clock.clone(), revise.clone()),
        choose: Choose::new(store.clone(), clock.clone(), revise),
        change_policy: ChangePolicy::new(store.clone(), clock.clone(), policy_reader.clone()),
        policy_reader,
        cancel: Cancel::new(store.clone(), clock.clone()),
        resolve: Resolve::new(store.clone(), clock.clone(), afterwards),
        stop_all: StopAll::new(store.clone(), clock.clone()),
        on_demand,
        origin,
        clock: clock.clone(),
        policy: page_policy,
        feeds: Feeds::new(store.clone(), hub.clone()),
        holding,
        store,
        sessions,
        inventory,
        hub,
    })
}

/// The language models that are configured.
fn models(
    config: &Config,
    store: &Store,
    clock: &SharedClock,
    (tasks, stop): (TaskTracker, CancellationToken),
) -> anyhow::Result<Models> {
    let drafting = config.drafting.clone();
    Models::new(store.clone(), clock.clone(), drafting, tasks, stop).context("the language models")
}

/// What a page may load: of the built page where one is served.
fn page_policy(config: &Config) -> anyhow::Result<ContentSecurityPolicy> {
    match &config.page_dir {
        Some(dir) => page::policy(dir).with_context(|| {
            format!(
                "{} holds no built page (cargo xtask build-page)",
                dir.display()
            )
        }),
        None => Ok(ContentSecurityPolicy::nothing()),
    }
}

/// The one reader of the cluster.
fn collector(
    config: &Config,
    reader: &Client,
    inventory: &Inventory,
    hub: &Hub,
    clock: &SharedClock,
) -> Collector {
    Collector::new(
        reader.clone(),
        inventory.clone(),
        hub.clone(),
        clock.clone(),
        config.cluster.clone(),
        config.poll_interval_s,
    )
}

/// Waits for SIGTERM or SIGINT.
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be listened for");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = terminated => {}
        interrupted = tokio::signal::ctrl_c() => {
            if let Err(error) = interrupted {
                tracing::warn!(%error, "SIGINT cannot be listened for");
            }
        }
    }
}

/// Proxmox as the executor reaches it: with the tokens that there are, for what each is for.
fn hypervisor(
    config: &Config,
    store: &Store,
    operator: &Client,
    clock: &SharedClock,
    connect: impl Fn(&argus_proxmox::Token) -> anyhow::Result<Client>,
) -> anyhow::Result<Proxmox> {
    let mut hypervisor = Proxmox::new(operator.clone(), config.cluster.clone());
    if let Some(token) = &config.danger_token {
        hypervisor = hypervisor.with_danger(connect(token)?);
    }
    if let Some(token) = &config.manage_token {
        let now = clock.clone();
        hypervisor = hypervisor.with_plan_tokens(PlanTokens::new(
            connect(token)?,
            store.clone(),
            Arc::new(move || now.now()),
        ));
    }
    Ok(hypervisor)
}

/// The executor of this process, under a name of its own.
fn new_executor(
    config: &Config,
    store: &Store,
    hypervisor: Proxmox,
    clock: &SharedClock,
) -> Executor<StoreJournal, Proxmox> {
    let id = clock.new_id().simple().to_string();
    let replica = format!("api-{}", &id[id.len() - 8..]);
    let now = clock.clone();
    let ports = executor::Ports {
        journal: StoreJournal::new(store.clone()),
        hypervisor,
        clock: Arc::new(move || now.now()),
        chance: Arc::new(rand::random::<f64>),
    };
    let config = executor::Config {
        pace: config.pace,
        ..executor::Config::new(replica)
    };
    Executor::new(ports, config)
}
