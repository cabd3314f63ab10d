//! Servers that an earlier run left behind because it was killed before it could stop them.
//!
//! A run writes down the processes that it starts: id and start time, which together no other process ever has.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::{interrupt, terminal};

/// A process that cannot be mistaken for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    id: u32,
    /// Clock ticks between the machine's start and the process'.
    started: u64,
}

/// Writes down what runs now.
pub fn remember(folder: &Path, ids: &[u32]) -> Result<()> {
    let lines: Vec<_> = ids
        .iter()
        .filter_map(|id| identity(*id))
        .map(|Identity { id, started }| format!("{id} {started}"))
        .collect();
    let file = list(folder);
    std::fs::write(&file, lines.join("\n"))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Ends what an earlier run wrote down and is still there.
pub fn stop(folder: &Path) -> Result<()> {
    let Ok(text) = std::fs::read_to_string(list(folder)) else {
        return Ok(());
    };
    let left: Vec<Identity> = text.lines().filter_map(parse).filter(is_there).collect();
    if left.is_empty() {
        return Ok(());
    }
    terminal::say("- stopping what an earlier run left behind ...");
    for process in &left {
        // SIGINT is PostgreSQL's quick and clean end; the others take it as well.
        if let Some(pid) = i32::try_from(process.id).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::INT);
        }
    }
    let gone = interrupt::wait_for(Duration::from_secs(20), || {
        Ok((!left.iter().any(is_there)).then_some(()))
    })?;
    if gone.is_none() {
        let ids: Vec<_> = left
            .iter()
            .filter(|process| is_there(process))
            .map(|process| process.id.to_string())
            .collect();
        bail!(
            "processes of an earlier run do not end: kill {}",
            ids.join(" ")
        );
    }
    Ok(())
}

fn list(folder: &Path) -> PathBuf {
    folder.join("processes")
}

fn parse(line: &str) -> Option<Identity> {
    let (id, started) = line.split_once(' ')?;
    Some(Identity {
        id: id.parse().ok()?,
        started: started.parse().ok()?,
    })
}

fn is_there(process: &Identity) -> bool {
    identity(process.id) == Some(*process)
}

/// What the kernel says; nothing for a process that is gone or dead.
fn identity(id: u32) -> Option<Identity> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The second field is the program's name in parentheses and may hold anything; state is the third field and
    // the start time the 22nd (proc_pid_stat(5)).
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    if fields.next()? == "Z" {
        return None;
    }
    Some(Identity {
        id,
        started: fields.nth(18)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_was_left_behind_is_ended_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut ours = Command::new("sleep").arg("60").spawn().unwrap();
        let mut other = Command::new("sleep").arg("60").spawn().unwrap();
        remember(folder.path(), &[ours.id()]).unwrap();
        // The id of the other one, with the start time of a process that is long gone.
        let text =
            std::fs::read_to_string(list(folder.path())).unwrap() + &format!("\n{} 1", other.id());
        std::fs::write(list(folder.path()), text).unwrap();

        stop(folder.path()).unwrap();

        assert!(!ours.wait().unwrap().success());
        assert!(other.try_wait().unwrap().is_none());
        other.kill().unwrap();
        other.wait().unwrap();
    }

    #[test]
    fn a_first_run_has_nothing_to_stop() {
        stop(tempfile::tempdir().unwrap().path()).unwrap();
    }
}
