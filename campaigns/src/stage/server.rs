//! A PostgreSQL for campaigns: one that is given, or a private one that the campaign may stop and start.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use rustix::process::{Pid, Signal, kill_process};

/// How long it may take to start or to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which PostgreSQL.
#[derive(Debug, Clone, Args)]
pub struct Server {
    /// A PostgreSQL where databases may be made; a private one where there is none
    #[arg(
        long = "server",
        env = "ARGUS_TEST_DATABASE_URL",
        hide_env_values = true
    )]
    url: Option<String>,
}

impl Server {
    /// Its URL, and the private one's life.
    pub fn open(&self) -> Result<(String, Option<Postgres>)> {
        if let Some(url) = &self.url {
            return Ok((url.clone(), None));
        }
        let postgres = Postgres::start()?;
        Ok((postgres.url(), Some(postgres)))
    }
}

/// A private server in a folder of its own; it ends with this value.
pub struct Postgres {
    binaries: PathBuf,
    folder: tempfile::TempDir,
    owner: Option<(u32, u32)>,
    process: Option<Child>,
}

impl Postgres {
    /// Makes its data folder and starts it.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("argus-campaign-pg-")
            .tempdir()
            .context("no folder for PostgreSQL")?;
        let mut this = Self {
            binaries: binaries()?,
            folder,
            owner: owner()?,
            process: None,
        };
        std::fs::set_permissions(this.folder.path(), PermissionsExt::from_mode(0o700))?;
        if let Some((uid, gid)) = this.owner {
            chown(this.folder.path(), Some(uid), Some(gid))
                .context("the folder cannot be given to postgres")?;
        }
        let made = this
            .command("initdb")
            .arg("-D")
            .arg(this.data())
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ])
            .output()
            .context("initdb does not start")?;
        ensure!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        this.resume()?;
        Ok(this)
    }

    /// How its superuser reaches it; the same after each start.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/postgres?host={}",
            self.folder.path().display()
        )
    }

    /// Starts it where it was stopped, and waits until it answers.
    pub fn resume(&mut self) -> Result<()> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))?;
        // What was committed must outlive a stop without warning; only the machine's own end may take it.
        let mut command = self.command("postgres");
        command
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-c", "listen_addresses=", "-c", "max_connections=200"])
            .args(["-c", "timezone=UTC", "-c", "fsync=off"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        self.process = Some(command.spawn().context("PostgreSQL does not start")?);
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let asked = self
                .command("pg_isready")
                .arg("-q")
                .arg("-h")
                .arg(self.folder.path())
                .status();
            if asked.is_ok_and(|status| status.success()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("PostgreSQL does not answer")
    }

    /// Stops it as `pg_ctl stop -m immediate` does: every connection breaks, nothing is put in order.
    pub fn stop_at_once(&mut self) -> Result<()> {
        self.end(Signal::QUIT)
    }

    fn end(&mut self, signal: Signal) -> Result<()> {
        let Some(mut process) = self.process.take() else {
            return Ok(());
        };
        let id = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
        kill_process(id.context("a process id")?, signal)?;
        process.wait().context("PostgreSQL does not end")?;
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.current_dir("/");
        if let Some((uid, gid)) = self.owner {
            command.uid(uid).gid(gid);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The folder goes with it, so its data needs no order; a process that is gone already is as good.
        let _ = self.end(Signal::QUIT);
    }
}

/// Where the newest PostgreSQL's programs are.
fn binaries() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders
        .into_iter()
        .rev()
        .chain([PathBuf::from("/usr/local/bin"), PathBuf::from("/usr/bin")])
        .find(|folder| has_all(folder))
        .context("PostgreSQL's programs are not found: install postgresql, or name a server with --server")
}

fn has_all(folder: &Path) -> bool {
    let needed = ["initdb", "postgres", "pg_isready"];
    needed.iter().all(|name| folder.join(name).is_file())
}

/// Whom the server runs as: it refuses to run as root.
fn owner() -> Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").context("no list of users")?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let line = line.context("PostgreSQL refuses to run as root, and there is no user postgres")?;
    let mut fields = line.split(':').skip(2);
    let mut number = || -> Result<u32> { Ok(fields.next().context("a user's number")?.parse()?) };
    Ok(Some((number()?, number()?)))
}
