//! Proposals that undo executions.

use argus_domain::undo::Standing;
use argus_types::execution::ExecutionState;
use argus_types::id::{ExecutionId, ProposalId};
use sqlx::PgConnection;

use crate::{Error, Store, Tx, convert};

impl Store {
    /// What is to undo an execution, or has.
    pub async fn standing_undo(&self, id: ExecutionId) -> Result<Option<Standing>, Error> {
        let mut connection = self.pool.acquire().await?;
        read(&mut connection, id).await
    }
}

impl Tx {
    /// The same, and nobody else begins to undo the execution before this transaction's end.
    pub async fn hold_undo(&mut self, id: ExecutionId) -> Result<Option<Standing>, Error> {
        sqlx::query!("SELECT id FROM execution WHERE id = $1 FOR UPDATE", id.0)
            .fetch_optional(self.connection())
            .await?;
        read(self.connection(), id).await
    }
}

async fn read(connection: &mut PgConnection, id: ExecutionId) -> Result<Option<Standing>, Error> {
    let row = sqlx::query!(
        r#"SELECT p.id, e.state AS "state?"
           FROM proposal p
           LEFT JOIN execution e ON e.proposal = p.id
           LEFT JOIN execution_resolution s ON s.execution = e.id
           WHERE p.undoes = $1
             AND (p.state = 'in_review' OR e.state IN ('running', 'stopping', 'succeeded')
                  OR (e.state = 'needs_attention' AND s.execution IS NULL))
           ORDER BY p.created_at DESC, p.id DESC LIMIT 1"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let proposal = ProposalId(row.id);
        let state = row
            .state
            .map(|state| convert::parse("execution state", &state))
            .transpose()?;
        Ok(match state {
            Some(ExecutionState::Succeeded) => Standing::Done(proposal),
            _ => Standing::Open(proposal),
        })
    })
    .transpose()
}
