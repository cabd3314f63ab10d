//! Reading proposals: one whole, or a list by age.

use argus_types::Timestamp;
use argus_types::drafting::{ActionProvenance, DraftedBy};
use argus_types::execution::ExecutionSummary;
use argus_types::id::{ExecutionId, PlanDigest, ProposalId};
use argus_types::page::Page;
use argus_types::plan::Plan;
use argus_types::policy::Judgement;
use argus_types::proposal::{Proposal, ProposalState, ProposalSummary, RiskLevel};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{PlanInReview, ProposalFilter, StoredProposal};
use crate::approval::{Matter, parties_of};
use crate::convert;
use crate::schedule::last_of;
use crate::{Error, Store, Tx};

impl Store {
    /// One proposal, with the approvals that count at `now`.
    pub async fn proposal(
        &self,
        id: ProposalId,
        now: Timestamp,
    ) -> Result<Option<StoredProposal>, Error> {
        let mut connection = self.pool.acquire().await.map_err(Error::from)?;
        read(&mut connection, id, now).await
    }

    /// The plan of a proposal's present revision, alone.
    pub async fn present_plan(&self, id: ProposalId) -> Result<Option<Plan>, Error> {
        sqlx::query!(
            "SELECT r.plan FROM proposal p
             JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision WHERE p.id = $1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| convert::from_json("plan", row.plan))
        .transpose()
    }

    /// The proposal in review whose present plan this is. A plan names its proposal, so there is at most one.
    pub async fn plan_in_review(&self, digest: PlanDigest) -> Result<Option<PlanInReview>, Error> {
        sqlx::query!(
            "SELECT p.id, p.revision FROM proposal p
             JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
             WHERE r.digest = $1 AND p.state = 'in_review'",
            digest.to_string(),
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(PlanInReview {
                proposal: ProposalId(row.id),
                revision: convert::number("revision", row.revision)?,
            })
        })
        .transpose()
    }

    /// Proposals, the youngest first, with the approvals that count at `now`. `cursor` is a page's `next_cursor`.
    pub async fn proposals(
        &self,
        filter: ProposalFilter,
        cursor: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Page<ProposalSummary>, Error> {
        let (before_at, before_id) = cursor.map(parse_cursor).transpose()?.unzip();
        let rows = sqlx::query!(
            r#"SELECT p.id, p.cluster, p.revision, p.state, p.created_at, p.expires_at, p.closed_at,
                      r.title, r.risk_level, COALESCE((r.risk->>'destructive')::boolean, false) AS "destructive!", r.steps, r.digest, r.approvals_required, r.own_approval, r.placements,
                      a.id AS author_id, a.name AS author_name, a.role AS author_role,
                      e.id AS "execution_id?", e.state AS "execution_state?",
                      s.execution IS NOT NULL AS "resolved!"
               FROM proposal p
               JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
               JOIN person a ON a.id = p.author
               LEFT JOIN execution e ON e.proposal = p.id
               LEFT JOIN execution_resolution s ON s.execution = e.id
               WHERE ($1::text IS NULL OR p.state = $1) AND ($2::uuid IS NULL OR p.author = $2)
                 AND ($3::timestamptz IS NULL OR (p.created_at, p.id) < ($3, $4::uuid))
               ORDER BY p.created_at DESC, p.id DESC LIMIT $5"#,
            filter.state.map(ProposalState::as_str),
            filter.author.map(|author| author.0),
            before_at,
            before_id,
            i64::from(limit) + 1,
        )
        .fetch_all(&self.pool)
        .await?;
        let more = rows.len() > limit as usize;
        let shown = &rows[..rows.len().min(limit as usize)];
        let ids: Vec<_> = shown.iter().map(|row| ProposalId(row.id)).collect();
        let mut connection = self.pool.acquire().await?;
        let parties = parties_of(&mut connection, &ids).await?;
        let mut items = Vec::with_capacity(shown.len());
        let mut last = None;
        for row in shown {
            last = Some((row.created_at, row.id));
            let id = ProposalId(row.id);
            let state = convert::parse("proposal state", &row.state)?;
            let approvals_required =
                convert::number("number of approvals", row.approvals_required)?;
            let confirmed_at = match state {
                ProposalState::Confirmed => row.closed_at.map(convert::at),
                _ => None,
            };
            let revision = convert::number("revision", row.revision)?;
            let matter = Matter {
                cluster: &convert::parse("cluster id", &row.cluster)?,
                placements: &convert::from_json::<Vec<_>>("placements", row.placements.clone())?,
                revision,
                digest: convert::parse("plan digest", &row.digest)?,
                required: approvals_required,
                own_approval: row.own_approval,
                confirmed_at: confirmed_at.unwrap_or(now),
                now,
            };
            items.push(ProposalSummary {
                id,
                state,
                title: row.title.clone(),
                author: convert::person(row.author_id, row.author_name.clone(), &row.author_role)?,
                risk: level(&row.risk_level)?,
                destructive: row.destructive,
                steps: convert::number("number of steps", row.steps)?,
                approvals_required,
                approvals: parties
                    .get(&id)
                    .filter(|_| state.counts_approvals())
                    .map_or(0, |parties| parties.counting(matter)),
                decided_by: parties
                    .get(&id)
                    .map_or_else(Vec::new, |parties| parties.deciders(revision)),
                created_at: convert::at(row.created_at),
                expires_at: convert::at(row.expires_at),
                execution: summary(
                    row.execution_id,
                    row.execution_state.as_deref(),
                    row.resolved,
                )?,
            });
        }
        let next_cursor = last.filter(|_| more).map(write_cursor);
        Ok(Page { items, next_cursor })
    }
}

