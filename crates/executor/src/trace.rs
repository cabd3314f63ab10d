//! What a step leaves in Proxmox's list of tasks: how a lost answer is found again.

use argus_types::id::{GuestKind, NodeName};
use argus_types::plan::{Command, GuestTarget, Step, StepTarget};

/// The tasks that a step's request may have started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace<'a> {
    types: Vec<&'static str>,
    id: Id,
    nodes: Vec<&'a NodeName>,
}

/// What a task's id field says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Id {
    /// A guest's number.
    Vmid(u32),
    /// This very text.
    Text(String),
    /// A storage, perhaps behind a guest's number and an `@`.
    Storage(String),
}

impl<'a> Trace<'a> {
    /// What `step` leaves; `None` where Proxmox carries it out without a task.
    pub(crate) fn of(step: &'a Step) -> Option<Self> {
        let mut nodes = vec![step.target.node()];
        if let Command::Migrate { to, .. } = &step.command {
            nodes.push(to);
        }
        let (types, id) = match &step.target {
            StepTarget::Guest(guest) => {
                (of_guest(&step.command, guest)?, Id::Vmid(guest.vmid.get()))
            }
            StepTarget::Node(_) => of_node(&step.command)?,
            StepTarget::Volume(target) => match &step.command {
                Command::Restore { kind, vmid, .. } => (
                    vec![own(*kind, "qmrestore", "vzrestore")],
                    Id::Vmid(vmid.get()),
                ),
                Command::DeleteVolume {} => (
                    vec!["imgdel"],
                    Id::Storage(target.volume.storage().to_string()),
                ),
                _ => return None,
            },
        };
        Some(Self { types, id, nodes })
    }

    /// The number that Proxmox can filter by.
    pub(crate) fn vmid(&self) -> Option<u32> {
        match self.id {
            Id::Vmid(vmid) => Some(vmid),
            Id::Text(_) | Id::Storage(_) => None,
        }
    }

    /// Where its worker can be.
    pub(crate) fn nodes(&self) -> &[&'a NodeName] {
        &self.nodes
    }

    /// Whether a task of this type and id can be its.
    pub(crate) fn is_left_by(&self, type_: &str, id: &str) -> bool {
        self.types.contains(&type_)
            && match &self.id {
                Id::Vmid(vmid) => id == vmid.to_string(),
                Id::Text(text) => id == text,
                Id::Storage(storage) => {
                    id == storage || id.rsplit_once('@').is_some_and(|(_, at)| at == storage)
                }
            }
    }
}

fn own(kind: GuestKind, qemu: &'static str, lxc: &'static str) -> &'static str {
    match kind {
        GuestKind::Qemu => qemu,
        GuestKind::Lxc => lxc,
    }
}

/// The types that Proxmox gives the task: with HA the wish is only queued, under another type.
fn of_guest(command: &Command, guest: &GuestTarget) -> Option<Vec<&'static str>> {
    let own = |qemu, lxc| own(guest.kind, qemu, lxc);
    Some(match command {
        Command::Start {} => vec![own("qmstart", "vzstart"), "hastart"],
        Command::Stop {} => vec![own("qmstop", "vzstop"), "hastop"],
        Command::Shutdown { .. } => vec![own("qmshutdown", "vzshutdown"), "hastop"],
        Command::Reboot { .. } => vec![own("qmreboot", "vzreboot")],
        Command::Reset {} => vec!["qmreset"],
        // On disk or in memory, the request decides.
        Command::Suspend {} => vec![own("qmpause", "vzsuspend")],
        Command::Hibernate {} => vec!["qmsuspend"],
        Command::Resume {} => vec![own("qmresume", "vzresume")],
        Command::Snapshot { .. } => vec![own("qmsnapshot", "vzsnapshot")],
        Command::DeleteSnapshot { .. } => vec![own("qmdelsnapshot", "vzdelsnapshot")],
        Command::Rollback { .. } => vec![own("qmrollback", "vzrollback")],
        Command::Migrate { .. } => vec![own("qmigrate", "vzmigrate"), "hamigrate"],
        Command::Clone { .. } => vec![own("qmclone", "vzclone")],
        Command::ResizeDisk { .. } => vec!["resize"],
        Command::MoveDisk { .. } => vec![own("qmmove", "move_volume")],
        Command::MakeTemplate {} if guest.kind == GuestKind::Qemu => vec!["qmtemplate"],
        Command::Destroy { .. } => vec![own("qmdestroy", "vzdestroy")],
        Command::Backup { .. } => vec!["vzdump"],
        _ => return None,
    })
}

fn of_node(command: &Command) -> Option<(Vec<&'static str>, Id)> {
    Some(match command {
        Command::RestartService { service } => {
            (vec!["srvrestart"], Id::Text(service.as_str().to_owned()))
        }
        Command::ReloadService { service } => {
            (vec!["srvreload"], Id::Text(service.as_str().to_owned()))
        }
        Command::RefreshPackages {} => (vec!["aptupdate"], Id::Text(String::new())),
        _ => return None,
    })
}
