//! The agent within a virtual machine. One that does not answer is [`crate::ApiErrorKind::AgentNotRunning`].

use serde::Deserialize;

use super::{Write, done, of_guest};
use crate::{answer, guest::GuestRef, lenient};

/// `POST …/agent/ping`: whether the agent within a virtual machine answers. Changes nothing, and is a `POST` all the
/// same. Needs `VM.GuestAgent.Audit`, before 9 `VM.Monitor`. An agent that does not answer is an error of Proxmox's.
pub fn agent_ping(guest: &GuestRef) -> Write<()> {
    done(of_guest(guest).path("agent/ping"))
}

/// What became of the unused blocks of a virtual machine's file systems.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Trim {
    /// By file system.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub paths: Vec<TrimmedPath>,
}

/// One file system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TrimmedPath {
    /// Where it is mounted.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub path: Option<String>,
    /// Bytes that were given back.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub trimmed: Option<u64>,
    /// Why none were.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub error: Option<String>,
}

/// `POST …/agent/fstrim`: gives unused blocks of all file systems back to the storage. Answered when it is done, or when
/// a node in between lost patience, while it goes on. Needs `VM.GuestAgent.FileSystemMgmt`, before 9 `VM.Monitor`.
pub fn agent_fstrim(guest: &GuestRef) -> Write<Trim> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(default, deserialize_with = "lenient::or_default")]
        result: Trim,
    }
    Write::new(of_guest(guest).path("agent/fstrim"), |body| {
        answer::data::<Answer>(body).map(|answer| answer.result)
    })
}
