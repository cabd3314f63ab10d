//! The control port: faults, the ground truth of tests, changes behind a client's back. Loopback only, JSON.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::scenario::Storage;
use crate::state::{Change, Guest, Machine, Stored, Task, VolumeChange, volumes};
use crate::truth;
use crate::world::World;

type Shared = State<Arc<World>>;

/// A task as the control port tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// Its name.
    pub upid: String,
    /// `qmstart` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its guest.
    pub vmid: Option<u32>,
    /// Its node.
    pub node: String,
    /// Who started it.
    pub user: String,
    /// `running` or `stopped`.
    pub status: String,
    /// How it ended.
    pub exitstatus: Option<String>,
    /// Virtual ms.
    pub start: u64,
    /// Virtual ms.
    pub end: Option<u64>,
}

impl From<&Task> for TaskRecord {
    fn from(task: &Task) -> Self {
        let ended = task.ended.as_ref();
        Self {
            upid: task.upid.to_string(),
            kind: task.upid.kind.clone(),
            vmid: task.vmid,
            node: task.upid.node.clone(),
            user: task.upid.user.clone(),
            status: if ended.is_some() {
                "stopped"
            } else {
                "running"
            }
            .into(),
            exitstatus: ended.map(|(_, exit)| exit.text()),
            start: task.started_ms,
            end: ended.map(|(at, _)| *at),
        }
    }
}

/// A guest as the control port tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestRecord {
    /// Its number.
    pub vmid: u32,
    /// `qemu` or `lxc`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its node.
    pub node: String,
    /// `running` or `stopped`.
    pub status: String,
    /// Whether a running VM is paused.
    pub paused: bool,
    /// Whether it is a template.
    pub template: bool,
    /// Its pool.
    pub pool: Option<String>,
    /// Its configuration lock.
    pub lock: Option<String>,
    /// The names of its snapshots, oldest first.
    pub snapshots: Vec<String>,
    /// The volumes that its configuration names, unused ones too.
    pub disks: Vec<DiskRecord>,
    /// Its configuration's digest.
    pub digest: String,
    /// Its configuration.
    pub config: std::collections::BTreeMap<String, String>,
}

/// A volume in a guest's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskRecord {
    /// `scsi0`, `rootfs`, `unused0`.
    pub key: String,
    /// Its id.
    pub volid: String,
    /// Bytes, as the configuration says; 0 where it says nothing.
    pub size: u64,
}

/// What is on a storage, as the control port tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageRecord {
    /// Its name.
    pub storage: String,
    /// The node whose it is; none where all share it.
    pub node: Option<String>,
    /// `dir`, `nfs`, `pbs` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes.
    pub total: u64,
    /// Bytes.
    pub used: u64,
    /// Bytes.
    pub avail: u64,
    /// Its volumes by id.
    pub contents: Vec<VolumeRecord>,
}

/// A volume on a storage, as the control port tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeRecord {
    /// Its id.
    pub volid: String,
    /// `images`, `rootdir`, `backup`, `iso`, `vztmpl`.
    pub content: String,
    /// `raw`, `qcow2`, `vma.zst`, `pbs-vm` and so on.
    pub format: String,
    /// Bytes as its guest sees them.
    pub size: u64,
    /// Bytes it takes from the storage.
    pub occupied: u64,
    /// Its guest.
    pub vmid: Option<u32>,
    /// Virtual seconds.
    pub ctime: u64,
    /// The base volume of a linked clone.
    pub parent: Option<String>,
    /// A person's words.
    pub notes: Option<String>,
    /// Whether it may not be removed.
    pub protected: bool,
    /// How its verification ended.
    pub verified: Option<bool>,
}

impl From<&Stored> for VolumeRecord {
    fn from(stored: &Stored) -> Self {
        Self {
            volid: stored.volid.clone(),
            content: stored.content.text().into(),
            format: stored.format.clone(),
            size: stored.size,
            occupied: stored.occupied,
            vmid: stored.vmid,
            ctime: stored.ctime,
            parent: stored.parent.clone(),
            notes: stored.notes.clone(),
            protected: stored.protected,
            verified: stored.verified,
        }
    }
}

