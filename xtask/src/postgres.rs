//! A private PostgreSQL: a data folder of its own, a Unix socket that only its user (and root) can reach.
//!
//! No port, no password, nothing shared with a server that the machine may run for others. PostgreSQL refuses
//! root; a root process gives the folder to the system's `postgres` user and starts the server as that.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use rustix::process::Signal;

use crate::process::{self, Server};
use crate::tools::apt;
use crate::{environment, interrupt, terminal, workspace};

/// Options of `cargo xtask pg`.
#[derive(Args)]
pub struct Options {
    /// Throw the development databases away first
    #[arg(long)]
    fresh: bool,
}

/// Starts the development server and waits for Ctrl-C.
pub fn run(options: &Options) -> Result<()> {
    let data = data_folder("dev")?;
    if options.fresh {
        remove(&data)?;
    }
    let logs = environment::cache()?.join(format!("pg-dev-{}.log", workspace::clone_id()));
    let mut server = Postgres::start(&data, &logs, Durability::On)?;
    server.ensure_database("argus")?;
    terminal::say(&format!(
        "export DATABASE_URL='{}'",
        server.url("argus", "argus")
    ));
    terminal::say(&format!(
        "export ARGUS_TEST_DATABASE_URL='{}'",
        server.superuser_url()
    ));
    terminal::say("Ctrl-C stops it; the data stays.");
    loop {
        std::thread::sleep(Duration::from_millis(100));
        server.server.check()?;
        if interrupt::asked() {
            server.stop();
            return Ok(());
        }
    }
}

/// Where the data of the server called `name` is, for this clone. Root's goes where `postgres` can follow.
pub fn data_folder(name: &str) -> Result<PathBuf> {
    let name = format!("{name}-{}", workspace::clone_id());
    Ok(if environment::is_root() {
        Path::new("/var/lib/argus-dev").join(name)
    } else {
        environment::cache()?.join("pg").join(name)
    })
}

/// Removes a data folder; a missing one is fine.
pub fn remove(data: &Path) -> Result<()> {
    match std::fs::remove_dir_all(data) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", data.display()))
        }
        _ => Ok(()),
    }
}

/// Where PostgreSQL's programs are.
pub struct Binaries(PathBuf);

impl Binaries {
    /// The newest installed version, or one on the `PATH`.
    pub fn find() -> Option<Self> {
        let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                Some((
                    entry.file_name().to_str()?.parse().ok()?,
                    entry.path().join("bin"),
                ))
            })
            .collect();
        versions.sort();
        versions
            .into_iter()
            .rev()
            .map(|(_, folder)| folder)
            .chain(environment::program_folders())
            .find(|folder| {
                ["initdb", "postgres", "psql"]
                    .iter()
                    .all(|name| folder.join(name).is_file())
            })
            .map(Self)
    }

    /// The same, after installing it where it is missing.
    pub fn ensure() -> Result<Self> {
        if let Some(binaries) = Self::find() {
            return Ok(binaries);
        }
        apt::install(&["postgresql"], "the private database")?;
        Self::find()
            .context("postgresql was installed, yet initdb, postgres and psql are not found")
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

/// Whether the server waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// What is committed survives a power cut.
    On,
    /// For tests, whose data dies with them.
    Off,
}

/// A running private server.
pub struct Postgres {
    server: Server,
    binaries: Binaries,
    socket: tempfile::TempDir,
    owner: Option<Owner>,
}

/// The user that the server runs as, where we are root.
#[derive(Clone, Copy)]
struct Owner {
    uid: u32,
    gid: u32,
}

impl Postgres {
    /// Makes the data folder on first use, starts the server, waits until it answers.
    pub fn start(data: &Path, log: &Path, durability: Durability) -> Result<Self> {
        let binaries = Binaries::ensure()?;
        let owner = owner()?;
        if !data.join("PG_VERSION").exists() {
            make(&binaries, data, owner)?;
        }
        same_version(&binaries, data)?;
        let socket = tempfile::Builder::new()
            .prefix("argus-pg-")
            .tempdir()
            .context("cannot make a socket folder")?;
        own(socket.path(), owner)?;
        let mut command = as_owner(&binaries.0.join("postgres"), owner);
        command.arg("-D").arg(data).arg("-k").arg(socket.path());
        let mut settings = vec!["listen_addresses=", "max_connections=250", "timezone=UTC"];
        if durability == Durability::Off {
            settings.extend([
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
            ]);
        }
        for setting in settings {
            command.args(["-c", setting]);
        }
        let server = Server::start("PostgreSQL", &mut command, log)?.stopped_by(Signal::INT);
        let mut this = Self {
            server,
            binaries,
            socket,
            owner,
        };
        this.wait()?;
        Ok(this)
    }

