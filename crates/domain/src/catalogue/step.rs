//! From a command to the complete step: call, checks, class, timeouts, undo.
//!
//! Calls, parameter spellings, privileges and timeouts follow Proxmox VE 9's own API description; the
//! classes say what its lack of idempotency keys leaves possible.

use std::collections::BTreeMap;

use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;
use argus_types::plan::{
    CallPreview, Change, Command, Expectation, Field, MigrateMode, Privilege, Step, StepClass,
    StepTarget, StopClass, Undo,
};

use crate::catalogue::words;
use crate::twin::TwinGuest;
use crate::value::{ABSENT, NO, NONE, PRESENT, YES, yes_no};

/// On top of a step's own time where high availability carries it out: its manager looks about every ten
/// seconds, and the status follows later.
const HA_EXTRA_S: u32 = 120;

/// The guest as the step finds it.
fn target(guest: &TwinGuest<'_>) -> StepTarget {
    StepTarget {
        kind: guest.facts.key.kind,
        vmid: guest.facts.key.vmid,
        name: guest.facts.name.clone(),
        node: guest.node.clone(),
        ha_managed: guest.facts.ha_managed,
    }
}

/// The complete step for `command` on the guest as earlier steps leave it.
pub(crate) fn step(number: u16, command: Command, guest: &TwinGuest<'_>) -> Step {
    let target = target(guest);
    let (class, max_attempts) = class(&command);
    Step {
        number,
        action: action(&command),
        title: words::step_title(&command, &target),
        call: call(&command, &target),
        changes: changes(&command, guest),
        read_set: read_set(&command, guest),
        post_checks: post_checks(&command, guest),
        undo: undo(&command, &target),
        class,
        stop_class: stop_class(&command, &target),
        max_attempts,
        timeout_s: timeout_s(&command, &target),
        privileges: vec![Privilege {
            name: privilege(&command).to_owned(),
            path: format!("/vms/{}", target.vmid),
        }],
        target,
        command,
    }
}

fn action(command: &Command) -> ActionKind {
    match command {
        Command::Start {} => ActionKind::Start,
        Command::Shutdown { .. } => ActionKind::Shutdown,
        Command::Stop {} => ActionKind::Stop,
        Command::Reboot { .. } => ActionKind::Reboot,
        Command::Snapshot { .. } => ActionKind::Snapshot,
        Command::Migrate { .. } => ActionKind::Migrate,
    }
}

fn call(command: &Command, target: &StepTarget) -> CallPreview {
    let (verb, parameters) = match command {
        Command::Start {} => ("status/start", vec![]),
        Command::Shutdown { timeout_s } => {
            ("status/shutdown", vec![("timeout", timeout_s.to_string())])
        }
        Command::Stop {} => ("status/stop", vec![]),
        Command::Reboot { timeout_s } => {
            ("status/reboot", vec![("timeout", timeout_s.to_string())])
        }
        Command::Snapshot {
            name,
            description,
            include_memory,
        } => {
            let mut parameters = vec![
                ("snapname", name.to_string()),
                ("description", description.clone()),
            ];
            // Containers do not know this parameter and refuse what they do not know.
            if *include_memory {
                parameters.push(("vmstate", "1".to_owned()));
            }
            ("snapshot", parameters)
        }
        Command::Migrate { to, mode } => {
            let mut parameters = vec![("target", to.to_string())];
            match mode {
                MigrateMode::Online => parameters.push(("online", "1".to_owned())),
                MigrateMode::Restart => parameters.push(("restart", "1".to_owned())),
                MigrateMode::Offline => {}
            }
            ("migrate", parameters)
        }
    };
    CallPreview {
        method: "POST".to_owned(),
        path: format!(
            "/nodes/{}/{}/{}/{verb}",
            target.node, target.kind, target.vmid
        ),
        parameters: parameters
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<BTreeMap<_, _>>(),
    }
}

fn expect(field: Field, value: impl Into<String>) -> Expectation {
    Expectation {
        field,
        value: value.into(),
    }
}

fn read_set(command: &Command, guest: &TwinGuest<'_>) -> Vec<Expectation> {
    let facts = guest.facts;
    let mut wishes = vec![
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
    ];
    match command {
        Command::Snapshot { name, .. } => {
            wishes.push(expect(Field::Snapshot { name: name.clone() }, ABSENT));
            wishes.push(expect(Field::SnapshotSupported {}, YES));
        }
        Command::Migrate { to, .. } => {
            wishes.push(expect(Field::NodeOnline { node: to.clone() }, YES));
            wishes.push(expect(Field::MigrateAllowed { to: to.clone() }, YES));
        }
        Command::Start {}
        | Command::Shutdown { .. }
        | Command::Stop {}
        | Command::Reboot { .. } => {}
    }
    wishes
}

fn post_checks(command: &Command, guest: &TwinGuest<'_>) -> Vec<Expectation> {
    match command {
        Command::Start {} => vec![expect(Field::Status {}, GuestStatus::Running.as_str())],
        Command::Shutdown { .. } | Command::Stop {} => {
            vec![expect(Field::Status {}, GuestStatus::Stopped.as_str())]
        }
        Command::Reboot { .. } => vec![
            expect(Field::Status {}, GuestStatus::Running.as_str()),
            expect(Field::Restarted {}, YES),
        ],
        Command::Snapshot { name, .. } => vec![
            expect(Field::Snapshot { name: name.clone() }, PRESENT),
            expect(Field::Lock {}, NONE),
        ],
        Command::Migrate { to, .. } => vec![
            expect(Field::Node {}, to.to_string()),
            expect(Field::Status {}, guest.status.as_str()),
            expect(Field::Lock {}, NONE),
        ],
    }
}

