//! What a command means: the request, what it relies on, what proves it, how it could be taken back. From that comes
//! the complete step.
//!
//! Calls, parameter spellings, privileges and timeouts follow Proxmox VE 9's own API description; the classes say what
//! its lack of idempotency keys leaves possible.

use std::collections::BTreeMap;

use argus_types::action::ActionKind;
use argus_types::plan::{
    CallPreview, Change, Command, Expectation, Field, Privilege, Step, StepClass, StepTarget,
    StopClass, Undo,
};

use crate::catalogue::{config, migrate, power, snapshot};
use crate::twin::TwinGuest;
use crate::value::{NO, NONE, YES, yes_no};

/// On top of a step's own time where high availability carries it out: its manager looks about every ten
/// seconds, and the status follows later.
const HA_EXTRA_S: u32 = 120;

/// All that the catalogue says about one command on one guest.
pub(super) struct Effect {
    /// Which entry of the catalogue.
    pub action: ActionKind,
    /// The step in one sentence.
    pub title: String,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the guest's own.
    pub path: String,
    /// The parameters as they are sent.
    pub parameters: Vec<(&'static str, String)>,
    /// What changes.
    pub changes: Vec<Change>,
    /// What it relies on beside what every step does.
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
    /// How long Argus waits, in seconds.
    pub timeout_s: u32,
    /// What the token must be allowed on the guest.
    pub privileges: Vec<&'static str>,
    /// What high availability is asked for where it manages the guest, before and after: the task only queues that.
    /// `None` for what passes it by.
    pub ha: Option<(&'static str, String)>,
}

/// What `command` means for the guest as the step finds it.
fn effect(command: &Command, guest: &TwinGuest<'_>, target: &StepTarget) -> Effect {
    match command {
        Command::Start {} => power::effect_of_start(guest, target),
        Command::Shutdown { timeout_s } => power::effect_of_shutdown(guest, target, *timeout_s),
        Command::Stop {} => power::effect_of_stop(guest, target),
        Command::Reboot { timeout_s } => power::effect_of_reboot(guest, target, *timeout_s),
        Command::Reset {} => power::effect_of_reset(guest, target),
        Command::Suspend {} => power::effect_of_suspend(guest, target),
        Command::Resume {} => power::effect_of_resume(guest, target),
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
    }
}

/// The complete step for `command` on the guest as earlier steps leave it.
pub(crate) fn step(number: u16, command: Command, guest: &TwinGuest<'_>) -> Step {
    let target = StepTarget {
        kind: guest.facts.key.kind,
        vmid: guest.facts.key.vmid,
        name: guest.facts.name.clone(),
        node: guest.node.clone(),
        ha_managed: guest.facts.ha_managed,
    };
    let mut effect = effect(&command, guest, &target);
    if target.ha_managed
        && let Some((before, after)) = effect.ha
    {
        effect
            .changes
            .push(change("wish kept by HA", before, after));
        effect.undo.how = format!("{} HA carries that out as well.", effect.undo.how);
        effect.timeout_s += HA_EXTRA_S;
        effect.stop = StopClass::RunsToItsEnd;
    }
    let mut read_set = relied_on_by_all(guest);
    read_set.append(&mut effect.relies_on);
    let path = format!("/vms/{}", target.vmid);
    Step {
        number,
        action: effect.action,
        title: effect.title,
        call: CallPreview {
            method: effect.method.to_owned(),
            path: format!(
                "/nodes/{}/{}/{}/{}",
                target.node, target.kind, target.vmid, effect.path
            ),
            parameters: effect
                .parameters
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<BTreeMap<_, _>>(),
        },
        changes: effect.changes,
        read_set,
        post_checks: effect.proves,
        undo: effect.undo,
        class: effect.class,
        stop_class: effect.stop,
        max_attempts: effect.max_attempts,
        timeout_s: effect.timeout_s,
        privileges: effect
            .privileges
            .into_iter()
            .map(|name| Privilege {
                name: name.to_owned(),
                path: path.clone(),
            })
            .collect(),
        target,
        command,
    }
}

fn relied_on_by_all(guest: &TwinGuest<'_>) -> Vec<Expectation> {
    let facts = guest.facts;
    vec![
        expect(Field::Node {}, guest.node.to_string()),
        expect(Field::Status {}, guest.status.as_str()),
        expect(Field::Lock {}, NONE),
        expect(Field::Name {}, facts.name.clone()),
        expect(
            Field::Identity {},
            facts.identity.as_deref().unwrap_or(NONE),
        ),
        expect(Field::Template {}, NO),
        expect(Field::HaManaged {}, yes_no(facts.ha_managed)),
        expect(Field::Quorate {}, YES),
    ]
}

pub(super) fn expect(field: Field, value: impl Into<String>) -> Expectation {
    Expectation {
        field,
        value: value.into(),
    }
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

/// It can be taken back, like this.
pub(super) fn undone_by(how: impl Into<String>) -> Undo {
    Undo {
        possible: true,
        how: how.into(),
    }
}

/// It cannot be taken back, for this reason.
pub(super) fn final_because(how: impl Into<String>) -> Undo {
    Undo {
        possible: false,
        how: how.into(),
    }
}
