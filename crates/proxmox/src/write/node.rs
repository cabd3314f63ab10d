//! Nodes and their services.

use serde::Deserialize;

use super::{Write, done, node_call, task};
use crate::{answer, call::CallBuilder, lenient, upid::Upid};

/// `POST /nodes/{node}/status`: reboots a node, with all that runs on it, and without a task. The node may be gone
/// before it answers. Needs `Sys.PowerMgmt` on it. A second call reboots a second time.
pub fn node_reboot(node: &str) -> Write<()> {
    command(node, "reboot")
}

/// `POST /nodes/{node}/status`: switches a node off, without a task. Only hands or [`wake_on_lan`] bring it back. Needs
/// `Sys.PowerMgmt` on it.
pub fn node_shutdown(node: &str) -> Write<()> {
    command(node, "shutdown")
}

fn command(node: &str, command: &str) -> Write<()> {
    let call = node_call(CallBuilder::post(), node).segment("status");
    done(call.text("command", command))
}

/// `POST /nodes/{node}/wakeonlan`: wakes a node that is off, and is answered with the MAC address that was called. The
/// node that the client talks to does it. Needs `Sys.PowerMgmt` on the node that sleeps.
pub fn wake_on_lan(node: &str) -> Write<String> {
    let call = node_call(CallBuilder::post(), node).segment("wakeonlan");
    Write::new(call, |body| {
        #[derive(Deserialize)]
        struct Mac(#[serde(deserialize_with = "lenient::text")] String);
        answer::data::<Mac>(body).map(|Mac(mac)| mac)
    })
}

/// `POST /nodes/{node}/services/{service}/start`, task `srvstart`. Needs `Sys.Modify` on the node.
pub fn service_start(node: &str, service: &str) -> Write<Upid> {
    of_service(node, service, "start")
}

/// `POST /nodes/{node}/services/{service}/restart`, task `srvrestart`. Needs `Sys.Modify` on the node. `pveproxy` and
/// `pvedaemon` answer this very call: the answer may be lost.
pub fn service_restart(node: &str, service: &str) -> Write<Upid> {
    of_service(node, service, "restart")
}

/// `POST /nodes/{node}/services/{service}/reload`, task `srvreload`: the service reads its configuration again. Needs
/// `Sys.Modify` on the node.
pub fn service_reload(node: &str, service: &str) -> Write<Upid> {
    of_service(node, service, "reload")
}

fn of_service(node: &str, service: &str, act: &str) -> Write<Upid> {
    let call = node_call(CallBuilder::post(), node)
        .segment("services")
        .segment(service)
        .segment(act);
    task(call)
}

/// `POST /nodes/{node}/apt/update`: asks the repositories what is new, installs nothing and sends no mail. Task
/// `aptupdate`. Needs `Sys.Modify` on the node.
pub fn apt_refresh(node: &str) -> Write<Upid> {
    task(node_call(CallBuilder::post(), node).path("apt/update"))
}
