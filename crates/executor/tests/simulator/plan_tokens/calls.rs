//! Every call that changes something: what each entry of the catalogue sends, what the client can send beside it, and
//! what a token could be misused for that no client of ours sends.

use std::fmt;

use argus_types::action::ActionKind;

/// What a call is about. All of it exists in the lab, so that nothing but a missing right stands in its way.
#[derive(Debug, Clone)]
pub struct Place {
    pub node: String,
    /// `qemu` or `lxc`.
    pub kind: String,
    pub vmid: u32,
    pub storage: String,
    /// A backup on that storage.
    pub backup: String,
    pub pool: String,
    /// A number that no guest has.
    pub new_vmid: u32,
}

/// A call beside those of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// The client can, no entry of the catalogue does.
    VolumeNotes,
    /// The same.
    StartService,
    /// Overwrites the guest by an archive: nothing of ours can send `force`.
    RestoreOver,
    /// Gives somebody a right on the guest.
    GrantGuest,
    /// The same on the storage.
    GrantStorage,
    /// The same on the pool.
    GrantPool,
    /// The same on the node.
    GrantNode,
    /// The same on everything.
    GrantAll,
    /// Makes another token.
    MakeToken,
    /// Removes another token.
    RemoveToken,
}

impl Other {
    pub const ALL: [Self; 10] = [
        Self::VolumeNotes,
        Self::StartService,
        Self::RestoreOver,
        Self::GrantGuest,
        Self::GrantStorage,
        Self::GrantPool,
        Self::GrantNode,
        Self::GrantAll,
        Self::MakeToken,
        Self::RemoveToken,
    ];
}

/// Which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    Of(ActionKind),
    Other(Other),
}

impl Which {
    pub fn all() -> impl Iterator<Item = Self> {
        let entries = ActionKind::ALL.into_iter().map(Self::Of);
        entries.chain(Other::ALL.into_iter().map(Self::Other))
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(kind) => write!(f, "{kind}"),
            Self::Other(other) => write!(f, "{other:?}"),
        }
    }
}

