//! A token for one execution: made before its first intent, with exactly the rights that its plan names; removed when
//! nobody drives it any more.
//!
//! - That it is to be made is committed before Proxmox is asked, with a ledger record. Its secret is in this process'
//!   memory and nowhere else.
//! - A process that takes over removes its predecessor's token before it looks at anything, so that what that one has
//!   not sent yet is refused, and makes one of its own under another name.
//! - Where no token is to be had, nothing is sent. There is no way back to a wider one.
//! - Whatever could not be removed, the sweeper removes: what Proxmox has that no execution under its present lease
//!   uses. And Proxmox itself ends it at its time.

mod gateway;
mod name;
mod records;
mod rights;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argus_proxmox::{Client, Error};
use argus_store::Store;
use argus_store::journal::Lease;
use argus_types::id::ExecutionId;
use argus_types::plan::Plan;

use self::name::Name;
use self::rights::{Mismatch, Rights};
use crate::hypervisor::in_words;
use crate::ports::{Clock, NotAdmitted};

/// What Proxmox's clock may be off, and what is left over for the end, in seconds.
const SLACK_S: u64 = 600;
/// How often it is tried to make a token, where what stood in the way can pass.
const ATTEMPTS: u8 = 3;

/// Makes and removes the tokens of executions. Clones share them.
#[derive(Clone)]
pub struct PlanTokens {
    manager: Client,
    store: Store,
    clock: Arc<dyn Clock>,
    live: Arc<Mutex<HashMap<ExecutionId, Live>>>,
}

/// A token that this process may use.
struct Live {
    epoch: i64,
    client: Client,
}

/// Why an attempt at making a token failed.
enum Failure {
    /// Another one may succeed.
    Passing(String),
    /// No other will.
    Final(String),
}