/// All storages: a shared one once, a local one for each node that has it.
pub fn storages(machine: &Machine) -> Vec<StorageRecord> {
    let record = |storage: &Storage, node: &str| {
        let used = machine.used(storage, node);
        StorageRecord {
            storage: storage.id.clone(),
            node: (!storage.shared).then(|| node.to_owned()),
            kind: storage.kind.clone(),
            total: storage.total_bytes(),
            used,
            avail: storage.total_bytes().saturating_sub(used),
            contents: machine
                .stored_on(&storage.id, node)
                .map(VolumeRecord::from)
                .collect(),
        }
    };
    let mut records = Vec::new();
    for storage in &machine.storages {
        let nodes = machine.nodes.iter().filter(|n| storage.is_on(&n.name));
        let places = if storage.shared { 1 } else { usize::MAX };
        records.extend(nodes.take(places).map(|n| record(storage, &n.name)));
    }
    records
}

impl From<&Guest> for GuestRecord {
    fn from(guest: &Guest) -> Self {
        Self {
            vmid: guest.vmid,
            kind: match guest.kind {
                crate::scenario::GuestKind::Qemu => "qemu",
                crate::scenario::GuestKind::Lxc => "lxc",
            }
            .into(),
            name: guest.name().into(),
            node: guest.node.clone(),
            status: if guest.running { "running" } else { "stopped" }.into(),
            paused: guest.paused,
            template: guest.template(),
            pool: guest.pool.clone(),
            lock: guest.lock().map(str::to_owned),
            snapshots: guest.snapshots.iter().map(|s| s.name.clone()).collect(),
            disks: volumes(&guest.config)
                .into_iter()
                .map(|v| DiskRecord {
                    key: v.key,
                    volid: v.volid,
                    size: v.size,
                })
                .collect(),
            digest: guest.digest(),
            config: guest.config.clone(),
        }
    }
}

/// All routes of the control port.
pub fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/health", get(|| async { Json(json!({ "status": "ok" })) }))
        .route(
            "/faults",
            get(list_faults).post(add_fault).delete(clear_faults),
        )
        .route("/tasks", get(tasks))
        .route("/requests", get(requests).delete(forget_requests))
        .route("/authorizations", get(authorizations))
        .route("/state", get(state))
        .route("/guests/{vmid}", post(change_guest).delete(remove_guest))
        .route("/volumes", post(change_volume))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .with_state(world)
}

fn refusal(status: StatusCode, text: &dyn std::fmt::Display) -> Response {
    (status, Json(json!({ "error": text.to_string() }))).into_response()
}

fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

async fn list_faults(State(world): Shared) -> Json<Vec<Fault>> {
    Json(world.faults())
}

async fn add_fault(State(world): Shared, Json(fault): Json<Fault>) -> Response {
    match world.add_fault(fault) {
        Ok(()) => {
            world.settled().await;
            done()
        }
        Err(error) => refusal(StatusCode::BAD_REQUEST, &error),
    }
}

async fn clear_faults(State(world): Shared) -> Response {
    world.clear_faults();
    world.settled().await;
    done()
}

async fn tasks(State(world): Shared) -> Json<Vec<TaskRecord>> {
    Json(world.machine().tasks().map(TaskRecord::from).collect())
}

async fn requests(State(world): Shared) -> Json<crate::requests::Requests> {
    Json(world.requests())
}

async fn forget_requests(State(world): Shared) -> Response {
    world.forget_requests();
    done()
}

async fn authorizations(State(world): Shared) -> Json<Value> {
    Json(json!({ "count": world.requests().authorizations }))
}

async fn state(State(world): Shared) -> Json<Value> {
    Json(truth::of(&world.machine()))
}

async fn change_guest(
    State(world): Shared,
    Path(vmid): Path<u32>,
    Json(change): Json<Change>,
) -> Response {
    let changed = world.machine().change_guest(vmid, change);
    match changed {
        Ok(()) => done(),
        Err(error) => refusal(StatusCode::NOT_FOUND, &error),
    }
}

async fn remove_guest(State(world): Shared, Path(vmid): Path<u32>) -> Response {
    let removed = world.machine().remove_guest(vmid);
    match removed {
        Ok(()) => done(),
        Err(error) => refusal(StatusCode::NOT_FOUND, &error),
    }
}

async fn change_volume(State(world): Shared, Json(change): Json<VolumeChange>) -> Response {
    let changed = world.machine().change_volume(change);
    match changed {
        Ok(()) => done(),
        Err(error) => refusal(StatusCode::NOT_FOUND, &error),
    }
}

async fn clock(State(world): Shared) -> Json<Value> {
    Json(json!({ "now_ms": world.machine().now_ms() }))
}

/// How far to jump.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Jump {
    ms: u64,
}

async fn advance(State(world): Shared, Json(jump): Json<Jump>) -> Json<Value> {
    Json(json!({ "now_ms": world.jump(jump.ms) }))
}
