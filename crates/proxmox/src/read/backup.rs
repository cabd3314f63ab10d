//! Reads about backups: the jobs, which need `Sys.Audit` on `/`, and what an archive holds.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{GuestConfig, Read, of_node, plain};
use crate::{call::CallBuilder, guest::Kind, lenient, volume::VolumeId};

/// A guest that no backup job covers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NotBackedUp {
    /// Its number.
    #[serde(deserialize_with = "lenient::uint32")]
    pub vmid: u32,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
}

/// `GET /cluster/backup-info/not-backed-up`.
pub fn not_backed_up() -> Read<Vec<NotBackedUp>> {
    plain(CallBuilder::get().path("cluster/backup-info/not-backed-up"))
}

/// The configuration that a guest had when it was backed up.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchivedConfig(pub GuestConfig);

impl<'de> Deserialize<'de> for ArchivedConfig {
    /// Out of lines such as `memory: 2048`; a section in brackets is a snapshot's, and no longer the guest's own.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let own = text.lines().take_while(|line| !line.starts_with('['));
        let options = own
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().into()));
        Ok(Self(GuestConfig::from_raw(options.collect())))
    }
}

/// `GET /nodes/{node}/vzdump/extractconfig`. Needs the right to read the archive, without which [`super::storage_content`]
/// does not show it either: `Datastore.AllocateSpace` on its storage and `VM.Backup` on the guest that it is of.
pub fn archived_config(node: &str, archive: &VolumeId) -> Read<ArchivedConfig> {
    let call = of_node(node).segment("vzdump").segment("extractconfig");
    plain(call.text("volume", archive.as_str()))
}

/// A job that makes backups by the clock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BackupJob {
    /// Its id.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// Whether it runs; it does where nothing is said.
    #[serde(default = "yes", deserialize_with = "unless_said")]
    pub enabled: bool,
    /// When, as a calendar event such as `sat 02:00`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub schedule: Option<String>,
    /// Start of the next run, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub next_run: Option<u64>,
    /// Whether it takes in every guest but the excluded ones.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub all: bool,
    /// The guests that it takes in, where they are listed.
    #[serde(default, deserialize_with = "vmids")]
    pub vmid: Vec<u32>,
    /// The guests that it leaves out.
    #[serde(default, deserialize_with = "vmids")]
    pub exclude: Vec<u32>,
    /// The pool whose guests it takes in.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub pool: Option<String>,
    /// The one node on which it runs; on all if none.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub node: Option<String>,
    /// Storage that the backups go to.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub storage: Option<String>,
    /// `snapshot`, `suspend` or `stop`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub mode: Option<String>,
    /// Note.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
}

/// `GET /cluster/backup`.
pub fn backup_jobs() -> Read<Vec<BackupJob>> {
    plain(CallBuilder::get().path("cluster/backup"))
}

fn yes() -> bool {
    true
}

fn unless_said<'de, D: Deserializer<'de>>(de: D) -> Result<bool, D::Error> {
    Ok(lenient::opt_flag(de)?.unwrap_or(true))
}

/// Numbers of guests in one text, or one number as such.
fn vmids<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<u32>, D::Error> {
    let text = lenient::opt_text(de)?.unwrap_or_default();
    text.split([',', ';', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse()
                .map_err(|_| D::Error::custom(format_args!("{part:?} is no number of a guest")))
        })
        .collect()
}