    fn wait(&mut self) -> Result<()> {
        let ask = |binaries: &Binaries, socket: &Path, owner| {
            as_owner(&binaries.0.join("psql"), owner)
                .args(["-qAtX", "-h"])
                .arg(socket)
                .args(["-U", "postgres", "-d", "postgres", "-c", "select 1"])
                .output()
                .is_ok_and(|output| output.status.success())
        };
        let socket_file = self.socket.path().join(".s.PGSQL.5432");
        self.server.wait_until(Duration::from_mins(1), || {
            Ok(
                (socket_file.exists() && ask(&self.binaries, self.socket.path(), self.owner))
                    .then_some(()),
            )
        })
    }

    /// Makes a role and a database of the same name that it owns, unless they are there.
    pub fn ensure_database(&self, name: &str) -> Result<()> {
        if self
            .query(&format!("select 1 from pg_roles where rolname = '{name}'"))?
            .is_empty()
        {
            self.query(&format!("create role {name} login"))?;
        }
        if self
            .query(&format!(
                "select 1 from pg_database where datname = '{name}'"
            ))?
            .is_empty()
        {
            self.query(&format!("create database {name} owner {name}"))?;
        }
        Ok(())
    }

    /// One statement as superuser; what it returned.
    fn query(&self, statement: &str) -> Result<String> {
        let mut command = as_owner(&self.binaries.0.join("psql"), self.owner);
        command
            .args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-h"])
            .arg(self.socket.path())
            .args(["-U", "postgres", "-d", "postgres", "-c", statement]);
        Ok(process::output(&mut command)?.trim().to_owned())
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// How `role` reaches `database`.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!(
            "postgres://{role}@localhost/{database}?host={}",
            self.socket.path().display()
        )
    }

    /// How tests make databases of their own.
    pub fn superuser_url(&self) -> String {
        self.url("postgres", "postgres")
    }

    /// Stops it; clients are cut off and nothing committed is lost.
    pub fn stop(&mut self) {
        self.server.stop();
    }
}

/// A new data folder. The socket folder guards the server, so nobody who reaches it is asked again.
fn make(binaries: &Binaries, data: &Path, owner: Option<Owner>) -> Result<()> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
    own(data, owner)?;
    let mut command = as_owner(&binaries.0.join("initdb"), owner);
    command.arg("-D").arg(data).args([
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]);
    if let Err(error) = process::output(&mut command) {
        // Half a data folder would be taken for a whole one.
        remove(data)?;
        return Err(error.context("cannot make a PostgreSQL data folder"));
    }
    Ok(())
}

/// A data folder belongs to one major version.
fn same_version(binaries: &Binaries, data: &Path) -> Result<()> {
    let made_by =
        std::fs::read_to_string(data.join("PG_VERSION")).context("cannot read PG_VERSION")?;
    let said = process::output(Command::new(binaries.0.join("postgres")).arg("--version"))?;
    let version = said
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let major = version.and_then(|version| version.split('.').next());
    ensure!(
        major == Some(made_by.trim()),
        "{} was made by PostgreSQL {}, installed is {}: start over with --fresh",
        data.display(),
        made_by.trim(),
        said.trim()
    );
    Ok(())
}

/// Who must own the data: us, or for root the system's `postgres`.
fn owner() -> Result<Option<Owner>> {
    if !environment::is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    match parse_owner(&users) {
        Some(owner) => Ok(Some(owner)),
        None => bail!(
            "PostgreSQL refuses to run as root and there is no user postgres: run this as another user"
        ),
    }
}

fn parse_owner(users: &str) -> Option<Owner> {
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some(Owner {
        uid: fields.next()?.parse().ok()?,
        gid: fields.next()?.parse().ok()?,
    })
}

/// Private to the owner.
fn own(folder: &Path, owner: Option<Owner>) -> Result<()> {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    if let Some(Owner { uid, gid }) = owner {
        chown(folder, Some(uid), Some(gid))
            .with_context(|| format!("cannot give {} to postgres", folder.display()))?;
    }
    Ok(())
}

/// The program as the owner, in a folder that every user can enter.
fn as_owner(program: &Path, owner: Option<Owner>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir("/")
        .env_remove("PGPORT")
        .env_remove("PGHOST")
        .env_remove("PGSERVICE");
    if let Some(Owner { uid, gid }) = owner {
        command.uid(uid).gid(gid);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_read_from_the_user_list() {
        let owner =
            parse_owner("root:x:0:0::/root:/bin/sh\npostgres:x:101:104:admin:/var/lib:/bin/sh\n")
                .unwrap();
        assert_eq!((owner.uid, owner.gid), (101, 104));
        assert!(parse_owner("postgres-old:x:1:1:::\n").is_none());
    }

    #[test]
    fn data_survives_a_restart_of_the_server() {
        let folder = tempfile::Builder::new()
            .prefix("argus-pg-test-")
            .tempdir()
            .unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let (data, log) = (folder.path().join("data"), folder.path().join("log"));
        for _ in 0..2 {
            let mut server = Postgres::start(&data, &log, Durability::Off).unwrap();
            server.ensure_database("sample").unwrap();
            server.stop();
        }
    }
}
