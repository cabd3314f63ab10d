//! Starting and stopping a simulator: the two servers, the certificate folder, the state file.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::control::{self, GuestRecord, StorageRecord, TaskRecord};
use crate::faults::Fault;
use crate::http::{self, tls};
use crate::requests::Requests;
use crate::scenario::Scenario;
use crate::state::{Change, ChangeError, Machine, NewToken, VolumeChange};
use crate::truth;
use crate::world::{FaultError, World, write_whole};

/// How often a changed state is written down.
const SAVE_EVERY: Duration = Duration::from_millis(250);
/// How long open connections may take to end when the simulator stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// What to simulate, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the API listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the control port listens; loopback only.
    pub control: SocketAddr,
    /// The folder of certificates and of `sim.json`.
    pub dir: PathBuf,
    /// The world at its start.
    pub scenario: Scenario,
    /// How much faster than real time virtual time runs.
    pub speed: f64,
    /// The virtual time at the start, in ms since the epoch; the real time where absent.
    pub starts_at_ms: Option<u64>,
    /// Where the state survives a restart.
    pub state_file: Option<PathBuf>,
    /// The world at its start instead of the scenario's, as [`Handle::state`] of another simulator told it.
    pub state: Option<Arc<[u8]>>,
    /// Names and addresses in the certificate beside the local ones.
    pub names: Vec<String>,
}

impl Options {
    /// A scenario on free ports of the loopback address, in real time, without a memory.
    pub fn new(dir: impl Into<PathBuf>, scenario: Scenario) -> Self {
        let local = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            listen: local,
            control: local,
            dir: dir.into(),
            scenario,
            speed: 1.0,
            starts_at_ms: None,
            state_file: None,
            state: None,
            names: Vec::new(),
        }
    }

    /// The same from this virtual time on, in ms since the epoch: two simulators that start at the same time and are
    /// asked the same differ in nothing.
    #[must_use]
    pub fn starts_at_ms(mut self, ms: u64) -> Self {
        self.starts_at_ms = Some(ms);
        self
    }

    /// The same with another speed.
    #[must_use]
    pub fn speed(mut self, speed: f64) -> Self {
        self.speed = speed;
        self
    }
}

