//! Calls that only look. Each function is pure and returns a [`Read`] for [`crate::Client::read`].
//!
//! The types mirror what Proxmox sends, leniently: what may be missing is an `Option`, unknown fields are ignored,
//! sizes are bytes, times are epoch seconds, loads are fractions of one.

mod access;
mod agent;
mod backup;
mod cluster;
mod config;
mod disk;
mod guest;
mod ha;
mod host;
mod inventory;
mod logs;
mod migration;
mod network;
mod replication;
mod rrd;
mod services;
mod storage;
mod tasks;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::Request;

pub use access::{Role, TokenInfo, roles, user_tokens};
pub use agent::{
    FileSystem, Interface, InterfaceAddress, OsInfo, agent_fsinfo, agent_host_name,
    agent_interfaces, agent_osinfo,
};
pub use backup::{
    ArchivedConfig, BackupJob, NotBackedUp, archived_config, backup_jobs, not_backed_up,
};
pub use cluster::{
    ClusterInfo, ClusterNode, ClusterStatus, Metric, Pool, PoolMember, Version, cluster_status,
    metrics_export, nextid, options, permissions, pool, pools, version,
};
pub use config::GuestConfig;
pub use disk::Disk;
pub use guest::{
    Feature, GuestEntry, GuestHa, GuestStatus, PendingValue, Snapshot, feature_snapshot,
    guest_config, guest_list, guest_status, pending, snapshots,
};
pub use ha::{HaEntry, HaResource, HaRule, ha_resource, ha_resources, ha_rules, ha_status};
pub use host::{
    AptUpdate, Certificate, CpuInfo, HostDisk, NodeStatus, SpaceUse, apt_updates, certificates,
    disks, node_status,
};
pub use inventory::{NodeEntry, Resource, ResourceType, cluster_resources, nodes};
pub use logs::{
    ClusterLogEntry, JournalFilter, LogLine, LogPage, SyslogFilter, cluster_log, journal, syslog,
    task_log,
};
pub use migration::{
    BlockingHaResource, LocalDisk, MigratePreconditions, Obstacles, migrate_preconditions,
};
pub use network::Plug;
pub use replication::{
    ReplicationJob, ReplicationStatus, replication, replication_jobs, replication_status,
};
pub use rrd::{RrdPoint, Timeframe, guest_rrd, node_rrd};
pub use services::{Service, service, services};
pub use storage::{
    ContentFilter, NodeStorage, Verification, Volume, VolumeAttributes, node_storage,
    storage_content, volume,
};
pub use tasks::{
    TaskEntry, TaskFilter, TaskSource, cluster_tasks, node_tasks, running_tasks, task_status,
};

use crate::{
    answer::{self, Decode},
    call::{Call, CallBuilder, CallId, PlainCall, Unsendable},
    client::Limits,
    guest::GuestRef,
};

/// A read: the request, and how its answer becomes a `T`.
#[derive(Debug)]
pub struct Read<T> {
    pub(crate) call: Call,
    pub(crate) decode: Decode<T>,
    body: Body,
}

/// Which bound the answer has.
#[derive(Debug, Clone, Copy)]
enum Body {
    Ordinary,
    Log,
}

impl<T> Read<T> {
    /// Method and path, for messages.
    pub fn id(&self) -> &CallId {
        &self.call.id
    }

    /// Method, path and parameters as text.
    pub fn plain(&self) -> &PlainCall {
        &self.call.plain
    }

    /// The request without its host, or why it cannot be sent.
    pub fn request(&self) -> Result<&Request<Bytes>, &Unsendable> {
        self.call.request.as_ref()
    }

    pub(crate) fn body_limit(&self, limits: &Limits) -> usize {
        match self.body {
            Body::Ordinary => limits.body,
            Body::Log => limits.log_body,
        }
    }

    fn new(call: CallBuilder, decode: Decode<T>) -> Self {
        Self {
            call: call.finish(),
            decode,
            body: Body::Ordinary,
        }
    }

    fn log(call: CallBuilder, decode: Decode<T>) -> Self {
        Self {
            body: Body::Log,
            ..Self::new(call, decode)
        }
    }
}

/// `GET` whose answer is the data as it is.
fn plain<T: serde::de::DeserializeOwned>(call: CallBuilder) -> Read<T> {
    Read::new(call, answer::data::<T>)
}

/// `GET /nodes/{node}/…`
fn of_node(node: &str) -> CallBuilder {
    CallBuilder::get().path("nodes").segment(node)
}

/// `GET /nodes/{node}/{kind}/{vmid}/…`
fn of_guest(guest: &GuestRef) -> CallBuilder {
    of_node(&guest.node)
        .segment(guest.kind.as_str())
        .segment(&guest.vmid.to_string())
}
