//! Reading versions, decisions on them, and the plans that they judged.

use argus_domain::policy::{Past, Question};
use argus_types::Timestamp;
use argus_types::id::ProposalId;
use argus_types::policy::{PolicyState, PolicyVersion};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::StoredPolicy;
use crate::account::{self, StoredAccount, pick};
use crate::approval::StoredApproval;
use crate::convert;
use crate::{Error, Store};

/// Most plans of the past that are read for a replay.
const MOST_PAST: i64 = 5_000;
/// A version is decided on as one; its decisions carry this revision.
const REVISION: u32 = 1;

struct VersionRow {
    number: i32,
    text: String,
    digest: String,
    made_from: Option<i32>,
    author: Option<Uuid>,
    reason: String,
    state: String,
    proposed_at: OffsetDateTime,
    activated_at: Option<OffsetDateTime>,
    closed_at: Option<OffsetDateTime>,
    closed_reason: Option<String>,
    author_name: Option<String>,
    author_role: Option<String>,
    activated_by_name: Option<String>,
    approved_by: Vec<String>,
}

pub(super) struct ApprovalRow {
    pub person: Uuid,
    verdict: String,
    comment: Option<String>,
    at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

impl Store {
    /// The version that judges plans now; `None` before the first start has put one there.
    pub async fn active_policy(&self) -> Result<Option<StoredPolicy>, Error> {
        let mut connection = self.pool.acquire().await?;
        active(&mut connection).await
    }

    /// One version with the decisions on it, by people as they are now.
    pub async fn policy(
        &self,
        number: u32,
    ) -> Result<Option<(StoredPolicy, Vec<StoredApproval>)>, Error> {
        let mut connection = self.pool.acquire().await?;
        let Some(policy) = read(&mut connection, number).await? else {
            return Ok(None);
        };
        let rows = decisions(&mut connection, number).await?;
        let people: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
        let accounts = account::find(&mut connection, &people).await?;
        let given = stored_decisions(&policy, &rows, &accounts)?;
        Ok(Some((policy, given)))
    }

    /// All versions, the youngest first.
    pub async fn policies(&self) -> Result<Vec<PolicyVersion>, Error> {
        let mut connection = self.pool.acquire().await?;
        let all = versions(&mut connection, None, None).await?;
        Ok(all.into_iter().map(|policy| policy.version).collect())
    }

    /// What the policy was asked about the plans since then, the youngest first.
    pub async fn past_plans(&self, since: Timestamp) -> Result<Vec<Past>, Error> {
        sqlx::query!(
            r#"SELECT p.id, r.title, r.planned_at, r.approvals_required, r.question AS "question!"
               FROM proposal p JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
               WHERE r.question IS NOT NULL AND r.planned_at >= $1
               ORDER BY r.planned_at DESC, p.id DESC LIMIT $2"#,
            since.get(),
            MOST_PAST,
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(Past {
                proposal: ProposalId(row.id),
                title: row.title,
                at: convert::at(row.planned_at),
                question: convert::from_json::<Question>("policy question", row.question)?,
                approvals: convert::number("number of approvals", row.approvals_required)?,
            })
        })
        .collect()
    }
}

/// Versions of this number, or in this state, or all; the youngest first.
async fn versions(
    connection: &mut PgConnection,
    number: Option<i32>,
    state: Option<PolicyState>,
) -> Result<Vec<StoredPolicy>, Error> {
    sqlx::query_as!(
        VersionRow,
        r#"SELECT v.number, v.text, v.digest, v.made_from, v.author, v.reason, v.state, v.proposed_at,
                  v.activated_at, v.closed_at, v.closed_reason,
                  a.name AS "author_name?", a.role AS "author_role?", b.name AS "activated_by_name?",
                  ARRAY(SELECT p.name FROM policy_approval d JOIN person p ON p.id = d.person
                        WHERE d.version = v.number AND d.verdict = 'approve' ORDER BY d.at, d.id) AS "approved_by!"
           FROM policy_version v LEFT JOIN person a ON a.id = v.author LEFT JOIN person b ON b.id = v.activated_by
           WHERE ($1::integer IS NULL OR v.number = $1) AND ($2::text IS NULL OR v.state = $2)
           ORDER BY v.number DESC"#,
        number,
        state.map(PolicyState::as_str),
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(stored)
    .collect()
}

pub(super) async fn active(connection: &mut PgConnection) -> Result<Option<StoredPolicy>, Error> {
    Ok(versions(connection, None, Some(PolicyState::Active))
        .await?
        .pop())
}

pub(super) async fn read(
    connection: &mut PgConnection,
    number: u32,
) -> Result<Option<StoredPolicy>, Error> {
    // A number that no column holds is no version's.
    match i32::try_from(number) {
        Ok(number) => Ok(versions(connection, Some(number), None).await?.pop()),
        Err(_) => Ok(None),
    }
}

pub(super) async fn decisions(
    connection: &mut PgConnection,
    number: u32,
) -> Result<Vec<ApprovalRow>, Error> {
    let number: i32 = convert::number("policy version", number)?;
    Ok(sqlx::query_as!(
        ApprovalRow,
        "SELECT person, verdict, comment, at, expires_at FROM policy_approval WHERE version = $1 ORDER BY at, id",
        number,
    )
    .fetch_all(connection)
    .await?)
}

pub(super) fn stored_decisions(
    policy: &StoredPolicy,
    rows: &[ApprovalRow],
    accounts: &[StoredAccount],
) -> Result<Vec<StoredApproval>, Error> {
    rows.iter()
        .map(|row| {
            Ok(StoredApproval {
                by: pick(accounts, row.person)?,
                verdict: convert::parse("verdict", &row.verdict)?,
                comment: row.comment.clone(),
                revision: REVISION,
                digest: policy.version.digest,
                at: convert::at(row.at),
                expires_at: convert::at(row.expires_at),
                // An approval of a policy is neither taken back nor signed.
                revoked_at: None,
                signature: None,
            })
        })
        .collect()
}

fn stored(row: VersionRow) -> Result<StoredPolicy, Error> {
    let author = match (row.author, row.author_name, row.author_role) {
        (Some(id), Some(name), Some(role)) => Some(convert::person(id, name, &role)?),
        _ => None,
    };
    let number = |number| convert::number("policy version", number);
    Ok(StoredPolicy {
        version: PolicyVersion {
            number: number(row.number)?,
            state: convert::parse("policy state", &row.state)?,
            digest: convert::parse("policy digest", &row.digest)?,
            author,
            reason: row.reason,
            proposed_at: convert::at(row.proposed_at),
            activated_at: row.activated_at.map(convert::at),
            closed_at: row.closed_at.map(convert::at),
            closed_reason: row.closed_reason,
            approved_by: row.approved_by,
            activated_by: row.activated_by_name,
        },
        made_from: row.made_from.map(number).transpose()?,
        text: row.text,
    })
}