/// Why a simulator did not start, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The speed is not a positive number.
    #[error("the speed must be a positive number of at most 10000, not {0}")]
    Speed(f64),
    /// The control port must not be reachable from elsewhere.
    #[error("the control port may listen on a loopback address only, not on {0}")]
    ControlNotLocal(IpAddr),
    /// There is no certificate.
    #[error("there is no certificate")]
    Tls(#[from] tls::Error),
    /// A port could not be taken.
    #[error("the port {0} cannot be taken")]
    Port(SocketAddr, #[source] std::io::Error),
    /// A file could not be read or written.
    #[error("the file {0} cannot be used")]
    File(PathBuf, #[source] std::io::Error),
    /// What should be a state is none.
    #[error("{} holds no state of a simulator of this version", .0.as_ref().map_or("the option".into(), |file| file.display().to_string()))]
    State(Option<PathBuf>, #[source] serde_json::Error),
}

/// What `sim.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// `https://127.0.0.1:PORT/api2/json`.
    pub api_url: String,
    /// `http://127.0.0.1:PORT`.
    pub control_url: String,
    /// The authority to trust.
    pub ca_file: PathBuf,
    /// SHA-256 of the leaf, `AA:BB:…`.
    pub fingerprint: String,
    /// API tokens by their last name, as `user@realm!name=secret`.
    pub tokens: BTreeMap<String, String>,
}

/// The simulator.
#[derive(Debug)]
pub struct Simulator;

/// A simulator that runs. Dropping it ends it without waiting; [`Handle::stop`] waits.
#[derive(Debug)]
pub struct Handle {
    announcement: Announcement,
    world: Arc<World>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Simulator {
    /// Starts both servers and writes `sim.json` once they listen.
    pub async fn start(options: Options) -> Result<Handle, Error> {
        if !(options.speed > 0.0 && options.speed <= 10_000.0) {
            return Err(Error::Speed(options.speed));
        }
        if !options.control.ip().is_loopback() {
            return Err(Error::ControlNotLocal(options.control.ip()));
        }
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(Into::into).into();
        names.extend(options.names.clone());
        let identity = tls::identity_in(&options.dir, &names)?;
        let api = bind(options.listen).await?;
        let control = bind(options.control).await?;
        let announcement = Announcement {
            api_url: format!("https://{}/api2/json", address(&api, options.listen)?),
            control_url: format!("http://{}", address(&control, options.control)?),
            ca_file: options.dir.join("ca.pem"),
            fingerprint: identity.fingerprint.clone(),
            tokens: tokens(&options.scenario),
        };
        let (machine, clock) = remember(&options)?;
        let world = Arc::new(World::new(
            machine,
            clock,
            identity,
            names,
            options.scenario.transport.clone(),
            options.state_file.clone(),
        ));
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(run_api(
            api,
            Arc::clone(&world),
            tasks.clone(),
            stop.clone(),
        ));
        tasks.spawn(run_control(control, Arc::clone(&world), stop.clone()));
        tasks.spawn(keep_state(Arc::clone(&world), stop.clone()));
        announce(&options.dir, &announcement)?;
        Ok(Handle {
            announcement,
            world,
            stop,
            tasks,
        })
    }
}

async fn bind(to: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(to).await.map_err(|e| Error::Port(to, e))
}

fn address(listener: &TcpListener, wanted: SocketAddr) -> Result<SocketAddr, Error> {
    listener.local_addr().map_err(|e| Error::Port(wanted, e))
}

fn tokens(scenario: &Scenario) -> BTreeMap<String, String> {
    scenario
        .token
        .iter()
        .filter_map(|t| {
            let (_, name) = t.id.split_once('!')?;
            Some((name.to_owned(), format!("{}={}", t.id, t.secret)))
        })
        .collect()
}

/// The state of last time if there is one, else the scenario's.
fn remember(options: &Options) -> Result<(Machine, Clock), Error> {
    let file = options.state_file.as_ref().filter(|f| f.exists());
    let told = match (&options.state, file) {
        (Some(state), _) => Arc::clone(state),
        (None, Some(file)) => std::fs::read(file)
            .map_err(|e| Error::File(file.clone(), e))?
            .into(),
        (None, None) => {
            let clock = match options.starts_at_ms {
                Some(ms) => Clock::starting_at(ms, options.speed),
                None => Clock::starting(0, options.speed),
            };
            return Ok((Machine::new(&options.scenario, clock.now_ms()), clock));
        }
    };
    let mut machine: Machine =
        serde_json::from_slice(&told).map_err(|e| Error::State(file.cloned(), e))?;
    let clock = Clock::starting(machine.now_ms(), options.speed);
    machine.forget_faults();
    Ok((machine, clock))
}

fn announce(dir: &Path, announcement: &Announcement) -> Result<(), Error> {
    let file = dir.join("sim.json");
    let text =
        serde_json::to_vec_pretty(announcement).map_err(|e| Error::File(file.clone(), e.into()))?;
    write_whole(&file, &text).map_err(|e| Error::File(file, e))
}

async fn run_api(
    listener: TcpListener,
    world: Arc<World>,
    connections: TaskTracker,
    stop: CancellationToken,
) {
    if let Err(error) = http::listen(listener, world, connections, stop).await {
        tracing::error!(%error, "the API port is lost");
    }
}

fn run_control(
    listener: TcpListener,
    world: Arc<World>,
    stop: CancellationToken,
) -> impl Future<Output = ()> {
    let serving = axum::serve(listener, control::router(world))
        .with_graceful_shutdown(stop.cancelled_owned())
        .into_future();
    async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "the control port is lost");
        }
    }
}

/// Writes the state down while it changes, and once more at the end.
async fn keep_state(world: Arc<World>, stop: CancellationToken) {
    loop {
        let end = stop.is_cancelled();
        let writer = Arc::clone(&world);
        match tokio::task::spawn_blocking(move || writer.save(end)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the state could not be written"),
            Err(error) => tracing::error!(%error, "writing the state was broken off"),
        }
        if end {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(SAVE_EVERY) => {}
        }
    }
}

impl Handle {
    /// Where it is and how to trust it.
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// `https://127.0.0.1:PORT/api2/json`.
    pub fn api_url(&self) -> &str {
        &self.announcement.api_url
    }

    /// `http://127.0.0.1:PORT`.
    pub fn control_url(&self) -> &str {
        &self.announcement.control_url
    }

    /// The authority to trust, a PEM file.
    pub fn ca_file(&self) -> &Path {
        &self.announcement.ca_file
    }

    /// SHA-256 of the leaf, `AA:BB:…`.
    pub fn fingerprint(&self) -> &str {
        &self.announcement.fingerprint
    }

