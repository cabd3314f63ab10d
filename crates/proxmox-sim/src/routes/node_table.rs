//! The calls that do something with a node, and the replication jobs that run on it.

use super::params::Kind;
use super::table::{AUDIT_NODE, AUDIT_ROOT, VMID, local, may, must};
use super::{Check, Handler, Method, Route};
use crate::answers::{node_power, replication, service};

const POWER: Check = Check::Any("/nodes/{node}", &["Sys.PowerMgmt"]);
const MODIFY: Check = Check::Any("/nodes/{node}", &["Sys.Modify"]);
const PROPERTIES: Kind = Kind::Choice(&[
    "acme",
    "acmedomain0",
    "acmedomain1",
    "acmedomain2",
    "acmedomain3",
    "acmedomain4",
    "acmedomain5",
    "ballooning-target",
    "description",
    "location",
    "startall-onboot-delay",
    "wakeonlan",
]);

pub(super) fn routes() -> Vec<Route> {
    let mut all = power_routes();
    all.extend(service_routes());
    all.extend(replication_routes());
    all
}

fn power_routes() -> Vec<Route> {
    let commands = Kind::Choice(&["reboot", "shutdown"]);
    vec![
        local(
            Method::Post,
            "/nodes/{node}/status",
            POWER,
            vec![must("command", commands)],
            node_power::command,
        )
        .protected()
        .on_node(),
        // Whoever is asked sends the packet: the node in the path cannot.
        local(
            Method::Post,
            "/nodes/{node}/wakeonlan",
            POWER,
            vec![],
            node_power::wake,
        )
        .protected(),
        local(
            Method::Get,
            "/nodes/{node}/config",
            AUDIT_ROOT,
            vec![may("property", PROPERTIES)],
            node_power::config,
        )
        .on_node(),
    ]
}

fn service_routes() -> Vec<Route> {
    let read = |path, handler: Handler| {
        local(Method::Get, path, AUDIT_NODE, vec![], handler)
            .protected()
            .on_node()
    };
    let worker = |path, params, handler: Handler| Route {
        upid: true,
        ..local(Method::Post, path, MODIFY, params, handler)
            .protected()
            .on_node()
    };
    let act = |path, handler: Handler| worker(path, vec![], handler);
    vec![
        read("/nodes/{node}/services", service::list),
        read("/nodes/{node}/services/{service}/state", service::state),
        act("/nodes/{node}/services/{service}/start", service::start),
        act("/nodes/{node}/services/{service}/stop", service::stop),
        act("/nodes/{node}/services/{service}/restart", service::restart),
        act("/nodes/{node}/services/{service}/reload", service::reload),
        worker(
            "/nodes/{node}/apt/update",
            vec![may("notify", Kind::Flag), may("quiet", Kind::Flag)],
            service::refresh_packages,
        ),
    ]
}

fn replication_routes() -> Vec<Route> {
    use Method::{Get, Post};
    let user =
        |method, path, params, handler: Handler| local(method, path, Check::User, params, handler);
    let here = |method, path, params, handler: Handler| {
        user(method, path, params, handler).protected().on_node()
    };
    vec![
        user(Get, "/cluster/replication", vec![], replication::configured),
        user(Get, "/cluster/replication/{id}", vec![], replication::read),
        here(
            Get,
            "/nodes/{node}/replication",
            vec![may("guest", VMID)],
            replication::of_node,
        ),
        here(
            Get,
            "/nodes/{node}/replication/{id}/status",
            vec![],
            replication::status,
        ),
        here(
            Post,
            "/nodes/{node}/replication/{id}/schedule_now",
            vec![],
            replication::schedule_now,
        ),
    ]
}
