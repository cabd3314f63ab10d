//! What a step sends: the only file in Argus that names `argus_proxmox::write`.
//!
//! A request goes out only where it is, part by part, the one that was reviewed.

use argus_proxmox::write::{self, Carried, Write};
use argus_proxmox::{Client, HaSid, PlainCall, Upid, VolumeId, read};
use argus_types::action::{BackupMode, HaState};
use argus_types::plan::{CallPreview, Command, GuestTarget, MigrateMode, Step, StepTarget};

use crate::hypervisor::send_error;
use crate::ports::{Refusal, SendError, Sent};
use crate::sight;

/// A request, by how Proxmox answers it.
enum Request {
    /// With a task.
    Task(Write<Upid>),
    /// When it is done.
    AtOnce(Write<()>),
    /// In either way.
    Either(Write<Carried>),
    /// With a task, or that there was nothing to back up.
    Backup(Write<write::BackupStart>),
    /// That a move is queued.
    Moving(Write<write::HaMove>),
    /// With the address that was called.
    Woken(Write<String>),
    /// With what was given back.
    Trimmed(Write<write::Trim>),
    /// With what a guest says of itself.
    Asked(read::Read<read::OsInfo>),
}

/// Sends the step's request, once.
pub(crate) async fn send(client: &Client, step: &Step) -> Result<Sent, SendError> {
    let request = request(step)?;
    if !is_as_reviewed(request.plain(), &step.call) {
        return Err(refused(
            "the request would not be the one that was reviewed; nothing was sent",
        ));
    }
    let done = |told| Sent::Done { told };
    let sent = match request {
        Request::Task(write) => client
            .write(write)
            .await
            .map(|upid| Sent::Task(upid.to_string())),
        Request::AtOnce(write) => client.write(write).await.map(|()| done(Vec::new())),
        Request::Either(write) => client.write(write).await.map(|carried| match carried {
            Carried::ByTask(upid) => Sent::Task(upid.to_string()),
            Carried::AtOnce => done(Vec::new()),
        }),
        Request::Backup(write) => match client.write(write).await {
            Ok(write::BackupStart::Started(upid)) => Ok(Sent::Task(upid.to_string())),
            Ok(write::BackupStart::NothingDone) => {
                return Err(refused(
                    "the guest is not on this node, so no backup was made",
                ));
            }
            Err(error) => Err(error),
        },
        Request::Moving(write) => client.write(write).await.map(|_| done(Vec::new())),
        Request::Woken(write) => {
            let woken = client.write(write).await;
            woken.map(|address| done(vec![format!("called {address}")]))
        }
        Request::Trimmed(write) => client.write(write).await.map(|trim| done(trimmed(&trim))),
        Request::Asked(read) => client.read(read).await.map(|info| done(told(&info))),
    };
    sent.map_err(|error| send_error(&error))
}

fn refused(message: &str) -> SendError {
    SendError::Refused {
        refusal: Refusal::Final,
        message: message.to_owned(),
    }
}

impl Request {
    fn plain(&self) -> &PlainCall {
        match self {
            Self::Task(write) => write.plain(),
            Self::AtOnce(write) => write.plain(),
            Self::Either(write) => write.plain(),
            Self::Backup(write) => write.plain(),
            Self::Moving(write) => write.plain(),
            Self::Woken(write) => write.plain(),
            Self::Trimmed(write) => write.plain(),
            Self::Asked(read) => read.plain(),
        }
    }
}

/// The request that the step would send, for whoever wants to compare it with the review.
pub fn plain_call(step: &Step) -> Result<PlainCall, SendError> {
    Ok(request(step)?.plain().clone())
}

/// Whether nothing is in the one that is not in the other.
pub fn is_as_reviewed(sent: &PlainCall, reviewed: &CallPreview) -> bool {
    sent.method.as_str() == reviewed.method
        && sent.path.trim_start_matches('/') == reviewed.path.trim_start_matches('/')
        && sent.parameters.len() == reviewed.parameters.len()
        && sent
            .parameters
            .iter()
            .all(|(name, value)| reviewed.parameters.get(name) == Some(value))
}

