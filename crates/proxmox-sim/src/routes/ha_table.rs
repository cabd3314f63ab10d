//! The calls about the guests that the HA stack manages. Nothing here is a task: the manager acts when it looks next.

use super::params::{Form, Kind, Param};
use super::table::{AUDIT_ROOT, NODE, local, may, must};
use super::{Check, Method, Route};
use crate::answers::ha;

const CONSOLE_ROOT: Check = Check::Any("/", &["Sys.Console"]);
const KINDS: Kind = Kind::Choice(&["ct", "vm"]);
const STATES: Kind = Kind::Choice(&["started", "stopped", "enabled", "disabled", "ignored"]);
const RESOURCES: &str = "/cluster/ha/resources";
const RESOURCE: &str = "/cluster/ha/resources/{sid}";

pub(super) fn routes() -> Vec<Route> {
    use Method::{Delete, Get, Post, Put};
    let mut created = vec![
        must("sid", Kind::Text(None, Form::HaSid)),
        may("type", KINDS),
    ];
    created.extend(options());
    let mut changed = vec![
        may("delete", Kind::Text(Some(4096), Form::ConfigIdList)),
        may("digest", Kind::Text(Some(64), Form::Free)),
    ];
    changed.extend(options());
    let change = |method, path, params, handler| {
        local(method, path, CONSOLE_ROOT, params, handler).protected()
    };
    let to_node = || vec![must("node", NODE)];
    vec![
        local(
            Get,
            RESOURCES,
            AUDIT_ROOT,
            vec![may("type", KINDS)],
            ha::resources,
        ),
        local(Get, RESOURCE, AUDIT_ROOT, vec![], ha::resource),
        change(Post, RESOURCES, created, ha::add),
        change(Put, RESOURCE, changed, ha::set),
        change(Delete, RESOURCE, vec![may("purge", Kind::Flag)], ha::remove),
        change(
            Post,
            "/cluster/ha/resources/{sid}/migrate",
            to_node(),
            ha::migrate,
        ),
        change(
            Post,
            "/cluster/ha/resources/{sid}/relocate",
            to_node(),
            ha::relocate,
        ),
    ]
}

/// What can be configured for a resource.
fn options() -> Vec<Param> {
    vec![
        may("state", STATES),
        may("max_restart", Kind::Int(Some(0), None)),
        may("max_relocate", Kind::Int(Some(0), None)),
        may("comment", Kind::Text(Some(4096), Form::Free)),
        may("group", Kind::Text(None, Form::ConfigId)),
        may("failback", Kind::Flag),
        may("auto-rebalance", Kind::Flag),
    ]
}