fn change(field: impl Into<String>, before: impl Into<String>, after: impl Into<String>) -> Change {
    Change {
        field: field.into(),
        before: before.into(),
        after: after.into(),
    }
}

fn changes(command: &Command, guest: &TwinGuest<'_>) -> Vec<Change> {
    let before = guest.status.as_str();
    let mut changes = match command {
        Command::Start {} => vec![change("status", before, "running")],
        Command::Shutdown { .. } | Command::Stop {} => vec![change("status", before, "stopped")],
        Command::Reboot { .. } => vec![change("status", before, "down for a moment, then running")],
        Command::Snapshot {
            name,
            include_memory,
            ..
        } => {
            let mut changes = vec![change(format!("snapshot {name}"), ABSENT, PRESENT)];
            if *include_memory {
                changes.push(change(
                    "memory",
                    "not kept",
                    "kept; the VM pauses while it is written",
                ));
            }
            changes
        }
        Command::Migrate { to, mode } => {
            let mut changes = vec![change("node", guest.node.to_string(), to.to_string())];
            if *mode == MigrateMode::Restart {
                changes.push(change(
                    "status",
                    before,
                    "down while it moves, then running",
                ));
            }
            changes
        }
    };
    if guest.facts.ha_managed
        && let Some((from, to)) = ha_request(command)
    {
        changes.push(change("wish kept by HA", from, to));
    }
    changes
}

/// What high availability is asked for: the task only queues it. Reboot and snapshot pass it by.
fn ha_request(command: &Command) -> Option<(&'static str, String)> {
    match command {
        Command::Start {} => Some(("stopped", "started; HA carries it out".to_owned())),
        Command::Shutdown { .. } | Command::Stop {} => {
            Some(("started", "stopped; HA carries it out".to_owned()))
        }
        Command::Migrate { to, .. } => {
            Some(("as it is", format!("move to {to}; HA carries it out")))
        }
        Command::Reboot { .. } | Command::Snapshot { .. } => None,
    }
}

fn undo(command: &Command, target: &StepTarget) -> Undo {
    let (possible, how) = match command {
        Command::Start {} => (true, "Shut it down again.".to_owned()),
        Command::Shutdown { .. } => (true, "Start it again.".to_owned()),
        Command::Stop {} => (
            false,
            "It can be started again; what it had not saved is gone.".to_owned(),
        ),
        Command::Reboot { .. } => (false, "A reboot cannot be taken back.".to_owned()),
        Command::Snapshot { name, .. } => (true, format!("Delete the snapshot {name} in Proxmox.")),
        Command::Migrate { mode, .. } => {
            let again = if *mode == MigrateMode::Restart {
                ", which restarts it once more"
            } else {
                ""
            };
            (true, format!("Migrate it back to {}{again}.", target.node))
        }
    };
    let how = if target.ha_managed && ha_request(command).is_some() {
        format!("{how} HA carries that out as well.")
    } else {
        how
    };
    Undo { possible, how }
}

/// The class, and how often the step may be tried. A step that is unsafe to repeat has attempts as well:
/// they are spent only where the request provably never left or was refused at once, see `execution`.
fn class(command: &Command) -> (StepClass, u8) {
    match command {
        Command::Start {} | Command::Shutdown { .. } | Command::Stop {} => {
            (StepClass::Idempotent, 3)
        }
        Command::Snapshot { .. } => (StepClass::NaturalKey, 2),
        Command::Reboot { .. } | Command::Migrate { .. } => (StepClass::UnsafeToRepeat, 3),
    }
}

fn stop_class(command: &Command, target: &StepTarget) -> StopClass {
    match command {
        Command::Start {} | Command::Stop {} if !target.ha_managed => StopClass::Instant,
        _ => StopClass::RunsToItsEnd,
    }
}

fn timeout_s(command: &Command, target: &StepTarget) -> u32 {
    let own = match (command, target.kind) {
        // Proxmox gives a VM a second a GiB of memory, at least 30; this covers 270 GiB. Not taken from the
        // VM's memory: the plan must not change when that does.
        (Command::Start {}, GuestKind::Qemu) => 300,
        (Command::Start {}, GuestKind::Lxc) | (Command::Stop {}, _) => 60,
        (Command::Shutdown { timeout_s }, _) => u32::from(*timeout_s) + 30,
        // The task ends when the guest is down; it still has to come up.
        (Command::Reboot { timeout_s }, _) => u32::from(*timeout_s) + 60,
        (Command::Snapshot { include_memory, .. }, _) => {
            if *include_memory {
                900
            } else {
                120
            }
        }
        (Command::Migrate { .. }, GuestKind::Qemu) => 3600,
        (Command::Migrate { .. }, GuestKind::Lxc) => 1800,
    };
    if target.ha_managed && ha_request(command).is_some() {
        own + HA_EXTRA_S
    } else {
        own
    }
}

fn privilege(command: &Command) -> &'static str {
    match command {
        Command::Start {}
        | Command::Shutdown { .. }
        | Command::Stop {}
        | Command::Reboot { .. } => "VM.PowerMgmt",
        Command::Snapshot { .. } => "VM.Snapshot",
        Command::Migrate { .. } => "VM.Migrate",
    }
}
