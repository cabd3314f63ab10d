//! The calls that are not about one guest.

use super::params::{Form, Kind, Param};
use super::{Check, Handler, Method, Route};
use crate::answers::{access, cluster, ha, logs, node, storage, task};
use crate::state::UNIT_NAMES;

pub(super) const FREE: Kind = Kind::Text(None, Form::Free);
pub(super) const NODE: Kind = Kind::Text(None, Form::Node);
pub(super) const VMID: Kind = Kind::Int(Some(100), Some(999_999_999));
pub(super) const COUNT: Kind = Kind::Int(Some(0), None);
const ANY_INT: Kind = Kind::Int(None, None);
pub(super) const STORAGE: Kind = Kind::Text(None, Form::StorageId);
const NODE_SPANS: Kind = Kind::Choice(&["hour", "day", "week", "month", "year", "decade"]);
pub(super) const SPANS: Kind = Kind::Choice(&["hour", "day", "week", "month", "year"]);
pub(super) const FOLD: Kind = Kind::Choice(&["AVERAGE", "MAX"]);

pub(super) const AUDIT_NODE: Check = Check::Any("/nodes/{node}", &["Sys.Audit"]);
const SYSLOG_NODE: Check = Check::Any("/nodes/{node}", &["Sys.Syslog"]);
pub(super) const AUDIT_ROOT: Check = Check::Any("/", &["Sys.Audit"]);
pub(super) const READ_STORAGE: Check = Check::Any(
    "/storage/{storage}",
    &["Datastore.Audit", "Datastore.AllocateSpace"],
);

/// A parameter that must be there.
pub(super) fn must(name: &'static str, kind: Kind) -> Param {
    Param {
        name,
        kind,
        required: true,
    }
}

/// A parameter that may be there.
pub(super) fn may(name: &'static str, kind: Kind) -> Param {
    Param {
        name,
        kind,
        required: false,
    }
}

/// A call that runs in the proxy that was asked.
pub(super) fn local(
    method: Method,
    path: &'static str,
    check: Check,
    params: Vec<Param>,
    handler: Handler,
) -> Route {
    let in_path = path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let kind = match name {
            "node" => NODE,
            "vmid" => VMID,
            "storage" => STORAGE,
            "snapname" => Kind::Text(Some(40), Form::ConfigId),
            "upid" => Kind::Text(None, Form::Upid),
            "sid" => Kind::Text(None, Form::HaSid),
            "id" => Kind::Text(None, Form::JobId),
            "service" => Kind::Choice(UNIT_NAMES),
            "userid" => Kind::Text(Some(64), Form::UserId),
            "tokenid" => Kind::Text(None, Form::TokenName),
            "roleid" => Kind::Text(None, Form::RoleId),
            _ => FREE,
        };
        Some(must(name, kind))
    });
    Route {
        method,
        path,
        guest: None,
        params: in_path.chain(params).collect(),
        check,
        token: true,
        protected: false,
        proxied: false,
        upid: false,
        handler,
    }
}

impl Route {
    /// It runs in the daemon behind the proxy.
    pub(super) fn protected(mut self) -> Self {
        self.protected = true;
        self
    }

    /// It runs on the node in its path.
    pub(super) fn on_node(mut self) -> Self {
        self.proxied = true;
        self
    }

    /// API tokens may not call it.
    fn tickets_only(mut self) -> Self {
        self.token = false;
        self
    }
}

pub(super) fn routes() -> Vec<Route> {
    let mut all = root_routes();
    all.extend(cluster_routes());
    all.extend(node_routes());
    all.extend(log_routes());
    all
}

fn root_routes() -> Vec<Route> {
    use Method::{Get, Post};
    let login = vec![
        must("username", Kind::Text(Some(64), Form::Free)),
        must("password", FREE),
        may("realm", Kind::Text(Some(32), Form::Free)),
        may("new-format", Kind::Flag),
    ];
    vec![
        local(Get, "/version", Check::User, vec![], cluster::version),
        local(Post, "/access/ticket", Check::World, login, access::ticket)
            .protected()
            .tickets_only(),
        local(
            Get,
            "/access/permissions",
            Check::User,
            vec![may("path", FREE), may("userid", FREE)],
            access::permissions,
        ),
        local(Get, "/nodes", Check::User, vec![], node::list),
        local(Get, "/storage", Check::User, vec![], storage::configured),
    ]
}

