//! `cargo xtask demo`: a whole cluster to play with, on this machine, until Ctrl-C.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use argus_types::person::Role;
use clap::Args;
use serde_json::Value;

use crate::client::Client;
use crate::postgres::{self, Durability};
use crate::stack::{self, Plan, Stack};
use crate::{check, environment, interrupt, page, ports, terminal, workspace};

/// Options of `cargo xtask demo`.
#[derive(Args)]
pub struct Options {
    /// Throw away what earlier demos left and start over
    #[arg(long)]
    fresh: bool,
    /// No browser: do the main job through REST and WebSocket on free ports, and exit non-zero on the first wrong thing
    #[arg(long, conflicts_with_all = ["fresh", "port"])]
    check: bool,
    /// Where the console answers
    #[arg(long, default_value_t = 8099)]
    port: u16,
}

/// Starts it and follows it, or checks it.
pub fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    if options.check {
        check::run()?;
        terminal::say(&format!(
            "everything is right ({})",
            terminal::seconds(started.elapsed())
        ));
        return Ok(());
    }
    ports::ensure_free(options.port)?;
    let state = environment::cache()?.join(format!("demo-{}", workspace::clone_id()));
    let database = postgres::data_folder("demo")?;
    let _alone = only_one(&state)?;
    if options.fresh {
        postgres::remove(&database)?;
        for part in ["simulator", "logs", "session-secret"] {
            remove(&state.join(part))?;
        }
    }
    let page = page::ensure_built()?;
    stack::build()?;
    let origin = format!("http://localhost:{}", options.port);
    let mut stack = Stack::start(&Plan {
        state,
        database,
        durability: Durability::On,
        port: options.port,
        origin: origin.clone(),
        page: Some(page),
        speed: 1,
    })?;
    greet(&stack, &origin, started)?;
    let followed = follow(&mut stack);
    terminal::say("stopping ...");
    stack.stop();
    terminal::say(
        "stopped; what you did is kept for the next `cargo xtask demo` (--fresh starts over)",
    );
    followed
}

/// Two demos in one folder would spoil each other's data.
fn only_one(state: &Path) -> Result<File> {
    std::fs::create_dir_all(state).with_context(|| format!("cannot create {}", state.display()))?;
    let file = File::create(state.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            bail!("a demo of this clone is running already: stop it with Ctrl-C in its terminal")
        }
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).context("cannot lock the demo's folder")
        }
    }
}

fn remove(path: &Path) -> Result<()> {
    let result = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn greet(stack: &Stack, origin: &str, started: Instant) -> Result<()> {
    let client = Client::new(&*stack.address, origin);
    let ways: argus_types::person::SignInWays = client.get(argus_types::paths::SIGN_IN_WAYS)?;
    terminal::say(&format!(
        "\nArgus is up ({}):\n\n    {origin}\n",
        terminal::seconds(started.elapsed())
    ));
    terminal::say("Sign in with one click as one of:");
    for person in &ways.demo_people {
        let may = match person.role {
            Role::Viewer => "sees everything and changes nothing",
            Role::Operator => "asks for changes, may stop them",
            Role::Admin => "confirms changes",
        };
        terminal::say(&format!(
            "    {:<8} {:<9} {may}",
            person.name,
            person.role.as_str()
        ));
    }
    terminal::say(&format!(
        "\nTry, as the operator: \"snapshot web-01, then move it to pve2\".\n\
         Faults of the simulated Proxmox: {} - logs: {}\n\
         Ctrl-C stops everything.\n",
        stack.proxmox.control_url,
        stack.api_log().parent().unwrap_or(Path::new(".")).display()
    ));
    Ok(())
}

/// One line per event, until Ctrl-C or until a part is gone.
fn follow(stack: &mut Stack) -> Result<()> {
    let mut log = Tail::open(stack.api_log())?;
    while !interrupt::asked() {
        stack.check()?;
        while let Some(line) = log.next_line()? {
            if let Some(text) = pretty(&line) {
                terminal::say(&text);
            }
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Reads a file that grows, line by line.
struct Tail {
    reader: BufReader<File>,
    path: PathBuf,
    part: String,
}

impl Tail {
    /// From its present end on.
    fn open(path: &Path) -> Result<Self> {
        let mut file =
            File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self {
            reader: BufReader::new(file),
            path: path.to_owned(),
            part: String::new(),
        })
    }

    /// The next whole line, if there is one.
    fn next_line(&mut self) -> Result<Option<String>> {
        let mut bytes = Vec::new();
        self.reader
            .read_until(b'\n', &mut bytes)
            .with_context(|| format!("cannot read {}", self.path.display()))?;
        self.part.push_str(&String::from_utf8_lossy(&bytes));
        if self.part.ends_with('\n') {
            return Ok(Some(std::mem::take(&mut self.part)));
        }
        Ok(None)
    }
}

/// What a person should see of a log line: events, warnings, errors.
fn pretty(line: &str) -> Option<String> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let level = entry.get("level")?.as_str()?;
    let is_event = entry.get("target")?.as_str()? == "argus::event";
    if !is_event && !matches!(level, "WARN" | "ERROR") {
        return None;
    }
    let at = entry.get("timestamp")?.as_str()?.get(11..19)?;
    let message = entry
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut text = if is_event {
        format!("{at}  {message}")
    } else {
        format!("{at}  {level} {message}")
    };
    for (key, value) in entry.as_object()? {
        if matches!(
            key.as_str(),
            "timestamp" | "level" | "target" | "message" | "kind" | "span" | "spans"
        ) {
            continue;
        }
        text += "  ";
        text += key;
        text += "=";
        match value.as_str() {
            Some(value) => text += value,
            None => text += &value.to_string(),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn an_event_becomes_one_readable_line_and_chatter_does_not() {
        let event = r#"{"timestamp":"2026-11-22T19:20:21.123Z","level":"INFO","message":"proposal","target":"argus::event","kind":"proposal","id":"7","state":"in_review"}"#;
        assert_eq!(
            pretty(event).unwrap(),
            "19:20:21  proposal  id=7  state=in_review"
        );
        assert_eq!(pretty(&event.replace("argus::event", "hyper")), None);
        assert_eq!(pretty("not JSON"), None);
    }

    #[test]
    fn warnings_are_shown_whoever_gives_them() {
        let line = r#"{"timestamp":"2026-11-22T19:20:21.123Z","level":"WARN","message":"slow","target":"argus_store"}"#;
        assert_eq!(pretty(line).unwrap(), "19:20:21  WARN slow");
    }

    #[test]
    fn a_line_is_given_out_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut file = File::create(&path).unwrap();
        let mut tail = Tail::open(&path).unwrap();
        write!(file, "half").unwrap();
        assert_eq!(tail.next_line().unwrap(), None);
        writeln!(file, " whole").unwrap();
        assert_eq!(tail.next_line().unwrap().as_deref(), Some("half whole\n"));
    }

    #[test]
    fn a_second_demo_of_the_same_clone_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = only_one(folder.path()).unwrap();
        assert!(only_one(folder.path()).is_err());
        drop(first);
        only_one(folder.path()).unwrap();
    }
}
