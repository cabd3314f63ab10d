//! The privileges, and the roles that every installation has (`PVE::AccessControl`).

const GUEST: [&str; 24] = [
    "VM.Allocate",
    "VM.Audit",
    "VM.Backup",
    "VM.Clone",
    "VM.Config.CDROM",
    "VM.Config.CPU",
    "VM.Config.Cloudinit",
    "VM.Config.Disk",
    "VM.Config.HWType",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.GuestAgent.Audit",
    "VM.GuestAgent.FileRead",
    "VM.GuestAgent.FileSystemMgmt",
    "VM.GuestAgent.FileWrite",
    "VM.GuestAgent.Unrestricted",
    "VM.Migrate",
    "VM.PowerMgmt",
    "VM.Replicate",
    "VM.Snapshot",
    "VM.Snapshot.Rollback",
    "SDN.Use",
];
const AUDIT: [&str; 6] = [
    "Datastore.Audit",
    "Mapping.Audit",
    "Pool.Audit",
    "SDN.Audit",
    "Sys.Audit",
    "VM.Audit",
];
const SYSTEM: [&str; 20] = [
    "Datastore.Allocate",
    "Datastore.AllocateSpace",
    "Datastore.AllocateTemplate",
    "Datastore.Audit",
    "Group.Allocate",
    "Mapping.Audit",
    "Mapping.Modify",
    "Mapping.Use",
    "Permissions.Modify",
    "Pool.Allocate",
    "Pool.Audit",
    "Realm.AllocateUser",
    "SDN.Allocate",
    "SDN.Audit",
    "Sys.AccessNetwork",
    "Sys.Audit",
    "Sys.Console",
    "Sys.Syslog",
    "User.Modify",
    "Realm.Allocate",
];
/// What a `PVEAdmin` lacks.
const DANGER: [&str; 3] = ["Sys.Incoming", "Sys.Modify", "Sys.PowerMgmt"];

/// Every privilege that there is.
pub(super) fn every_privilege() -> impl Iterator<Item = &'static str> {
    GUEST.into_iter().chain(SYSTEM).chain(DANGER)
}

/// Every privilege that a release knows.
pub fn privileges_of_release(major: u32) -> Vec<&'static str> {
    in_release(every_privilege().collect(), major)
}

/// A role's privileges as an older release knows them: before 9 `VM.Monitor` stood for the guest agent, and
/// replication asked for rights on storages.
pub(super) fn in_release(privileges: Vec<&'static str>, major: u32) -> Vec<&'static str> {
    if major >= 9 {
        return privileges;
    }
    let monitor = privileges.contains(&"VM.GuestAgent.Unrestricted");
    privileges
        .into_iter()
        .filter(|p| !p.starts_with("VM.GuestAgent.") && *p != "VM.Replicate")
        .chain(monitor.then_some("VM.Monitor"))
        .collect()
}

/// The privileges of a role that every installation has.
pub fn builtin_role(name: &str) -> Option<Vec<&'static str>> {
    let admin_lacks = ["Permissions.Modify", "Realm.Allocate", "Sys.AccessNetwork"];
    Some(match name {
        "NoAccess" => Vec::new(),
        "Administrator" => every_privilege().collect(),
        "PVEAdmin" => GUEST
            .into_iter()
            .chain(SYSTEM)
            .filter(|p| !admin_lacks.contains(p))
            .collect(),
        "PVEAuditor" => AUDIT.into_iter().chain(["VM.GuestAgent.Audit"]).collect(),
        "PVEVMAdmin" => GUEST.into_iter().filter(|p| *p != "SDN.Use").collect(),
        "PVEVMUser" => vec![
            "VM.Audit",
            "VM.Backup",
            "VM.Config.CDROM",
            "VM.Config.Cloudinit",
            "VM.Console",
            "VM.GuestAgent.Audit",
            "VM.PowerMgmt",
        ],
        "PVEDatastoreUser" => vec!["Datastore.AllocateSpace", "Datastore.Audit"],
        "PVEPoolUser" => vec!["Pool.Audit"],
        "PVESysAdmin" => vec!["Sys.Audit", "Sys.Console", "Sys.Syslog"],
        _ => return None,
    })
}