/// The one request that a step is.
fn request(step: &Step) -> Result<Request, SendError> {
    match &step.target {
        StepTarget::Guest(target) => of_guest(step, target),
        StepTarget::Node(target) => of_node(&step.command, target.node.as_str()),
        StepTarget::Volume(target) => {
            let volume: VolumeId = target
                .volume
                .as_str()
                .parse()
                .map_err(|_| refused("the plan names a volume that Proxmox cannot have"))?;
            of_volume(&step.command, target.node.as_str(), volume)
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one arm a command")]
fn of_guest(step: &Step, target: &GuestTarget) -> Result<Request, SendError> {
    let guest = sight::reference(target.key(), &target.node);
    let sid = HaSid::from(&guest);
    let vmid = target.vmid.get();
    Ok(match &step.command {
        Command::Start {} => Request::Task(write::start(&guest)),
        Command::Stop {} => Request::Task(write::stop(&guest)),
        Command::Shutdown { timeout_s } => {
            let timeout = Some(u32::from(*timeout_s));
            Request::Task(write::shutdown(&guest, write::Shutdown { timeout }))
        }
        Command::Reboot { timeout_s } => {
            let timeout = Some(u32::from(*timeout_s));
            Request::Task(write::reboot(&guest, write::Reboot { timeout }))
        }
        Command::Reset {} => Request::Task(write::reset(&guest)),
        Command::Suspend {} => Request::Task(write::suspend(&guest)),
        Command::Resume {} => Request::Task(write::resume(&guest)),
        Command::Hibernate {} => Request::Task(write::suspend_to_disk(&guest, None)),
        Command::Snapshot {
            name,
            description,
            include_memory,
        } => Request::Task(write::snapshot_create(
            &guest,
            &write::SnapshotCreate {
                name: name.to_string(),
                description: Some(description.clone()).filter(|text| !text.is_empty()),
                vmstate: *include_memory,
            },
        )),
        Command::DeleteSnapshot { name } => {
            Request::Task(write::snapshot_delete(&guest, name.as_str()))
        }
        Command::Rollback { name, start } => {
            Request::Task(write::snapshot_rollback(&guest, name.as_str(), *start))
        }
        // What the reviewer saw is what is sent: the plan's own parameters, the digest among them.
        Command::SetConfig { digest, .. } => {
            let parameters = step.call.parameters.iter();
            let options = parameters
                .filter(|(name, _)| *name != "digest")
                .map(|(name, value)| (name.as_str(), value.as_str()));
            Request::AtOnce(write::config_set(&guest, options, digest.as_deref()))
        }
        Command::Migrate { to, mode } => Request::Task(write::migrate(
            &guest,
            &write::Migrate {
                target: to.to_string(),
                mode: match mode {
                    MigrateMode::Offline => write::MigrateMode::Offline,
                    MigrateMode::Online | MigrateMode::Restart => write::MigrateMode::Running,
                },
            },
        )),
        Command::Clone {
            vmid,
            name,
            full,
            storage,
        } => Request::Task(write::clone_guest(
            &guest,
            &write::CloneGuest {
                newid: vmid.get(),
                full: *full,
                name: Some(name.to_string()),
                target: None,
                storage: storage.as_ref().map(ToString::to_string),
                format: None,
                pool: None,
                snapshot: None,
            },
        )),
        Command::ResizeDisk {
            disk,
            size_gib,
            digest,
        } => Request::Task(write::resize(
            &guest,
            &write::Resize {
                disk: disk.to_string(),
                size: u64::from(*size_gib) << 30,
                digest: digest.clone(),
            },
        )),
        Command::MoveDisk {
            disk,
            storage,
            digest,
        } => Request::Task(write::move_disk(
            &guest,
            &write::MoveDisk {
                disk: disk.to_string(),
                storage: storage.to_string(),
                delete: true,
                format: None,
                digest: digest.clone(),
            },
        )),
        Command::MakeTemplate {} => Request::Either(write::template(&guest)),
        Command::Destroy { purge } => Request::Task(write::destroy(
            &guest,
            write::Destroy {
                purge: *purge,
                unreferenced_disks: false,
            },
        )),
        Command::Backup {
            storage,
            mode,
            protect,
            note,
        } => Request::Backup(write::backup(
            &guest,
            &write::Backup {
                storage: storage.to_string(),
                mode: match mode {
                    BackupMode::Snapshot => write::BackupMode::Snapshot,
                    BackupMode::Suspend => write::BackupMode::Suspend,
                    BackupMode::Stop => write::BackupMode::Stop,
                },
                compression: Some(write::Compression::Zstd),
                notes_template: Some(note.clone()),
                protected: *protect,
            },
        )),
        Command::HaAdd { state } => Request::AtOnce(write::ha_add(
            sid,
            &write::HaAdd {
                state: Some(ha_state(*state)),
                ..write::HaAdd::default()
            },
        )),
        Command::HaSet { state } => Request::AtOnce(write::ha_set(
            sid,
            &write::HaSet {
                state: Some(ha_state(*state)),
                ..write::HaSet::default()
            },
        )),
        Command::HaRemove {} => Request::AtOnce(write::ha_remove(sid)),
        Command::HaMove {
            to,
            relocate: false,
        } => Request::Moving(write::ha_migrate(sid, to.as_str())),
        Command::HaMove { to, relocate: true } => {
            Request::Moving(write::ha_relocate(sid, to.as_str()))
        }
        Command::Replicate { job } => Request::AtOnce(write::replication_schedule_now(
            target.node.as_str(),
            &format!("{vmid}-{job}"),
        )),
        Command::PoolAdd { pool } => Request::AtOnce(write::pool_add(pool.as_str(), vmid, false)),
        Command::PoolRemove { pool } => Request::AtOnce(write::pool_remove(pool.as_str(), vmid)),
        Command::AgentPing {} => Request::AtOnce(write::agent_ping(&guest)),
        Command::AgentInfo {} => Request::Asked(read::agent_osinfo(&guest)),
        Command::AgentTrim {} => Request::Trimmed(write::agent_fstrim(&guest)),
        _ => return Err(refused("the plan asks a guest for what no guest can do")),
    })
}

fn ha_state(state: HaState) -> write::HaState {
    match state {
        HaState::Started => write::HaState::Started,
        HaState::Stopped => write::HaState::Stopped,
        HaState::Disabled => write::HaState::Disabled,
        HaState::Ignored => write::HaState::Ignored,
    }
}

fn of_node(command: &Command, node: &str) -> Result<Request, SendError> {
    Ok(match command {
        Command::RebootNode {} => Request::AtOnce(write::node_reboot(node)),
        Command::ShutdownNode {} => Request::AtOnce(write::node_shutdown(node)),
        Command::WakeNode {} => Request::Woken(write::wake_on_lan(node)),
        Command::RestartService { service } => {
            Request::Task(write::service_restart(node, service.as_str()))
        }
        Command::ReloadService { service } => {
            Request::Task(write::service_reload(node, service.as_str()))
        }
        Command::RefreshPackages {} => Request::Task(write::apt_refresh(node)),
        _ => return Err(refused("the plan asks a node for what no node can do")),
    })
}

fn of_volume(command: &Command, node: &str, volume: VolumeId) -> Result<Request, SendError> {
    Ok(match command {
        Command::Restore {
            kind,
            vmid,
            storage,
            start,
        } => Request::Task(write::restore(
            node,
            sight::kind(*kind),
            &write::Restore {
                vmid: vmid.get(),
                archive: volume,
                storage: storage.as_ref().map(ToString::to_string),
                unique: true,
                start: *start,
            },
        )),
        Command::ProtectBackup { protect } => {
            Request::AtOnce(write::volume_protect(node, &volume, *protect))
        }
        Command::DeleteVolume {} => Request::Either(write::volume_delete(node, &volume)),
        _ => return Err(refused("the plan asks a volume for what no volume can do")),
    })
}

/// What a guest says of itself, in lines.
fn told(info: &read::OsInfo) -> Vec<String> {
    [
        ("system", &info.pretty_name),
        ("kernel", &info.kernel_release),
        ("architecture", &info.machine),
    ]
    .into_iter()
    .filter_map(|(what, value)| Some(format!("{what}: {}", value.as_ref()?)))
    .collect()
}

fn trimmed(trim: &write::Trim) -> Vec<String> {
    let paths = trim.paths.iter().map(|one| {
        let path = one.path.as_deref().unwrap_or("?");
        match one.trimmed {
            Some(bytes) => format!("{path}: {bytes} bytes given back"),
            None => format!("{path}: not trimmed"),
        }
    });
    paths.collect()
}
