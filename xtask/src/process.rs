//! Child processes: chores that end by themselves, and servers that we stop.
//!
//! Servers run in a process group of their own, so that a Ctrl-C at the terminal reaches only us and we can stop
//! them in order. Only what was started here is ever signalled, by its process id.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::interrupt;

/// Runs a chore to its end with its output shown; fails unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("{} failed ({status})", describe(command));
    }
    Ok(())
}

/// Runs a chore to its end with its output shown. Ctrl-C ends it, too.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", describe(command)))?;
    loop {
        if let Some(status) = child.try_wait()? {
            // At a terminal the chore gets the Ctrl-C as we do: that is no failure of its own.
            interrupt::check()?;
            return Ok(status);
        }
        if interrupt::asked() {
            end(&mut child, Signal::TERM, Duration::from_secs(5));
            interrupt::check()?;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a short chore and returns what it printed; fails with what it complained about.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", describe(command)))?;
    if !output.status.success() {
        bail!(
            "{} failed ({}): {}",
            describe(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Program and arguments; never the environment, which holds secrets.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args().take(8) {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// A server that we started and will stop.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
    stop_signal: Signal,
}

/// How long a server may take to stop before it is killed.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

impl Server {
    /// Starts it with its output in `log`.
    pub fn start(name: &'static str, command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name} ({})", describe(command)))?;
        Ok(Self {
            name,
            child,
            log: log.to_owned(),
            stop_signal: Signal::TERM,
        })
    }

    /// Stops by another signal than SIGTERM (PostgreSQL's SIGTERM waits for its clients).
    pub fn stopped_by(mut self, signal: Signal) -> Self {
        self.stop_signal = signal;
        self
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where its output is.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// An error with the end of its log, if it is no longer running.
    pub fn check(&mut self) -> Result<()> {
        let Some(status) = self.child.try_wait()? else {
            return Ok(());
        };
        bail!(
            "{} ended by itself ({status}); the end of {}:\n{}",
            self.name,
            self.log.display(),
            last_lines(&self.log, 15)
        );
    }

    /// Waits until `ready` has something; fails with the end of the log where it ends or takes too long.
    pub fn wait_until<T>(
        &mut self,
        patience: Duration,
        mut ready: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let found = interrupt::wait_for(patience, || {
            self.check()?;
            ready()
        })?;
        found.with_context(|| {
            format!(
                "{} did not answer within {} s; the end of {}:\n{}",
                self.name,
                patience.as_secs(),
                self.log.display(),
                last_lines(&self.log, 15)
            )
        })
    }

    /// Asks it to end and waits; kills it where it does not listen.
    pub fn stop(&mut self) {
        end(&mut self.child, self.stop_signal, STOP_PATIENCE);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Signals, waits, and after `patience` kills. A child that is gone already is left alone: its id may be another's.
fn end(child: &mut Child, signal: Signal, patience: Duration) {
    if !matches!(child.try_wait(), Ok(None)) {
        return;
    }
    // Between the look and the signal the id stays ours: an ended child is a zombie until we wait for it.
    let _ = kill_process(Pid::from_child(child), signal);
    let started = std::time::Instant::now();
    while started.elapsed() < patience {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The last lines of a log file.
pub fn last_lines(file: &Path, count: usize) -> String {
    let bytes = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_server_that_ends_by_itself_is_reported_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut server =
            Server::start("sample", &mut shell("echo out of luck; exit 3"), &log).unwrap();
        let error = server
            .wait_until(Duration::from_secs(10), || Ok(None::<()>))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("out of luck") && error.contains("exit status: 3"),
            "{error}"
        );
    }

    #[test]
    fn a_server_that_ignores_the_signal_is_killed() {
        let mut child = shell("trap '' TERM; while :; do sleep 0.05; done")
            .process_group(0)
            .spawn()
            .unwrap();
        end(&mut child, Signal::TERM, Duration::from_millis(200));
        assert!(child.try_wait().unwrap().is_some());
    }

    #[test]
    fn a_failed_chore_names_itself_and_its_complaint() {
        let error = output(&mut shell("echo no such thing >&2; exit 1"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("no such thing"), "{error}");
    }
}
