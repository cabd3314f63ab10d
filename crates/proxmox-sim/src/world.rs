//! The machine with everything around it that changes while the server runs: clock, faults, counts, identity.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::ServerConfig;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::faults::{Fault, FaultKind, Faults, Sight, Target};
use crate::http::tls::{self, Identity};
use crate::requests::{Requests, Seen};
use crate::scenario::Transport;
use crate::state::{Flood, Machine, Twist};

/// Why a fault was not taken.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// A state of the world holds until it is cleared.
    #[error(
        "this fault is a state: it takes neither match nor count and holds until it is cleared"
    )]
    StateHasNoCount,
    /// No guest has the number.
    #[error("there is no guest {0}")]
    NoGuest(u32),
    /// No node has the name.
    #[error("there is no node {0}")]
    NoNode(String),
    /// The other certificate could not be made.
    #[error("the other certificate could not be made")]
    Certificate(#[from] tls::Error),
}

/// What the listener shows at this moment.
#[derive(Debug, Clone)]
pub struct Front {
    /// The acceptor's configuration.
    pub tls: Arc<ServerConfig>,
    /// Whether nobody listens.
    pub refusing: bool,
    /// Grows whenever all connections have to end.
    pub generation: u64,
}

/// Everything that the two servers share.
#[derive(Debug)]
pub struct World {
    machine: Mutex<Machine>,
    clock: Clock,
    faults: Mutex<Faults>,
    requests: Mutex<Requests>,
    front: watch::Sender<Front>,
    shown: watch::Sender<u64>,
    identity: Identity,
    names: Vec<String>,
    state_file: Option<PathBuf>,
    saved_revision: Mutex<Option<u64>>,
    /// Transport timing.
    pub transport: Transport,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// Puts the parts together.
    pub fn new(
        mut machine: Machine,
        clock: Clock,
        identity: Identity,
        names: Vec<String>,
        transport: Transport,
        state_file: Option<PathBuf>,
    ) -> Self {
        machine.set_fingerprint(&identity.fingerprint);
        let (front, _) = watch::channel(Front {
            tls: identity.config.clone(),
            refusing: false,
            generation: 0,
        });
        Self {
            machine: Mutex::new(machine),
            clock,
            shown: watch::Sender::new(0),
            faults: Mutex::default(),
            requests: Mutex::default(),
            front,
            identity,
            names,
            state_file,
            saved_revision: Mutex::new(None),
            transport,
        }
    }

