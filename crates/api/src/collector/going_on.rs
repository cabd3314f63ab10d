//! What goes on inside Proxmox now, and what its calendar is about to begin.

use argus_proxmox::read::{self, BackupJob, TaskEntry};
use argus_proxmox::{ApiErrorKind, Client, Error};
use argus_types::Timestamp;

/// Running tasks and backup jobs at one moment.
#[derive(Debug, Clone)]
pub struct GoingOn {
    /// The moment.
    pub at: Timestamp,
    /// Tasks that run on any node.
    pub tasks: Vec<TaskEntry>,
    /// Jobs that make backups. `None` where the token lacks `Sys.Audit` on `/`, without which Proxmox does not show the
    /// tasks of others either.
    pub jobs: Option<Vec<BackupJob>>,
}

/// Reads it, in two requests that do not depend on the size of the cluster.
pub async fn read(client: &Client, at: Timestamp) -> Result<GoingOn, Error> {
    let mut tasks = client.read(read::cluster_tasks()).await?;
    tasks.retain(TaskEntry::is_running);
    let jobs = match client.read(read::backup_jobs()).await {
        Ok(jobs) => Some(jobs),
        Err(error) if error.api_kind() == Some(ApiErrorKind::Permission) => None,
        Err(error) => return Err(error),
    };
    Ok(GoingOn { at, tasks, jobs })
}
