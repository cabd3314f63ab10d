//! What a command means: the request, what it relies on, what proves it, how it could be taken back. From that comes
//! the complete step.
//!
//! Calls, parameter spellings, privileges and timeouts follow Proxmox VE 9's own API description; the classes say what
//! its lack of idempotency keys leaves possible.

use argus_types::action::{Action, ActionKind, Target};
use argus_types::id::NodeName;
use argus_types::plan::{
    CallPreview, Change, Command, Expectation, Field, GuestTarget, Lock, NodeTarget, Privilege,
    Step, StepClass, StepTarget, StopClass, Undo, VolumeTarget,
};

use super::{agent, backup, config, copy, destroy, disk, ha, membership, migrate, node, power};
use super::{replication, snapshot, volume};
use crate::facts::{GuestFacts, Plug};
use crate::twin::Twin;
use crate::value::{NONE, YES, yes_no};

/// On top of a step's own time where high availability carries it out: its manager looks about every ten
/// seconds, and the status follows later.
pub(super) const HA_EXTRA_S: u32 = 120;

/// Which of the values that steps on guests have in common a step relies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// All of them: where it is, whether it runs, what holds it.
    Whole,
    /// That it is the same guest: where it is and whether it runs does not matter.
    Identity,
}

/// All that the catalogue says about one command on one target.
pub(super) struct Effect {
    /// Which entry of the catalogue.
    pub action: ActionKind,
    /// The step in one sentence.
    pub title: String,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below `/api2/json`.
    pub path: String,
    /// The parameters as they are sent.
    pub parameters: Vec<(&'static str, String)>,
    /// What changes.
    pub changes: Vec<Change>,
    /// What it relies on in common with others; see [`Basis`].
    pub basis: Basis,
    /// What it relies on besides.
    pub relies_on: Vec<Expectation>,
    /// What must be seen afterwards.
    pub proves: Vec<Expectation>,
    /// How it could be taken back.
    pub undo: Undo,
    /// What may be done after a lost answer.
    pub class: StepClass,
    /// How often it may be tried. A step that is unsafe to repeat has attempts as well: they are spent only where the
    /// request provably never left or was refused at once, see `execution`.
    pub max_attempts: u8,
    /// What a stop means meanwhile.
    pub stop: StopClass,
    /// The worst that is left then, where it is not what the class says.
    pub worst_case: Option<String>,
    /// What it reserves beside its own target.
    pub locks: Vec<Lock>,
    /// How long Argus waits, in seconds.
    pub timeout_s: u32,
    /// What the token must be allowed.
    pub privileges: Vec<Privilege>,
    /// What high availability is asked for where it manages the guest, before and after: the task only queues that.
    /// `None` for what passes it by.
    pub ha: Option<(&'static str, String)>,
}

impl Effect {
    /// A request that changes nothing yet, to be filled in: sent with POST, done in moments, tried three times.
    pub fn blank() -> Self {
        Self {
            action: ActionKind::AgentPing,
            title: String::new(),
            method: "POST",
            path: String::new(),
            parameters: Vec::new(),
            changes: Vec::new(),
            basis: Basis::Whole,
            relies_on: Vec::new(),
            proves: Vec::new(),
            undo: undone_by_hand("There is nothing to take back."),
            class: StepClass::Idempotent,
            max_attempts: 3,
            stop: StopClass::Instant,
            worst_case: None,
            locks: Vec::new(),
            timeout_s: 60,
            privileges: Vec::new(),
            ha: None,
        }
    }
}

/// The complete step for `command` about the subject of `action`, as earlier steps leave the cluster. `None` where the
/// twin does not know the subject, which deciding on the action has ruled out.
pub(crate) fn step(number: u16, action: &Action, command: Command, twin: &Twin) -> Option<Step> {
    let target = target(action, &command, twin)?;
    let mut effect = match &target {
        StepTarget::Guest(guest) => of_guest(&command, twin.guest(guest.key())?, guest, twin),
        StepTarget::Node(node) => node::effect(&command, &node.node, twin),
        StepTarget::Volume(found) => match &command {
            Command::Restore { .. } => backup::effect_of_restore(&command, found, twin),
            _ => volume::effect(&command, found, twin),
        },
    };
    if target.is_ha_managed()
        && let Some((before, after)) = effect.ha
    {
        effect
            .changes
            .push(change("wish kept by HA", before, after));
        effect.undo.how = format!("{} HA carries that out as well.", effect.undo.how);
        effect.timeout_s += HA_EXTRA_S;
        effect.stop = StopClass::RunsToItsEnd;
    }
    let mut read_set = match target.key().and_then(|key| twin.guest(key)) {
        Some(guest) => relied_on_by_all(guest, effect.basis),
        None => vec![expect(Field::Quorate {}, YES)],
    };
    for expectation in effect.relies_on {
        if !read_set.contains(&expectation) {
            read_set.push(expectation);
        }
    }
    Some(Step {
        number,
        action: effect.action,
        title: effect.title,
        call: CallPreview {
            method: effect.method.to_owned(),
            path: effect.path,
            parameters: effect
                .parameters
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        },
        changes: effect.changes,
        read_set,
        post_checks: effect.proves,
        undo: effect.undo,
        class: effect.class,
        stop_class: effect.stop,
        worst_case: effect
            .worst_case
            .unwrap_or_else(|| worst_case(effect.stop, effect.timeout_s)),
        locks: locks(&target, effect.locks),
        max_attempts: effect.max_attempts,
        timeout_s: effect.timeout_s,
        privileges: effect.privileges,
        target,
        command,
    })
}

fn of_guest(command: &Command, guest: &GuestFacts, target: &GuestTarget, twin: &Twin) -> Effect {
    match command {
        Command::Start {} => power::effect_of_start(guest, target),
        Command::Shutdown { timeout_s } => power::effect_of_shutdown(guest, target, *timeout_s),
        Command::Stop {} => power::effect_of_stop(guest, target),
        Command::Reboot { timeout_s } => power::effect_of_reboot(guest, target, *timeout_s),
        Command::Reset {} => power::effect_of_reset(guest, target),
        Command::Suspend {} => power::effect_of_suspend(guest, target),
        Command::Resume {} => power::effect_of_resume(guest, target),
        Command::Hibernate {} => power::effect_of_hibernate(guest, target),
        Command::Snapshot {
            name,
            description,
            include_memory,
        } => snapshot::effect_of_create(target, name, description, *include_memory),
        Command::DeleteSnapshot { name } => snapshot::effect_of_delete(target, name),
        Command::Rollback { name, start } => {
            snapshot::effect_of_rollback(guest, target, name, *start)
        }
        Command::SetConfig { digest, set } => {
            config::effect_of_set(guest, target, digest.as_deref(), set)
        }
        Command::Migrate { to, mode } => migrate::effect_of_migrate(guest, target, to, *mode),
        Command::Clone { .. } => copy::effect_of_clone(command, guest, target),
        Command::MakeTemplate {} => copy::effect_of_template(target),
        Command::ResizeDisk { .. } => disk::effect_of_resize(command, guest, target, twin),
        Command::MoveDisk { .. } => disk::effect_of_move(command, guest, target),
        Command::Destroy { purge } => destroy::effect(guest, target, *purge),
        Command::Backup { .. } => backup::effect_of_run(command, guest, target),
        Command::HaAdd { state } => ha::effect_of_add(guest, target, *state),
        Command::HaSet { state } => ha::effect_of_set(guest, target, *state),
        Command::HaRemove {} => ha::effect_of_remove(guest, target),
        Command::HaMove { to, relocate } => ha::effect_of_move(guest, target, to, *relocate),
        Command::Replicate { job } => replication::effect(guest, target, *job, twin),
        Command::PoolAdd { pool } => membership::effect_of_add(target, pool),
        Command::PoolRemove { pool } => membership::effect_of_remove(target, pool),
        Command::AgentPing {} => agent::effect_of_ping(target, twin),
        Command::AgentInfo {} => agent::effect_of_info(target, twin),
        Command::AgentTrim {} => agent::effect_of_trim(target, twin),
        // Not about guests; `target` makes other targets for them.
        Command::Restore { .. }
        | Command::ProtectBackup { .. }
        | Command::DeleteVolume {}
        | Command::RebootNode {}
        | Command::ShutdownNode {}
        | Command::WakeNode {}
        | Command::RestartService { .. }
        | Command::ReloadService { .. }
        | Command::RefreshPackages {} => Effect::blank(),
    }
}

/// What the step is about, as the twin has it.
fn target(action: &Action, command: &Command, twin: &Twin) -> Option<StepTarget> {
    use argus_types::action::Subject;
    Some(match action.subject() {
        Subject::Guest(target) => {
            let guest = twin.guest(target.key())?;
            StepTarget::Guest(GuestTarget {
                kind: guest.key.kind,
                vmid: guest.key.vmid,
                name: guest.name.clone(),
                node: guest.node.clone(),
                ha_managed: guest.ha_managed,
            })
        }
        Subject::Node(node) => StepTarget::Node(NodeTarget { node: node.clone() }),
        Subject::Volume(found) => StepTarget::Volume(VolumeTarget {
            volume: found.clone(),
            node: match command {
                Command::Restore { .. } => backup::node_for(action, twin)?,
                _ => twin.facts().inventory.seer_of(&found.storage())?.clone(),
            },
        }),
    })
}

fn relied_on_by_all(guest: &GuestFacts, basis: Basis) -> Vec<Expectation> {
    let identity = [
        expect(Field::Name {}, guest.name.clone()),
        expect(
            Field::Identity {},
            guest.identity.as_deref().unwrap_or(NONE),
        ),
    ];
    let quorum = expect(Field::Quorate {}, YES);
    match basis {
        Basis::Identity => identity.into_iter().chain([quorum]).collect(),
        Basis::Whole => [
            expect(Field::Node {}, guest.node.to_string()),
            expect(Field::Status {}, guest.status.as_str()),
            expect(Field::Lock {}, guest.lock.as_deref().unwrap_or(NONE)),
        ]
        .into_iter()
        .chain(identity)
        .chain([
            expect(Field::Template {}, yes_no(guest.template)),
            expect(Field::HaManaged {}, yes_no(guest.ha_managed)),
            quorum,
        ])
        .collect(),
    }
}

fn locks(target: &StepTarget, more: Vec<Lock>) -> Vec<Lock> {
    let mut locks = more;
    match target {
        StepTarget::Guest(guest) => locks.push(Lock::Guest {
            kind: guest.kind,
            vmid: guest.vmid,
        }),
        StepTarget::Node(node) => locks.push(Lock::Node {
            node: node.node.clone(),
        }),
        StepTarget::Volume(volume) => locks.push(Lock::Storage {
            storage: volume.volume.storage(),
        }),
    }
    locks.sort_unstable();
    locks.dedup();
    locks
}

fn worst_case(stop: StopClass, timeout_s: u32) -> String {
    match stop {
        StopClass::Instant => {
            "It is over in moments; a stop finds it done or not begun.".to_owned()
        }
        StopClass::SafePoint | StopClass::RunsToItsEnd => format!(
            "It goes on inside Proxmox to its own end, for up to {} minutes.",
            timeout_s.div_ceil(60)
        ),
    }
}

/// A path below the guest's own.
pub(super) fn own(target: &GuestTarget, tail: &str) -> String {
    let GuestTarget {
        kind, vmid, node, ..
    } = target;
    if tail.is_empty() {
        format!("/nodes/{node}/{kind}/{vmid}")
    } else {
        format!("/nodes/{node}/{kind}/{vmid}/{tail}")
    }
}

/// A path below the node's own.
pub(super) fn on_node(node: &NodeName, tail: &str) -> String {
    format!("/nodes/{node}/{tail}")
}

/// The guest once more, for the action that undoes.
pub(super) fn again(target: &GuestTarget) -> Target {
    Target {
        kind: target.kind,
        vmid: target.vmid,
        node: None,
    }
}

pub(super) fn expect(field: Field, value: impl Into<String>) -> Expectation {
    Expectation::exact(field, value)
}

/// A number that may be larger.
pub(super) fn at_least(field: Field, value: u64) -> Expectation {
    Expectation::at_least(field, value)
}

pub(super) fn change(
    field: impl Into<String>,
    before: impl Into<String>,
    after: impl Into<String>,
) -> Change {
    Change {
        field: field.into(),
        before: before.into(),
        after: after.into(),
    }
}

/// Privileges on the guest.
pub(super) fn on_guest(target: &GuestTarget, names: &[&str]) -> Vec<Privilege> {
    on(format!("/vms/{}", target.vmid), names)
}

/// Privileges on a path.
pub(super) fn on(path: impl Into<String>, names: &[&str]) -> Vec<Privilege> {
    let path = path.into();
    names
        .iter()
        .map(|name| Privilege {
            name: (*name).to_owned(),
            path: path.clone(),
        })
        .collect()
}

/// The right to plug network cards in, which Proxmox asks for where it makes a guest with cards. A bridge that belongs to
/// another zone than the nodes' own is refused there.
pub(super) fn on_plugs<'a>(plugs: impl IntoIterator<Item = &'a Plug>) -> Vec<Privilege> {
    let paths = plugs.into_iter().map(|plug| {
        let bridge = format!("/sdn/zones/localnetwork/{}", plug.bridge);
        match plug.vlan {
            Some(vlan) => format!("{bridge}/{vlan}"),
            None => bridge,
        }
    });
    paths.flat_map(|path| on(path, &["SDN.Use"])).collect()
}

/// It can be taken back by this action.
pub(super) fn undone_by(action: Action, how: impl Into<String>) -> Undo {
    Undo {
        possible: true,
        how: how.into(),
        action: Some(action),
    }
}

/// It can be taken back, by no action that is known before it has run; or there is nothing to take back.
pub(super) fn undone_by_hand(how: impl Into<String>) -> Undo {
    Undo {
        possible: true,
        how: how.into(),
        action: None,
    }
}

/// It cannot be taken back, for this reason.
pub(super) fn final_because(how: impl Into<String>) -> Undo {
    Undo {
        possible: false,
        how: how.into(),
        action: None,
    }
}