/// Method, path and parameters.
pub type Call = (&'static str, String, Vec<(String, String)>);

fn call(method: &'static str, path: String, parameters: &[(&str, &str)]) -> Call {
    let parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    (method, path, parameters.collect())
}

/// Gives a token the role of one privilege on a path.
fn give(own: &str, path: &str, privilege: &str) -> Call {
    let role = format!("Argus-{privilege}");
    let given = [
        ("path", path),
        ("tokens", own),
        ("roles", &role),
        ("propagate", "0"),
    ];
    call("PUT", "/access/acl".to_owned(), &given)
}

/// The call, put at this place. A catalogue with an entry that has none cannot be built.
#[expect(clippy::too_many_lines, reason = "one arm a call")]
pub fn at(which: Which, place: &Place, own: &str) -> Call {
    let (vmid, new_vmid) = (place.vmid.to_string(), place.new_vmid.to_string());
    let (vmid, new_vmid) = (vmid.as_str(), new_vmid.as_str());
    let (node, kind) = (place.node.as_str(), place.kind.as_str());
    let (storage, backup) = (place.storage.as_str(), place.backup.as_str());
    let pool = place.pool.as_str();
    let guest = |tail: &str| format!("/nodes/{node}/{kind}/{vmid}{tail}");
    let host = |tail: &str| format!("/nodes/{node}{tail}");
    let volume = || format!("/nodes/{node}/storage/{storage}/content/{backup}");
    let is_vm = kind == "qemu";
    let (disk, moving) = if is_vm {
        ("scsi0", "/move_disk")
    } else {
        ("rootfs", "/move_volume")
    };
    let sid = format!("{}:{vmid}", if is_vm { "vm" } else { "ct" });
    let target = if node == "pve2" { "pve1" } else { "pve2" };
    let kind_of = match which {
        Which::Of(kind) => kind,
        Which::Other(other) => {
            return match other {
                Other::VolumeNotes => call("PUT", volume(), &[("notes", "x")]),
                Other::StartService => call("POST", host("/services/chrony/start"), &[]),
                Other::RestoreOver => {
                    let archive = if is_vm { "archive" } else { "ostemplate" };
                    let mut given = vec![("vmid", vmid), (archive, backup), ("force", "1")];
                    if !is_vm {
                        given.push(("restore", "1"));
                    }
                    call("POST", host(&format!("/{kind}")), &given)
                }
                Other::GrantGuest => give(own, &format!("/vms/{vmid}"), "VM.Allocate"),
                Other::GrantStorage => {
                    give(own, &format!("/storage/{storage}"), "Datastore.Allocate")
                }
                Other::GrantPool => give(own, &format!("/pool/{pool}"), "Pool.Allocate"),
                Other::GrantNode => give(own, &format!("/nodes/{node}"), "Sys.PowerMgmt"),
                Other::GrantAll => give(own, "/", "Sys.Console"),
                Other::MakeToken => {
                    let path = "/access/users/argus@pve/token/another".to_owned();
                    call("POST", path, &[("privsep", "0")])
                }
                Other::RemoveToken => call(
                    "DELETE",
                    "/access/users/argus@pve/token/ops".to_owned(),
                    &[],
                ),
            };
        }
    };
    match kind_of {
        ActionKind::Start => call("POST", guest("/status/start"), &[]),
        ActionKind::Shutdown => call("POST", guest("/status/shutdown"), &[]),
        ActionKind::Stop => call("POST", guest("/status/stop"), &[]),
        ActionKind::Reboot => call("POST", guest("/status/reboot"), &[]),
        ActionKind::Reset => call("POST", guest("/status/reset"), &[]),
        ActionKind::Suspend => call("POST", guest("/status/suspend"), &[]),
        ActionKind::Resume => call("POST", guest("/status/resume"), &[]),
        ActionKind::Hibernate => call("POST", guest("/status/suspend"), &[("todisk", "1")]),
        ActionKind::Migrate | ActionKind::Drain => {
            let online = if is_vm { "online" } else { "restart" };
            call(
                "POST",
                guest("/migrate"),
                &[("target", target), (online, "1")],
            )
        }
        ActionKind::Snapshot => call("POST", guest("/snapshot"), &[("snapname", "another")]),
        ActionKind::DeleteSnapshot => call("DELETE", guest("/snapshot/before"), &[]),
        ActionKind::Rollback => call("POST", guest("/snapshot/before/rollback"), &[]),
        ActionKind::Clone => call("POST", guest("/clone"), &[("newid", new_vmid)]),
        ActionKind::SetConfig => call("PUT", guest("/config"), &[("cores", "1")]),
        ActionKind::ResizeDisk => {
            call("PUT", guest("/resize"), &[("disk", disk), ("size", "900G")])
        }
        ActionKind::MoveDisk => {
            let name = if is_vm { "disk" } else { "volume" };
            call("POST", guest(moving), &[(name, disk), ("storage", storage)])
        }
        ActionKind::MakeTemplate => call("POST", guest("/template"), &[]),
        ActionKind::Destroy => call("DELETE", guest(""), &[]),
        ActionKind::Backup => {
            let given = [("vmid", vmid), ("storage", storage), ("remove", "0")];
            call("POST", host("/vzdump"), &given)
        }
        ActionKind::Restore => {
            let archive = if backup.contains("lxc") {
                "ostemplate"
            } else {
                "archive"
            };
            let tail = if backup.contains("lxc") {
                "/lxc"
            } else {
                "/qemu"
            };
            let mut given = vec![("vmid", new_vmid), (archive, backup)];
            if tail == "/lxc" {
                given.push(("restore", "1"));
            }
            call("POST", host(tail), &given)
        }
        ActionKind::ProtectBackup => call("PUT", volume(), &[("protected", "1")]),
        ActionKind::UnprotectBackup => call("PUT", volume(), &[("protected", "0")]),
        ActionKind::DeleteBackup | ActionKind::DeleteVolume => call("DELETE", volume(), &[]),
        ActionKind::RebootNode => call("POST", host("/status"), &[("command", "reboot")]),
        ActionKind::ShutdownNode => call("POST", host("/status"), &[("command", "shutdown")]),
        ActionKind::WakeNode => call("POST", host("/wakeonlan"), &[]),
        ActionKind::RestartService => call("POST", host("/services/chrony/restart"), &[]),
        ActionKind::ReloadService => call("POST", host("/services/pve-firewall/reload"), &[]),
        ActionKind::RefreshPackages => call("POST", host("/apt/update"), &[]),
        ActionKind::HaAdd => call(
            "POST",
            "/cluster/ha/resources".to_owned(),
            &[("sid", sid.as_str())],
        ),
        ActionKind::HaSet => {
            let path = format!("/cluster/ha/resources/{sid}");
            call("PUT", path, &[("state", "stopped")])
        }
        ActionKind::HaRemove => call("DELETE", format!("/cluster/ha/resources/{sid}"), &[]),
        ActionKind::HaMigrate => {
            let path = format!("/cluster/ha/resources/{sid}/migrate");
            call("POST", path, &[("node", target)])
        }
        ActionKind::HaRelocate => {
            let path = format!("/cluster/ha/resources/{sid}/relocate");
            call("POST", path, &[("node", target)])
        }
        ActionKind::RunReplication => {
            let path = host(&format!("/replication/{vmid}-0/schedule_now"));
            call("POST", path, &[])
        }
        ActionKind::PoolAdd => {
            let given = [("poolid", pool), ("vms", vmid)];
            call("PUT", "/pools".to_owned(), &given)
        }
        ActionKind::PoolRemove => {
            let given = [("poolid", pool), ("vms", vmid), ("delete", "1")];
            call("PUT", "/pools".to_owned(), &given)
        }
        ActionKind::AgentPing => call("POST", guest("/agent/ping"), &[]),
        ActionKind::AgentInfo => call("GET", guest("/agent/get-osinfo"), &[]),
        ActionKind::AgentTrim => call("POST", guest("/agent/fstrim"), &[]),
    }
}
