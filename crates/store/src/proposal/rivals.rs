//! Proposals that want the same as a plan does.

use std::collections::BTreeSet;

use argus_types::Timestamp;
use argus_types::id::{ClusterId, ExecutionId, ProposalId};
use argus_types::plan::Lock;
use sqlx::PgConnection;

use crate::convert;
use crate::{Error, Store, Tx};

/// Most rivals that are looked at: more than anybody reads, and than are ever at work at once.
const MOST: i64 = 50;

/// What a plan wants for itself, and where.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The plan's proposal.
    pub proposal: ProposalId,
    /// Its cluster.
    pub cluster: &'a ClusterId,
    /// The locks of its steps.
    pub locks: &'a BTreeSet<Lock>,
}

/// Another proposal whose plan has one of the locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRival {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its title.
    pub title: String,
    /// Its execution, where it has one.
    pub execution: Option<ExecutionId>,
}

impl Store {
    /// Other proposals with a step that has one of the locks: in review at `now`, carried out, or left for a person to
    /// look at. Those that are carried out first, then by age.
    pub async fn rivals(
        &self,
        wanted: Wanted<'_>,
        now: Timestamp,
    ) -> Result<Vec<StoredRival>, Error> {
        let mut connection = self.pool.acquire().await.map_err(Error::from)?;
        read(&mut connection, wanted, now).await
    }
}

impl Tx {
    /// The same, and no other plan for the cluster is started before this transaction's end by anybody who asks here.
    pub async fn hold_rivals(
        &mut self,
        wanted: Wanted<'_>,
        now: Timestamp,
    ) -> Result<Vec<StoredRival>, Error> {
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtextextended('argus start ' || $1, 0))",
            wanted.cluster.as_str(),
        )
        .fetch_one(self.connection())
        .await?;
        read(self.connection(), wanted, now).await
    }
}

async fn read(
    connection: &mut PgConnection,
    wanted: Wanted<'_>,
    now: Timestamp,
) -> Result<Vec<StoredRival>, Error> {
    let locks: Vec<serde_json::Value> = wanted
        .locks
        .iter()
        .map(|lock| convert::to_json("lock", lock))
        .collect::<Result<_, _>>()?;
    let rows = sqlx::query!(
        r#"SELECT p.id, r.title, e.id AS "execution?"
           FROM proposal p
           JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
           LEFT JOIN execution e ON e.proposal = p.id
           WHERE p.cluster = $1 AND p.id <> $2
             AND ((p.state = 'in_review' AND p.expires_at > $3)
                  OR e.state IN ('running', 'stopping')
                  OR (e.state = 'needs_attention'
                      AND NOT EXISTS (SELECT FROM execution_resolution s WHERE s.execution = e.id)))
             AND EXISTS (SELECT FROM jsonb_array_elements(r.plan::jsonb -> 'steps') AS step,
                                     jsonb_array_elements(step -> 'locks') AS lock
                         WHERE lock = ANY ($4))
           ORDER BY e.id IS NULL, p.created_at, p.id LIMIT $5"#,
        wanted.cluster.as_str(),
        wanted.proposal.0,
        now.get(),
        &locks,
        MOST,
    )
    .fetch_all(connection)
    .await?;
    let rivals = rows.into_iter().map(|row| StoredRival {
        proposal: ProposalId(row.id),
        title: row.title,
        execution: row.execution.map(ExecutionId),
    });
    Ok(rivals.collect())
}
