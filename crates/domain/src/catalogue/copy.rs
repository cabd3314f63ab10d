//! Copies of whole guests: clones and templates.

use argus_types::action::{Action, ActionKind, Target};
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, GuestName, StorageName, Vmid};
use argus_types::plan::{Command, Field, GuestTarget, Lock, StepClass, StopClass};

use super::decide::Setting;
use super::effect::{
    Effect, at_least, change, expect, final_because, on, on_guest, on_plugs, own, undone_by,
};
use super::guard::{
    Refusal, refuse, require_free_vmid, require_known, require_room, require_storage,
};
use super::words::{guest_label, named};
use crate::facts::{GIB, GuestFacts};
use crate::value::{ABSENT, FREE, NO, NONE, YES};

pub(super) fn clone(
    guest: &GuestFacts,
    setting: Setting<'_>,
    new_vmid: Option<Vmid>,
    name: Option<&GuestName>,
    storage: Option<&StorageName>,
) -> Result<Command, Refusal> {
    let label = guest_label(guest);
    if guest.key.kind == GuestKind::Lxc {
        let may = [GuestStatus::Stopped];
        let instead = "shut it down first, or restore a backup of it as another container";
        require_known(guest, &may, "be cloned", instead)?;
    }
    // Copies of a template share what does not change, where their disks stay beside its own.
    let full = !guest.template || storage.is_some();
    if let Some(storage) = storage {
        let facts = require_storage(setting, &guest.node, storage, content(guest.key.kind))?;
        if let Some(bytes) = guest.disk_bytes() {
            require_room(facts, storage, bytes)?;
        }
    }
    let vmid = require_free_vmid(setting, new_vmid, "/new_vmid")?;
    let name = match name {
        Some(name) => name.clone(),
        None => format!("{}-{vmid}", guest.name).parse().or_else(|_| {
            refuse(
                "/name",
                format!("no name for the copy can be made out of {label}'s; say one"),
            )
        })?,
    };
    Ok(Command::Clone {
        vmid,
        name,
        full,
        storage: storage.cloned(),
    })
}

/// What a storage must take for the guest's disks.
pub(super) fn content(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "images",
        GuestKind::Lxc => "rootdir",
    }
}

pub(super) fn make_template(guest: &GuestFacts) -> Result<Command, Refusal> {
    let may = [GuestStatus::Stopped];
    require_known(guest, &may, "become a template", "shut it down first")?;
    let label = guest_label(guest);
    if !guest.snapshots.is_empty() {
        return refuse(
            "/target",
            format!("{label} has snapshots, and a template has none; delete them first"),
        );
    }
    if guest.ha_managed {
        return refuse(
            "/target",
            format!(
                "{label} is managed by HA, which cannot run a template; take it out of HA first"
            ),
        );
    }
    Ok(Command::MakeTemplate {})
}

pub(super) fn effect_of_clone(
    command: &Command,
    guest: &GuestFacts,
    target: &GuestTarget,
) -> Effect {
    let Command::Clone {
        vmid,
        name,
        full,
        storage,
    } = command
    else {
        return Effect::blank();
    };
    let mut parameters = vec![("newid", vmid.to_string())];
    parameters.push(match target.kind {
        GuestKind::Qemu => ("name", name.to_string()),
        GuestKind::Lxc => ("hostname", name.to_string()),
    });
    parameters.push(("full", if *full { "1" } else { "0" }.to_owned()));
    parameters.extend(
        storage
            .as_ref()
            .map(|storage| ("storage", storage.to_string())),
    );
    let mut relies_on = vec![expect(Field::VmidHolder { vmid: *vmid }, FREE)];
    let mut privileges = on_guest(target, &["VM.Clone"]);
    privileges.extend(on(format!("/vms/{vmid}"), &["VM.Allocate"]));
    let goes_to = match storage {
        Some(storage) => vec![storage],
        None => guest.storages().into_iter().collect(),
    };
    for storage in goes_to {
        privileges.extend(on(
            format!("/storage/{storage}"),
            &["Datastore.AllocateSpace"],
        ));
    }
    privileges.extend(on_plugs(
        guest.config.iter().flat_map(|config| &config.plugs),
    ));
    if let Some(storage) = storage {
        let (storage, node) = (storage.clone(), target.node.clone());
        relies_on.push(expect(
            Field::StorageActive {
                storage: storage.clone(),
                node: node.clone(),
            },
            YES,
        ));
        if let Some(bytes) = guest.disk_bytes().filter(|_| *full) {
            relies_on.push(at_least(
                Field::StorageFree { storage, node },
                bytes.div_ceil(GIB),
            ));
        }
    }
    let how = if *full {
        ""
    } else {
        ", sharing unchanged data"
    };
    Effect {
        action: ActionKind::Clone,
        title: format!(
            "Clone {} as {name} ({} {vmid}){how}",
            named(target),
            target.kind
        ),
        path: own(target, "clone"),
        parameters,
        changes: vec![change(format!("guest {vmid}"), ABSENT, name.to_string())],
        relies_on,
        proves: vec![
            expect(Field::VmidHolder { vmid: *vmid }, target.kind.as_str()),
            expect(Field::VmidName { vmid: *vmid }, name.to_string()),
            expect(Field::Lock {}, NONE),
        ],
        undo: undone_by(
            Action::Destroy {
                target: Target {
                    kind: target.kind,
                    vmid: *vmid,
                    node: None,
                },
                purge: false,
            },
            format!("Destroy the copy {vmid}."),
        ),
        class: StepClass::NaturalKey,
        max_attempts: 2,
        stop: StopClass::SafePoint,
        timeout_s: 7200,
        locks: vec![Lock::Guest {
            kind: target.kind,
            vmid: *vmid,
        }],
        privileges,
        ..Effect::blank()
    }
}

pub(super) fn effect_of_template(target: &GuestTarget) -> Effect {
    Effect {
        action: ActionKind::MakeTemplate,
        title: format!("Turn {} into a template", named(target)),
        path: own(target, "template"),
        changes: vec![change("template", NO, YES)],
        relies_on: vec![expect(Field::Snapshots {}, NONE)],
        proves: vec![
            expect(Field::Template {}, YES),
            expect(Field::Lock {}, NONE),
        ],
        undo: final_because("Proxmox turns no template back into a guest; a clone of it is one."),
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 300,
        privileges: on_guest(target, &["VM.Allocate"]),
        ..Effect::blank()
    }
}
