//! What Proxmox does, tried on the pure machine: calls in, answers and tasks out, time as an argument.

mod access;
mod agent;
mod backup_jobs;
mod backups;
mod clones;
mod configuration;
mod contents;
mod destruction;
mod disks;
mod garbage;
mod ha;
mod ha_resources;
mod migration;
mod node_power;
mod node_services;
mod nodes;
mod order;
mod pools;
mod power;
mod reading;
mod replication;
mod restores;
mod snapshots;
mod suspensions;
mod tasks;
mod tokens;

use serde_json::Value;

use crate::failure::Failure;
use crate::routes::{Answer, Method, RawValue, call, find};
use crate::scenario::Scenario;
use crate::state::{Caller, Change, Machine, Twist};

/// 2026-01-01 00:00:00 UTC.
const START_MS: u64 = 1_767_225_600_000;
const OPS: &str = "argus@pve!ops";
const ROOT: &str = "root@pam";

/// The lab with somebody who calls.
struct Lab {
    machine: Machine,
    caller: Caller,
}

impl Lab {
    fn new() -> Self {
        Self::of(&Scenario::lab())
    }

    fn of(scenario: &Scenario) -> Self {
        let machine = Machine::new(scenario, START_MS);
        Self {
            machine,
            caller: Caller { id: OPS.into() },
        }
    }

    fn signed_in(mut self, id: &str) -> Self {
        self.caller = Caller { id: id.into() };
        self
    }

    fn try_call(&mut self, method: Method, path: &str, params: &str) -> Result<Value, Failure> {
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        let found = find(method, &segments)?;
        let raw = params
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), RawValue::Form(v.to_owned())))
            .collect();
        let answer = call(&mut self.machine, Some(&self.caller), &found, &raw)?;
        Ok(match answer {
            Answer::Data { data, .. } => data,
            Answer::Text(text) => Value::String(text),
        })
    }

    fn get(&mut self, path: &str, params: &str) -> Value {
        self.try_call(Method::Get, path, params)
            .unwrap_or_else(|failure| panic!("GET {path}: {failure:?}"))
    }

    fn post(&mut self, path: &str, params: &str) -> Result<Value, Failure> {
        self.try_call(Method::Post, path, params)
    }

    /// Starts a task and answers its UPID.
    fn task(&mut self, path: &str, params: &str) -> String {
        let answer = self
            .post(path, params)
            .unwrap_or_else(|failure| panic!("POST {path}: {failure:?}"));
        answer.as_str().expect("a task's name is a text").to_owned()
    }

    /// The text of a failure that must come at once.
    fn refusal(&mut self, path: &str, params: &str) -> String {
        match self.post(path, params) {
            Ok(answer) => panic!("POST {path} was not refused: {answer}"),
            Err(failure) => failure.message,
        }
    }

    fn wait(&mut self, ms: u64) {
        let to = self.machine.now_ms() + ms;
        self.machine.advance(to);
    }

    /// How a task ended; none while it runs.
    fn exit(&self, upid: &str) -> Option<String> {
        let task = self
            .machine
            .tasks()
            .find(|t| t.upid.to_string() == upid)
            .expect("the task is there");
        task.ended.as_ref().map(|(_, exit)| exit.text())
    }

    /// Starts a task, lets ten minutes pass and answers how it ended.
    fn outcome(&mut self, path: &str, params: &str) -> String {
        let upid = self.task(path, params);
        self.wait(600_000);
        self.exit(&upid).expect("ten minutes are enough")
    }

    /// The same with any method.
    fn outcome_of(&mut self, method: Method, path: &str, params: &str) -> String {
        let answer = self
            .try_call(method, path, params)
            .unwrap_or_else(|failure| panic!("{path}: {failure:?}"));
        self.wait(600_000);
        self.exit(answer.as_str().expect("a task's name is a text"))
            .expect("ten minutes are enough")
    }

    fn config(&self, vmid: u32, key: &str) -> Option<&str> {
        let guest = self.machine.guest(vmid)?;
        guest.config.get(key).map(String::as_str)
    }

    /// Bytes in use on a storage as a node sees it.
    fn used(&self, storage: &str, node: &str) -> u64 {
        let storage = self.machine.storage(storage).expect("the storage is there");
        self.machine.used(storage, node)
    }

    fn change(&mut self, vmid: u32, change: Change) {
        self.machine
            .change_guest(vmid, change)
            .expect("the guest is there");
    }

    fn lock(&mut self, vmid: u32, lock: &str) {
        self.change(
            vmid,
            Change {
                lock: Some(lock.into()),
                ..Change::default()
            },
        );
    }

    fn running(&self, vmid: u32) -> bool {
        self.machine.guest(vmid).is_some_and(|g| g.running)
    }

    fn node_of(&self, vmid: u32) -> &str {
        self.machine.guest(vmid).map_or("", |g| g.node.as_str())
    }

    fn lock_of(&self, vmid: u32) -> Option<&str> {
        self.machine.guest(vmid).and_then(|g| g.lock())
    }

    fn twist(&mut self, twist: Twist) {
        self.machine.bend_next_task(Some(twist));
    }
}