impl Tx {
    /// One proposal with the approvals that count at `now`, and no other transaction changes it, or adds a decision,
    /// before this one's end.
    pub async fn lock_proposal(
        &mut self,
        id: ProposalId,
        now: Timestamp,
    ) -> Result<Option<StoredProposal>, Error> {
        let found = sqlx::query!("SELECT id FROM proposal WHERE id = $1 FOR UPDATE", id.0)
            .fetch_optional(self.connection())
            .await?;
        if found.is_none() {
            return Ok(None);
        }
        read(self.connection(), id, now).await
    }
}

async fn read(
    connection: &mut PgConnection,
    id: ProposalId,
    now: Timestamp,
) -> Result<Option<StoredProposal>, Error> {
    let row = sqlx::query!(
        r#"SELECT p.id, p.cluster, p.revision, p.state, p.origin, p.request, p.reason, p.draft, p.created_at, p.expires_at,
                  p.closed_at, p.closed_reason, p.drift, p.supersedes, p.undoes, n.id AS "superseded_by?",
                  d.provider AS "provider?", d.model AS "model?", d.is_local AS "is_local?", d.differs AS "differs?",
                  d.provenance AS "provenance?", json_array_length(d.suspects) AS "suspects?",
                  r.title, r.plan, r.digest, r.risk, r.snapshots, r.skipped, r.impact, r.snapshots_first, r.alternative, r.planned_at,
                  r.approvals_required, r.placements, r.policy_version, r.verdict, r.question,
                  a.id AS author_id, a.name AS author_name, a.role AS author_role,
                  c.id AS "closer_id?", c.name AS "closer_name?", c.role AS "closer_role?",
                  e.id AS "execution_id?"
           FROM proposal p
           JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
           JOIN person a ON a.id = p.author
           LEFT JOIN person c ON c.id = p.closed_by
           LEFT JOIN execution e ON e.proposal = p.id
           LEFT JOIN proposal n ON n.supersedes = p.id
           LEFT JOIN draft d ON d.proposal = p.id
           WHERE p.id = $1"#,
        id.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let closed_by = match (row.closer_id, row.closer_name, row.closer_role) {
        (Some(id), Some(name), Some(role)) => Some(convert::person(id, name, &role)?),
        _ => None,
    };
    let drafted_by = match (row.provider, row.model) {
        (Some(provider), Some(model)) => {
            let told = row
                .provenance
                .map(|told| convert::from_json("provenance", told));
            let provenance: Vec<ActionProvenance> = told.transpose()?.unwrap_or_default();
            let suspects = row
                .suspects
                .map(|count| convert::number("number of suspect texts", count));
            Some(DraftedBy {
                provider,
                model,
                is_local: row.is_local.unwrap_or_default(),
                differs: row.differs.unwrap_or_default(),
                wrote: ActionProvenance::texts_by_model(&provenance),
                suspects: suspects.transpose()?.unwrap_or_default(),
            })
        }
        _ => None,
    };
    let proposal = Proposal {
        id,
        drafted_by,
        cluster: convert::parse("cluster id", &row.cluster)?,
        revision: convert::number("revision", row.revision)?,
        state: convert::parse("proposal state", &row.state)?,
        title: row.title,
        author: convert::person(row.author_id, row.author_name, &row.author_role)?,
        origin: convert::parse("origin", &row.origin)?,
        request: row.request,
        reason: row.reason,
        plan: convert::from_json("plan", row.plan)?,
        digest: convert::parse("plan digest", &row.digest)?,
        risk: convert::from_json("risk", row.risk)?,
        snapshots: convert::from_json("snapshots", row.snapshots)?,
        skipped: convert::from_json("skipped", row.skipped)?,
        impact: convert::from_json("impact", row.impact)?,
        policy: judgement(row.policy_version, row.verdict)?,
        approvals_required: convert::number("number of approvals", row.approvals_required)?,
        approvals: 0,
        created_at: convert::at(row.created_at),
        planned_at: convert::at(row.planned_at),
        expires_at: convert::at(row.expires_at),
        closed_by,
        closed_at: row.closed_at.map(convert::at),
        closed_reason: row.closed_reason,
        drift: convert::from_json("drift", row.drift)?,
        execution: row.execution_id.map(ExecutionId),
        schedule: last_of(connection, id).await?,
        supersedes: row.supersedes.map(ProposalId),
        superseded_by: row.superseded_by.map(ProposalId),
        undoes: row.undoes.map(ExecutionId),
    };
    let mut stored = StoredProposal {
        proposal,
        draft: convert::from_json("draft", row.draft)?,
        snapshots_first: row.snapshots_first,
        alternative: convert::number("number of a way", row.alternative)?,
        placements: convert::from_json("placements", row.placements)?,
        question: row
            .question
            .map(|question| convert::from_json("policy question", question))
            .transpose()?,
    };
    if !stored.proposal.state.counts_approvals() {
        return Ok(Some(stored));
    }
    if let Some(parties) = parties_of(connection, &[id]).await?.get(&id) {
        stored.proposal.approvals = parties.counting(stored.matter(now));
    }
    Ok(Some(stored))
}

fn judgement(
    version: Option<i32>,
    verdict: Option<serde_json::Value>,
) -> Result<Option<Judgement>, Error> {
    version
        .zip(verdict)
        .map(|(version, verdict)| {
            Ok(Judgement {
                version: convert::number("policy version", version)?,
                verdict: convert::from_json("policy verdict", verdict)?,
            })
        })
        .transpose()
}

fn summary(
    id: Option<Uuid>,
    state: Option<&str>,
    resolved: bool,
) -> Result<Option<ExecutionSummary>, Error> {
    match (id, state) {
        (Some(id), Some(state)) => Ok(Some(ExecutionSummary {
            id: ExecutionId(id),
            state: convert::parse("execution state", state)?,
            resolved,
        })),
        _ => Ok(None),
    }
}

fn level(word: &str) -> Result<RiskLevel, Error> {
    match word {
        "low" => Ok(RiskLevel::Low),
        "medium" => Ok(RiskLevel::Medium),
        "high" => Ok(RiskLevel::High),
        _ => Err(Error::Corrupt { what: "risk level" }),
    }
}

/// Microseconds, because that is what PostgreSQL keeps and compares.
fn write_cursor((at, id): (OffsetDateTime, Uuid)) -> String {
    format!("{}.{}", at.unix_timestamp_nanos() / 1000, id.simple())
}

fn parse_cursor(text: &str) -> Result<(OffsetDateTime, Uuid), Error> {
    let (micros, id) = text.split_once('.').ok_or(Error::Cursor)?;
    let micros: i64 = micros.parse().map_err(|_| Error::Cursor)?;
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
        .map_err(|_| Error::Cursor)?;
    Ok((at, Uuid::parse_str(id).map_err(|_| Error::Cursor)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_that_argus_did_not_make_is_refused_and_never_panics() {
        for wrong in [
            "",
            ".",
            "1",
            "1.x",
            "x.00000000000000000000000000000000",
            "9223372036854775807.00000000000000000000000000000000",
            "99999999999999999999.0",
        ] {
            assert!(matches!(parse_cursor(wrong), Err(Error::Cursor)), "{wrong}");
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_795_000_000_123_456_000).unwrap();
        let id = Uuid::from_u128(7);
        assert_eq!(parse_cursor(&write_cursor((at, id))).unwrap(), (at, id));
    }
}