impl PlanTokens {
    /// Tokens of the user whose token `manager` has; it must be allowed to make them.
    pub fn new(manager: Client, store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            manager,
            store,
            clock,
            live: Arc::default(),
        }
    }

    /// The client with the execution's token, while this lease drives it.
    pub(crate) fn client(&self, lease: Lease) -> Option<Client> {
        let live = self.live();
        let own = live.get(&lease.execution);
        own.filter(|own| own.epoch == lease.epoch)
            .map(|own| own.client.clone())
    }

    /// The client with the token of this id, where this process has it.
    pub(crate) fn client_of(&self, token: &str) -> Option<Client> {
        let live = self.live();
        let mut clients = live.values().map(|own| &own.client);
        clients.find(|client| client.token_id() == token).cloned()
    }

    /// Makes the execution's token, unless there is one.
    pub(crate) async fn admit(
        &self,
        lease: Lease,
        plan: &Plan,
        longest: u64,
    ) -> Result<(), NotAdmitted> {
        if self.client(lease).is_some() {
            return Ok(());
        }
        let rights = Rights::of(plan);
        let mut attempt = 1;
        loop {
            let name = Name {
                execution: lease.execution,
                epoch: lease.epoch,
                attempt,
            };
            let why = match self.make(lease, &name, &rights, longest).await {
                Ok(client) => {
                    let epoch = lease.epoch;
                    self.live().insert(lease.execution, Live { epoch, client });
                    return Ok(());
                }
                Err(Failure::Passing(why)) if attempt < ATTEMPTS => {
                    tracing::warn!(execution = %lease.execution, attempt, why, "no token was made for the plan");
                    self.remove(&name).await;
                    attempt += 1;
                    continue;
                }
                Err(Failure::Passing(why) | Failure::Final(why)) => why,
            };
            self.remove(&name).await;
            return Err(NotAdmitted {
                message: format!(
                    "no token with the rights of this plan alone was to be had: {why}"
                ),
            });
        }
    }

    async fn make(
        &self,
        lease: Lease,
        name: &Name,
        rights: &Rights,
        longest: u64,
    ) -> Result<Client, Failure> {
        let at = self.clock.now();
        let now = u64::try_from(at.get().unix_timestamp()).unwrap_or(0);
        let expire = now.saturating_add(longest).saturating_add(SLACK_S);
        let id = self.id(name);
        let record = records::intended(at, name, &id, rights, expire);
        let intended = self.store.intend_plan_token(lease, &id, at, record).await;
        match intended {
            Ok(true) => {}
            Ok(false) => return Err(Failure::Final("the lease is lost".to_owned())),
            Err(error) => {
                return Err(Failure::Passing(format!(
                    "it cannot be written down: {error}"
                )));
            }
        }
        let token = gateway::make(&self.manager, self.user(), name, expire)
            .await
            .map_err(|error| failure(&error))?;
        if token.id() != id {
            return Err(Failure::Final(format!(
                "Proxmox made another token than was asked for: {token}"
            )));
        }
        gateway::grant(&self.manager, &id, rights)
            .await
            .map_err(|error| failure(&error))?;
        let client = self
            .manager
            .with_token(token)
            .map_err(|error| Failure::Final(error.to_string()))?;
        // Not what was asked for counts, but what Proxmox makes of it.
        let held = gateway::rights_of(&client)
            .await
            .map_err(|error| failure(&error))?;
        rights.compare(&held).map_err(|mismatch| {
            Failure::Final(match mismatch {
                Mismatch::Lacks(rights) => format!(
                    "the user of Argus' tokens is not allowed {}",
                    rights.join(", ")
                ),
                Mismatch::HasBeyond(rights) => format!(
                    "it would have had more than the plan: {}. Look at the roles that Argus gives",
                    rights.join(", ")
                ),
            })
        })?;
        let record = records::made(self.clock.now(), name, &id);
        match self.store.record_plan_token(record).await {
            Ok(()) => Ok(client),
            Err(error) => Err(Failure::Passing(format!(
                "it cannot be written down: {error}"
            ))),
        }
    }

    /// Removes what earlier leases on the execution made.
    pub(crate) async fn fence(&self, lease: Lease) {
        self.remove_left(lease, |epoch| epoch < lease.epoch).await;
    }

    /// Removes what this lease on the execution made, and earlier ones.
    pub(crate) async fn dismiss(&self, lease: Lease) {
        {
            let mut live = self.live();
            if live
                .get(&lease.execution)
                .is_some_and(|own| own.epoch == lease.epoch)
            {
                live.remove(&lease.execution);
            }
        }
        self.remove_left(lease, |epoch| epoch <= lease.epoch).await;
    }

    async fn remove_left(&self, lease: Lease, which: impl Fn(i64) -> bool) {
        let left = match self.store.plan_tokens_left(lease.execution).await {
            Ok(left) => left,
            Err(error) => {
                tracing::warn!(execution = %lease.execution, %error, "it cannot be read which tokens are left; the sweeper looks again");
                return;
            }
        };
        for token in left.iter().filter(|token| which(token.epoch)) {
            if let Some(name) = self.name_of(&token.token) {
                self.remove(&name).await;
            }
        }
    }

    /// Removes every token that nobody may use any more: those that Proxmox has, and those that it may still have.
    pub(crate) async fn sweep(&self) {
        // The list first: what is on it was made under a lease that the database knows by now.
        let mut stale = match gateway::list(&self.manager, self.user()).await {
            Ok(names) => names,
            Err(error) => {
                tracing::warn!(
                    error = in_words(&error),
                    "tokens that are left over cannot be listed"
                );
                return;
            }
        };
        match self.store.plan_tokens_overdue().await {
            Ok(overdue) => {
                let overdue = overdue.iter().filter_map(|id| self.name_of(id));
                let unlisted: Vec<_> = overdue.filter(|name| !stale.contains(name)).collect();
                stale.extend(unlisted);
            }
            Err(error) => {
                tracing::warn!(%error, "tokens that are left over cannot be looked up");
                return;
            }
        }
        for name in stale {
            match self.store.driven_under(name.execution).await {
                Ok(Some(epoch)) if epoch <= name.epoch => {}
                Ok(_) => {
                    tracing::warn!(execution = %name.execution, token = %name, "a token was left over");
                    self.remove(&name).await;
                }
                // Unknown is not ended.
                Err(error) => {
                    tracing::warn!(%error, token = %name, "it cannot be read whether a token is used");
                }
            }
        }
    }

    /// Removes a token, and writes down what came of that.
    async fn remove(&self, name: &Name) {
        let removed = gateway::remove(&self.manager, self.user(), name).await;
        let (at, id) = (self.clock.now(), self.id(name));
        let written = match removed {
            Ok(()) => {
                let record = records::removed(at, name, &id);
                let written = self.store.plan_token_removed(&id, at, record).await;
                written.map(|_| ())
            }
            Err(error) => {
                let why = in_words(&error);
                tracing::warn!(
                    token = id,
                    why,
                    "a token cannot be removed; the sweeper tries again"
                );
                let record = records::not_removed(at, name, &id, &why);
                self.store.plan_token_kept(&id, at, record).await
            }
        };
        if let Err(error) = written {
            // Its row still says that it is there, so the sweeper comes back to it.
            tracing::warn!(token = id, %error, "what became of a token cannot be written down");
        }
    }

    fn user(&self) -> &str {
        let id = self.manager.token_id();
        id.rsplit_once('!').map_or(id, |(user, _)| user)
    }

    fn id(&self, name: &Name) -> String {
        format!("{}!{name}", self.user())
    }

    /// The name of one of this user's.
    fn name_of(&self, id: &str) -> Option<Name> {
        let name = id.strip_prefix(self.user())?.strip_prefix('!')?;
        name.parse().ok()
    }

    fn live(&self) -> MutexGuard<'_, HashMap<ExecutionId, Live>> {
        // Whole entries go in and out, so a panic elsewhere leaves it as it was.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for PlanTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanTokens")
            .field("manager", &self.manager)
            .finish_non_exhaustive()
    }
}

/// Whether another attempt may succeed. Proxmox refuses a lock that somebody else holds and a lost quorum in words
/// that pass; a lost answer may have left a token whose secret nobody has, so the next attempt takes another name.
fn failure(error: &Error) -> Failure {
    use argus_proxmox::ApiErrorKind as Kind;
    let why = in_words(error);
    match error.api_kind() {
        None | Some(Kind::LockTimeout | Kind::NodeUnreachable | Kind::NoQuorum) => {
            Failure::Passing(why)
        }
        Some(_) => Failure::Final(why),
    }
}
