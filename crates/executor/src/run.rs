//! The loop of one replica: claim what nobody drives, drive it, keep the leases.

use std::sync::Arc;
use std::time::Duration;

use argus_store::journal::Lease;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::breaker::Guarded;
use crate::driver::{Outcome, drive};
use crate::held::Held;
use crate::pace::Pace;
use crate::ports::{Chance, Clock, Hypervisor, Journal};

/// Everything from outside.
pub struct Ports<J, H> {
    /// Leases and journal.
    pub journal: J,
    /// Proxmox.
    pub hypervisor: H,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
}

/// How one replica works.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its name in journal and ledger; another for each process.
    pub replica: String,
    /// How long a lease holds without being renewed: so long a crash delays an execution.
    pub lease_ttl: Duration,
    /// How many executions are driven at once.
    pub concurrency: u32,
    /// How often to look for executions, whatever the hints say.
    pub look_every: Duration,
    /// How long a step waits for a guest that another execution has.
    pub guest_patience: Duration,
    /// How often to look for rights that were left over.
    pub sweep_every: Duration,
    /// Waiting times.
    pub pace: Pace,
}

impl Config {
    /// The usual, under this name.
    pub fn new(replica: impl Into<String>) -> Self {
        Self {
            replica: replica.into(),
            lease_ttl: Duration::from_secs(10),
            concurrency: 8,
            look_every: Duration::from_secs(1),
            guest_patience: Duration::from_mins(10),
            sweep_every: Duration::from_mins(1),
            pace: Pace::default(),
        }
    }
}

/// One replica's executor.
pub struct Executor<J, H> {
    ports: Arc<Ports<J, Guarded<H>>>,
    config: Arc<Config>,
}

impl<J: Journal, H: Hypervisor> Executor<J, H> {
    /// An executor that does nothing until it [runs](Self::run).
    pub fn new(ports: Ports<J, H>, config: Config) -> Self {
        let Ports {
            journal,
            hypervisor,
            clock,
            chance,
        } = ports;
        Self {
            ports: Arc::new(Ports {
                journal,
                hypervisor: Guarded::new(hypervisor, config.pace, Arc::clone(&chance)),
                clock,
                chance,
            }),
            config: Arc::new(config),
        }
    }

    /// Claims and drives executions until `cancel`; then finishes what it is in the middle of, gives its
    /// leases back, so that the next process goes on at once, and returns. Being dropped instead is as being
    /// killed: the journal holds, and the leases run out.
    pub async fn run(self, cancel: CancellationToken) {
        tokio::join!(self.work(&cancel), self.sweep(&cancel));
    }

    /// Takes away what processes left over that died.
    async fn sweep(&self, cancel: &CancellationToken) {
        let sweeping = async {
            loop {
                self.ports.hypervisor.sweep().await;
                tokio::time::sleep(self.config.sweep_every).await;
            }
        };
        cancel.run_until_cancelled(sweeping).await;
    }

    async fn work(&self, cancel: &CancellationToken) {
        let mut driving = JoinSet::new();
        while !cancel.is_cancelled() {
            self.claim(&mut driving, cancel).await;
            tokio::select! {
                biased;
                () = cancel.cancelled() => {}
                Some(done) = driving.join_next(), if !driving.is_empty() => note(done),
                () = self.ports.journal.hint() => {}
                () = tokio::time::sleep(self.config.look_every) => {}
            }
        }
        while let Some(done) = driving.join_next().await {
            note(done);
        }
    }

    async fn claim(&self, driving: &mut JoinSet<()>, cancel: &CancellationToken) {
        let busy = u32::try_from(driving.len()).unwrap_or(u32::MAX);
        let free = self.config.concurrency.saturating_sub(busy);
        if free == 0 {
            return;
        }
        let asked_at = Instant::now();
        let claimed = self
            .ports
            .journal
            .claim(&self.config.replica, self.config.lease_ttl, free)
            .await;
        match claimed {
            Ok(leases) => {
                for lease in leases {
                    tracing::info!(execution = %lease.execution, epoch = lease.epoch, "execution claimed");
                    let (ports, config) = (Arc::clone(&self.ports), Arc::clone(&self.config));
                    let cancel = cancel.clone();
                    driving.spawn(
                        async move { hold(&ports, &config, &cancel, lease, asked_at).await },
                    );
                }
            }
            Err(error) => tracing::warn!(%error, "executions cannot be claimed"),
        }
    }
}

/// Drives one execution while its lease holds.
async fn hold<J: Journal, H: Hypervisor>(
    ports: &Ports<J, H>,
    config: &Config,
    cancel: &CancellationToken,
    lease: Lease,
    asked_at: Instant,
) {
    let (renewed, since) = watch::channel(asked_at);
    let held = Held::new(since, config.lease_ttl);
    let outcome = tokio::select! {
        biased;
        outcome = drive(ports, config, cancel, lease, held) => outcome,
        () = keep(ports, config, lease, renewed) => Outcome::Lost,
    };
    if outcome == Outcome::LetGo {
        // The next process goes on at once; it takes away itself what is left of this one's rights.
        release(ports, lease).await;
    }
    ports.hypervisor.dismiss(lease).await;
    match outcome {
        Outcome::LetGo => {}
        Outcome::Ended => release(ports, lease).await,
        Outcome::Lost => {
            tracing::warn!(execution = %lease.execution, epoch = lease.epoch, "lease lost");
        }
    }
}

async fn release<J: Journal, H>(ports: &Ports<J, H>, lease: Lease) {
    if let Err(error) = ports.journal.release(lease).await {
        tracing::warn!(execution = %lease.execution, %error, "lease is left to run out");
    }
}

/// Renews the lease until it is lost.
async fn keep<J: Journal, H>(
    ports: &Ports<J, H>,
    config: &Config,
    lease: Lease,
    renewed: watch::Sender<Instant>,
) {
    loop {
        tokio::time::sleep(config.lease_ttl / 3).await;
        let asked_at = Instant::now();
        match ports.journal.renew(lease, config.lease_ttl).await {
            Ok(true) => {
                renewed.send_replace(asked_at);
            }
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(execution = %lease.execution, %error, "lease cannot be renewed");
                if renewed.borrow().elapsed() >= config.lease_ttl {
                    return;
                }
            }
        }
    }
}

fn note(done: Result<(), tokio::task::JoinError>) {
    if let Err(error) = done {
        // The lease runs out, and the execution is taken up again.
        tracing::error!(%error, "driving an execution ended by a panic");
    }
}
