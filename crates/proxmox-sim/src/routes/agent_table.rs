//! The calls that are answered by the agent within a VM; `guest_table` has the one that only asks whether it is there.

use super::table::local;
use super::{Check, Handler, Method, Route};
use crate::answers::agent;
use crate::scenario::GuestKind;

const AUDIT: Check = Check::Any(
    "/vms/{vmid}",
    &["VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"],
);
const FILE_SYSTEMS: Check = Check::Any(
    "/vms/{vmid}",
    &["VM.GuestAgent.FileSystemMgmt", "VM.GuestAgent.Unrestricted"],
);

/// Builds the path of a command.
macro_rules! agent_path {
    ($command:literal) => {
        concat!("/nodes/{node}/qemu/{vmid}/agent/", $command)
    };
}

pub(super) fn routes() -> Vec<Route> {
    let read = |path, handler| of(Method::Get, path, AUDIT, handler);
    vec![
        read(agent_path!("get-host-name"), agent::host_name),
        read(agent_path!("get-osinfo"), agent::os_info),
        read(agent_path!("get-fsinfo"), agent::file_systems),
        read(agent_path!("network-get-interfaces"), agent::interfaces),
        of(
            Method::Post,
            agent_path!("fstrim"),
            FILE_SYSTEMS,
            agent::trim,
        ),
    ]
}

fn of(method: Method, path: &'static str, check: Check, handler: Handler) -> Route {
    Route {
        guest: Some(GuestKind::Qemu),
        ..local(method, path, check, vec![], handler)
            .protected()
            .on_node()
    }
}