    /// A token by its last name, as `user@realm!name=secret`.
    pub fn token(&self, name: &str) -> Option<&str> {
        self.announcement.tokens.get(name).map(String::as_str)
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) -> Result<(), FaultError> {
        self.world.add_fault(fault)
    }

    /// Takes every fault away and mends what it broke.
    pub fn clear_faults(&self) {
        self.world.clear_faults();
    }

    /// Waits until the port shows what a fault or its end wants: gone, there again, another certificate.
    pub async fn settled(&self) {
        self.world.settled().await;
    }

    /// The ids of the tokens that there are.
    pub fn token_ids(&self) -> Vec<String> {
        self.world.machine().access.token_ids()
    }

    /// A token's secret, as somebody may come to know it.
    pub fn secret_of(&self, id: &str) -> Option<String> {
        self.world.machine().access.secret_of(id)
    }

    /// Makes a token without rights behind everybody's back.
    pub fn make_token(&self, user: &str, name: &str) {
        self.world.machine().access.make_token(&NewToken {
            user,
            name,
            privsep: true,
            expire: 0,
            comment: None,
        });
    }

    /// Says behind everybody's back what a role holds.
    pub fn set_role(&self, name: &str, privileges: &[&str]) {
        self.world.machine().access.set_role(name, privileges);
    }

    /// What would become of a call by this caller, asked of a copy of the world: nothing comes of it. The caller is
    /// taken for signed in; the error is Proxmox's status with its words. Where the call starts a task that ends within
    /// a second, how it ends.
    pub fn attempt(
        &self,
        caller: &str,
        method: &str,
        path: &str,
        parameters: &[(String, String)],
    ) -> Result<Option<String>, (u16, String)> {
        let mut copy = self.world.machine().clone();
        copy.attempt(caller, method, path, parameters)
            .map_err(|failure| (failure.status, failure.message))
    }

    /// The whole world at this moment, as the control port's `GET /state` tells it.
    pub fn truth(&self) -> serde_json::Value {
        truth::of(&self.world.machine())
    }

    /// The whole state, for [`Options::state`] of another simulator: faults and counts are not in it.
    pub fn state(&self) -> Result<Arc<[u8]>, Error> {
        let state = serde_json::to_vec(&*self.world.machine());
        Ok(state.map_err(|e| Error::State(None, e))?.into())
    }

    /// All tasks ever made, oldest first.
    pub fn tasks(&self) -> Vec<TaskRecord> {
        self.world.machine().tasks().map(TaskRecord::from).collect()
    }

    /// A guest as it is at this moment.
    pub fn guest(&self, vmid: u32) -> Option<GuestRecord> {
        self.world.machine().guest(vmid).map(GuestRecord::from)
    }

    /// Changes a guest behind everybody's back.
    pub fn change_guest(&self, vmid: u32, change: Change) -> Result<(), ChangeError> {
        self.world.machine().change_guest(vmid, change)
    }

    /// Removes a guest behind everybody's back.
    pub fn remove_guest(&self, vmid: u32) -> Result<(), ChangeError> {
        self.world.machine().remove_guest(vmid)
    }

    /// All storages with what is on them: a shared one once, a local one for each node.
    pub fn storages(&self) -> Vec<StorageRecord> {
        control::storages(&self.world.machine())
    }

    /// Changes or removes a volume behind everybody's back.
    pub fn change_volume(&self, change: VolumeChange) -> Result<(), ChangeError> {
        self.world.machine().change_volume(change)
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Requests {
        self.world.requests()
    }

    /// What it was asked since this was called last: no request is in two answers, and none in neither.
    pub fn take_requests(&self) -> Requests {
        self.world.take_requests()
    }

    /// Starts counting again.
    pub fn forget_requests(&self) {
        self.world.forget_requests();
    }

    /// Answers a request as the API port does, without the port: no connection, no TLS, nothing to wait for but what
    /// a fault or a refusal makes anybody wait. `None` where the connection would have been broken off.
    pub fn answer(
        &self,
        request: ::http::Request<Bytes>,
    ) -> impl Future<Output = Option<::http::Response<Bytes>>> + Send + use<> {
        http::answer(Arc::clone(&self.world), request)
    }

    /// Jumps forward in virtual time; answers the new time, ms since the epoch.
    pub fn advance(&self, ms: u64) -> u64 {
        self.world.jump(ms)
    }

    /// Ends both servers, writes the state down, and waits for all of it.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(FAREWELL, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not end in time");
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
