//! The same calls to Proxmox once more, by a plain client: one after the other, nothing journaled, nothing compared.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use argus_proxmox_sim::Seen;
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;

use crate::cluster::Cluster;
use crate::person;

/// What stands before a task's id in a path.
const TASKS: &str = "/tasks/";

/// One call as it was seen on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    is_write: bool,
    path: String,
}

/// The calls of an execution of `steps` steps, out of what the simulator was asked last.
///
/// Before them lie the reads of the confirmation. The executor works step by step and a step of one kind always
/// asks the same, so what comes before the first request of the execution is as long as what comes between two
/// requests, less what follows the last.
pub fn of_execution(seen: &VecDeque<Seen>, steps: usize) -> Result<Vec<Call>> {
    let is_write = |call: &Seen| call.method != "GET";
    let writes: Vec<usize> = (0..seen.len()).filter(|n| is_write(&seen[*n])).collect();
    ensure!(
        steps >= 2 && writes.len() == steps,
        "{} requests to change something are not {steps} steps",
        writes.len()
    );
    let between = writes[1] - writes[0] - 1;
    let after = seen.len() - 1 - writes[steps - 1];
    let first = between
        .checked_sub(after)
        .and_then(|before| writes[0].checked_sub(before))
        .context("the calls of the execution do not stand out from the others")?;
    Ok(seen
        .iter()
        .skip(first)
        .map(|call| Call {
            is_write: is_write(call),
            path: call.path.clone(),
        })
        .collect())
}

/// How many of the calls ask whether a task has ended. More than one a step means that time went by waiting.
pub fn looks(calls: &[Call]) -> u64 {
    let is_look = |call: &&Call| call.path.contains(TASKS) && call.path.ends_with("/status");
    calls.iter().filter(is_look).count() as u64
}

/// A plain client of one cluster.
pub struct PlainClient {
    kept: reqwest::Client,
    fresh: reqwest::Client,
    origin: String,
    authorization: String,
}

/// Which connection a write goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOver {
    /// One of its own, as Argus does it.
    Fresh,
    /// The one that reads go over.
    Kept,
}

#[derive(Deserialize)]
struct Started {
    data: String,
}

impl PlainClient {
    /// A client with the executor's token.
    pub fn new(cluster: &Cluster) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_file(cluster.simulator.ca_file());
        roots.add(authority.ok().context("the authority cannot be read")?)?;
        let url = cluster.simulator.api_url();
        let origin = url.strip_suffix("/api2/json").context("no API address")?;
        Ok(Self {
            kept: person::http_client_trusting(roots.clone(), true)?,
            fresh: person::http_client_trusting(roots, false)?,
            origin: origin.to_owned(),
            authorization: format!("PVEAPIToken={}", cluster.token("ops")?),
        })
    }

    /// Makes the calls and says how long they took. Where one asks about a task, it asks about the one that was
    /// started last.
    pub async fn repeat(&self, calls: &[Call], over: WriteOver) -> Result<Duration> {
        let mut task: Option<String> = None;
        let started = Instant::now();
        for call in calls {
            let path = match &task {
                Some(task) => about(&call.path, task),
                None => call.path.clone(),
            };
            let url = format!("{}{path}", self.origin);
            let request = match (call.is_write, over) {
                (true, WriteOver::Fresh) => self.fresh.post(url),
                (true, WriteOver::Kept) => self.kept.post(url),
                (false, _) => self.kept.get(url),
            };
            let request = request.header("authorization", &self.authorization);
            let answer = request.send().await?;
            let status = answer.status();
            let body = answer.bytes().await?;
            ensure!(status.is_success(), "{path} answers {status}");
            if call.is_write {
                task = Some(serde_json::from_slice::<Started>(&body)?.data);
            }
        }
        Ok(started.elapsed())
    }
}

/// The path with another task's id, where it has one.
fn about(path: &str, task: &str) -> String {
    let Some((before, after)) = path.split_once(TASKS) else {
        return path.to_owned();
    };
    let rest = after.find('/').map_or("", |at| &after[at..]);
    format!("{before}{TASKS}{task}{rest}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn seen(calls: &[(&str, &str)]) -> VecDeque<Seen> {
        let seen = calls.iter().map(|(method, path)| Seen {
            at_ms: 0,
            method: (*method).to_owned(),
            path: (*path).to_owned(),
            call: String::new(),
            parameters: BTreeMap::new(),
            status: Some(200),
        });
        seen.collect()
    }

    #[test]
    fn the_reads_of_the_confirmation_are_left_out() {
        let seen = seen(&[
            ("GET", "/confirm/1"),
            ("GET", "/confirm/2"),
            ("GET", "/before/1"),
            ("POST", "/start/1"),
            ("GET", "/after/1"),
            ("GET", "/before/2"),
            ("POST", "/start/2"),
            ("GET", "/after/2"),
        ]);
        let calls = of_execution(&seen, 2).unwrap();
        assert_eq!(calls.len(), 6);
        assert_eq!(calls[0].path, "/before/1");
        assert!(calls[1].is_write);
    }

    #[test]
    fn calls_that_are_not_those_of_the_steps_are_refused() {
        let one = [("GET", "/x"), ("POST", "/start/1")];
        assert!(of_execution(&seen(&one), 1).is_err());
        assert!(of_execution(&seen(&one), 2).is_err());
        let long_tail = [("POST", "/1"), ("POST", "/2"), ("GET", "/x"), ("GET", "/y")];
        assert!(of_execution(&seen(&long_tail), 2).is_err());
    }

    #[test]
    fn a_question_about_a_task_is_asked_about_the_new_one() {
        assert_eq!(
            about(
                "/api2/json/nodes/pve1/tasks/UPID%3Aold/log?start=0",
                "UPID:new"
            ),
            "/api2/json/nodes/pve1/tasks/UPID:new/log?start=0"
        );
        assert_eq!(
            about("/nodes/pve1/tasks/old", "new"),
            "/nodes/pve1/tasks/new"
        );
        assert_eq!(
            about("/nodes/pve1/qemu/1/config", "new"),
            "/nodes/pve1/qemu/1/config"
        );
    }
}
