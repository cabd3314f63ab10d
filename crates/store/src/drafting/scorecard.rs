//! What became of drafts.

use argus_types::Timestamp;
use argus_types::drafting::ScorecardRow;

use crate::convert;
use crate::{Error, Store};

impl Store {
    /// What became of each drafter's drafts since then; the built-in rules first.
    pub async fn scorecard(&self, since: Timestamp) -> Result<Vec<ScorecardRow>, Error> {
        let rows = sqlx::query!(
            r#"SELECT d.provider, d.model,
                      count(p.id) AS "proposals!",
                      count(*) FILTER (WHERE p.state = 'confirmed' AND p.revision = 1) AS "accepted!",
                      count(*) FILTER (WHERE (p.state = 'confirmed' AND p.revision > 1)
                                          OR p.state = 'changes_requested') AS "edited!",
                      count(*) FILTER (WHERE p.state IN ('rejected', 'withdrawn')) AS "rejected!",
                      count(*) FILTER (WHERE p.state IN ('expired', 'drifted')) AS "lapsed!",
                      count(*) FILTER (WHERE p.state = 'in_review') AS "open!",
                      count(*) FILTER (WHERE d.outcome = 'schema_failed') AS "schema_failed!",
                      count(*) FILTER (WHERE d.outcome = 'clarified') AS "clarified!",
                      count(*) FILTER (WHERE d.outcome = 'refused') AS "refused!",
                      count(*) FILTER (WHERE d.outcome = 'unanswered') AS "unanswered!"
               FROM (SELECT id, proposal, outcome, began_at,
                            -- Where nobody answered, it is the one that was asked last.
                            coalesce(provider, (SELECT e.provider FROM draft_exchange e WHERE e.draft = draft.id
                                                ORDER BY e.number DESC LIMIT 1)) AS provider,
                            coalesce(model, (SELECT e.model FROM draft_exchange e WHERE e.draft = draft.id
                                             ORDER BY e.number DESC LIMIT 1)) AS model
                     FROM draft) d
               LEFT JOIN proposal p ON p.id = d.proposal
               WHERE d.began_at >= $1 AND d.outcome IS NOT NULL AND (d.outcome <> 'stopped' OR d.provider IS NOT NULL)
               GROUP BY d.provider, d.model ORDER BY d.provider NULLS FIRST, d.model"#,
            since.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let number = |value| convert::number("number of drafts", value);
                Ok(ScorecardRow {
                    provider: row.provider,
                    model: row.model,
                    proposals: number(row.proposals)?,
                    accepted: number(row.accepted)?,
                    edited: number(row.edited)?,
                    rejected: number(row.rejected)?,
                    lapsed: number(row.lapsed)?,
                    open: number(row.open)?,
                    schema_failed: number(row.schema_failed)?,
                    clarified: number(row.clarified)?,
                    refused: number(row.refused)?,
                    unanswered: number(row.unanswered)?,
                })
            })
            .collect()
    }
}