fn cluster_routes() -> Vec<Route> {
    use Method::Get;
    let kinds = Kind::Choice(&["vm", "storage", "node", "sdn"]);
    let rule_kinds = Kind::Choice(&["node-affinity", "resource-affinity"]);
    vec![
        local(
            Get,
            "/cluster/resources",
            Check::User,
            vec![may("type", kinds)],
            cluster::resources,
        ),
        local(Get, "/cluster/status", AUDIT_ROOT, vec![], cluster::status).protected(),
        local(Get, "/cluster/tasks", Check::User, vec![], task::of_cluster),
        local(
            Get,
            "/cluster/log",
            Check::User,
            vec![may("max", Kind::Int(Some(1), None))],
            logs::cluster_log,
        ),
        local(
            Get,
            "/cluster/ha/status/current",
            AUDIT_ROOT,
            vec![],
            ha::status,
        ),
        local(
            Get,
            "/cluster/ha/rules",
            AUDIT_ROOT,
            vec![may("type", rule_kinds), may("resource", FREE)],
            ha::rules,
        ),
        local(
            Get,
            "/cluster/options",
            Check::User,
            vec![],
            cluster::options,
        ),
        local(
            Get,
            "/cluster/nextid",
            Check::User,
            vec![may("vmid", VMID)],
            cluster::next_id,
        ),
        local(
            Get,
            "/cluster/metrics/export",
            AUDIT_ROOT,
            vec![
                may("history", Kind::Flag),
                may("local-only", Kind::Flag),
                may("node-list", FREE),
                may("start-time", ANY_INT),
            ],
            cluster::metrics,
        ),
        local(
            Get,
            "/cluster/backup",
            AUDIT_ROOT,
            vec![],
            cluster::backup_jobs,
        ),
        local(
            Get,
            "/cluster/backup-info/not-backed-up",
            AUDIT_ROOT,
            vec![],
            cluster::not_backed_up,
        )
        .protected(),
    ]
}

fn node_routes() -> Vec<Route> {
    use Method::Get;
    let here = |path, check, params, handler| local(Get, path, check, params, handler).on_node();
    let span = |kind| vec![must("timeframe", kind), may("cf", FOLD)];
    let disks = Check::Either(&["/", "/nodes/{node}"], "Sys.Audit");
    let disk_params = vec![
        may("include-partitions", Kind::Flag),
        may("skipsmart", Kind::Flag),
        may("type", Kind::Choice(&["unused", "journal_disks"])),
    ];
    let update = Check::Any("/nodes/{node}", &["Sys.Modify"]);
    vec![
        here("/nodes/{node}/status", AUDIT_NODE, vec![], node::status),
        here(
            "/nodes/{node}/version",
            Check::User,
            vec![],
            cluster::version,
        ),
        local(
            Get,
            "/nodes/{node}/rrddata",
            AUDIT_NODE,
            span(NODE_SPANS),
            node::rrddata,
        )
        .protected(),
        here(
            "/nodes/{node}/certificates/info",
            Check::User,
            vec![],
            node::certificates,
        ),
        here(
            "/nodes/{node}/apt/versions",
            AUDIT_NODE,
            vec![],
            node::versions,
        ),
        here("/nodes/{node}/apt/update", update, vec![], node::updates).protected(),
        here("/nodes/{node}/disks/list", disks, disk_params, node::disks).protected(),
        here(
            "/nodes/{node}/storage",
            Check::User,
            vec![
                may("content", FREE),
                may("enabled", Kind::Flag),
                may("storage", STORAGE),
                may("target", NODE),
            ],
            storage::list,
        )
        .protected(),
        here(
            "/nodes/{node}/storage/{storage}/status",
            READ_STORAGE,
            vec![],
            storage::status,
        )
        .protected(),
        here(
            "/nodes/{node}/storage/{storage}/rrddata",
            READ_STORAGE,
            span(SPANS),
            storage::rrddata,
        )
        .protected(),
    ]
}

fn log_routes() -> Vec<Route> {
    use Method::{Delete, Get};
    let here = |method, path, check, params, handler| {
        local(method, path, check, params, handler).on_node()
    };
    let moment = Kind::Text(None, Form::Moment);
    let list_params = vec![
        may("errors", Kind::Flag),
        may("limit", COUNT),
        may("since", ANY_INT),
        may("source", Kind::Choice(&["archive", "active", "all"])),
        may("start", COUNT),
        may("statusfilter", FREE),
        may("typefilter", FREE),
        may("until", ANY_INT),
        may("userfilter", FREE),
        may("vmid", VMID),
    ];
    let page = || vec![may("start", COUNT), may("limit", COUNT)];
    let log_params = [page(), vec![may("download", Kind::Flag)]].concat();
    let syslog_params = [
        page(),
        vec![
            may("service", Kind::Text(Some(128), Form::Free)),
            may("since", moment),
            may("until", moment),
        ],
    ]
    .concat();
    let journal_params = vec![
        may("lastentries", COUNT),
        may("since", COUNT),
        may("until", COUNT),
    ];
    vec![
        here(
            Get,
            "/nodes/{node}/tasks",
            Check::User,
            list_params,
            task::of_node,
        ),
        here(
            Get,
            "/nodes/{node}/tasks/{upid}/status",
            Check::User,
            vec![],
            task::status,
        )
        .protected(),
        here(
            Get,
            "/nodes/{node}/tasks/{upid}/log",
            Check::User,
            log_params,
            task::log,
        )
        .protected(),
        here(
            Delete,
            "/nodes/{node}/tasks/{upid}",
            Check::User,
            vec![],
            task::stop,
        )
        .protected(),
        here(
            Get,
            "/nodes/{node}/syslog",
            SYSLOG_NODE,
            syslog_params,
            logs::syslog,
        )
        .protected(),
        here(
            Get,
            "/nodes/{node}/journal",
            SYSLOG_NODE,
            journal_params,
            logs::journal,
        )
        .protected(),
    ]
}