    /// The machine at this moment: what is due has happened.
    pub fn machine(&self) -> MutexGuard<'_, Machine> {
        let mut machine = lock(&self.machine);
        let now = self.clock.now_ms();
        machine.advance(now);
        machine
    }

    /// Jumps forward in virtual time.
    pub fn jump(&self, ms: u64) -> u64 {
        self.clock.jump(ms);
        self.machine().now_ms()
    }

    /// What the listener shows, and every change of it.
    pub fn front(&self) -> watch::Receiver<Front> {
        self.front.subscribe()
    }

    /// The listener shows what it should as of this generation of [`Front`].
    pub fn caught_up(&self, generation: u64) {
        self.shown.send_replace(generation);
    }

    /// Waits until the listener shows what it should.
    pub async fn settled(&self) {
        let wanted = self.front.borrow().generation;
        let mut shown = self.shown.subscribe();
        // The sender is ours, so the wait cannot fail.
        let _ = shown.wait_for(|shown| *shown >= wanted).await;
    }

    /// The counts of requests.
    pub fn requests(&self) -> Requests {
        lock(&self.requests).clone()
    }

    /// The counts of requests, which begin anew: no request is in two of them, and none in neither.
    pub fn take_requests(&self) -> Requests {
        std::mem::take(&mut *lock(&self.requests))
    }

    /// Starts counting again.
    pub fn forget_requests(&self) {
        *lock(&self.requests) = Requests::default();
    }

    /// Notes an answered or broken request.
    pub fn note(&self, route: &str, seen: Seen) {
        lock(&self.requests).note(route, seen);
    }

    /// Notes that a token was sent here.
    pub fn note_authorization(&self) {
        lock(&self.requests).authorizations += 1;
    }

    /// Notes a connection.
    pub fn note_connection(&self) {
        lock(&self.requests).connections += 1;
    }

    /// The fault that hits a call.
    pub fn strike(&self, call: &Sight<'_>) -> Option<FaultKind> {
        lock(&self.faults).strike(call)
    }

    /// The faults that are there.
    pub fn faults(&self) -> Vec<Fault> {
        lock(&self.faults).list().to_vec()
    }

    /// Adds a fault; a state of the world begins at once.
    pub fn add_fault(&self, fault: Fault) -> Result<(), FaultError> {
        if fault.kind.is_state() && (fault.count.is_some() || fault.target != Target::default()) {
            return Err(FaultError::StateHasNoCount);
        }
        match &fault.kind {
            FaultKind::LockHeld { vmid, lock } => {
                let mut machine = self.machine();
                let change = crate::state::Change {
                    lock: Some(lock.clone()),
                    ..Default::default()
                };
                machine
                    .change_guest(*vmid, change)
                    .map_err(|_| FaultError::NoGuest(*vmid))?;
            }
            FaultKind::NodeDown { node } => {
                let found = self.machine().power_node(node, false);
                found
                    .then_some(())
                    .ok_or_else(|| FaultError::NoNode(node.clone()))?;
            }
            FaultKind::QuorumLost => self.machine().set_quorate(false),
            FaultKind::Refuse => self.change_front(|front| front.refusing = true),
            FaultKind::CertificateSwap => {
                let stranger = tls::stranger(&self.names)?;
                self.machine().set_fingerprint(&stranger.fingerprint);
                self.change_front(|front| front.tls = stranger.config);
            }
            _ => {}
        }
        lock(&self.faults).add(fault);
        Ok(())
    }

    /// Takes every fault away and mends what it broke.
    pub fn clear_faults(&self) {
        let gone = lock(&self.faults).clear();
        let mut machine = self.machine();
        for fault in gone {
            match fault.kind {
                FaultKind::LockHeld { vmid, lock } => machine.unlock_if(vmid, &lock),
                FaultKind::NodeDown { node } => {
                    machine.power_node(&node, true);
                }
                FaultKind::QuorumLost => machine.set_quorate(true),
                FaultKind::Refuse => self.change_front(|front| front.refusing = false),
                FaultKind::CertificateSwap => {
                    machine.set_fingerprint(&self.identity.fingerprint);
                    self.change_front(|front| front.tls = self.identity.config.clone());
                }
                _ => {}
            }
        }
        machine.lift_twists();
    }

    fn change_front(&self, change: impl FnOnce(&mut Front)) {
        self.front.send_modify(|front| {
            change(front);
            front.generation += 1;
        });
    }

    /// Lets time pass, and writes the state down if it has changed since it was written last, or when it is the end.
    pub fn save(&self, end: bool) -> std::io::Result<()> {
        let Some(file) = &self.state_file else {
            return Ok(());
        };
        let mut saved = lock(&self.saved_revision);
        let (revision, text) = {
            let machine = self.machine();
            if !end && *saved == Some(machine.revision()) {
                return Ok(());
            }
            (machine.revision(), serde_json::to_vec(&*machine)?)
        };
        write_whole(file, &text)?;
        *saved = Some(revision);
        Ok(())
    }
}

/// How a fault bends the task that a call starts.
pub fn twist_of(fault: Option<&FaultKind>) -> Option<Twist> {
    match fault? {
        FaultKind::TaskFails { message } => Some(Twist::Fails(message.clone())),
        FaultKind::TaskNeverEnds => Some(Twist::NeverEnds),
        FaultKind::TaskWrites { lines, ms } => Some(Twist::Writes(Flood {
            lines: *lines,
            ms: *ms,
        })),
        _ => None,
    }
}

/// Writes a file so that a reader sees the old or the new one, never half of one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let draft = path.with_extension("draft");
    let mut file = std::fs::File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}
