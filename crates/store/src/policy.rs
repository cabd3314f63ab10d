//! Versions of the policy and the decisions on them.

use argus_domain::policy::{Past, Question};
use argus_types::Timestamp;
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PersonId, PlanDigest, ProposalId};
use argus_types::policy::{PolicyState, PolicyVersion};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::account::{self, StoredAccount, pick};
use crate::approval::StoredApproval;
use crate::convert;
use crate::{Error, Store, Tx};

/// Most plans of the past that are read for a replay.
const MOST_PAST: i64 = 5_000;
/// A version is decided on as one; its decisions carry this revision.
const REVISION: u32 = 1;

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPolicy {
    /// As it is listed.
    pub version: PolicyVersion,
    /// The version that was active when it was proposed.
    pub made_from: Option<u32>,
    /// The document.
    pub text: String,
}

/// A version to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewPolicyVersion<'a> {
    /// The document.
    pub text: &'a str,
    /// Of its content.
    pub digest: PlanDigest,
    /// Why.
    pub reason: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// A decision to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewPolicyApproval<'a> {
    /// Its id.
    pub id: Uuid,
    /// The version, locked by [`Tx::lock_policy`].
    pub version: u32,
    /// Who decides.
    pub person: PersonId,
    /// The human behind that account.
    pub human: Option<HumanId>,
    /// Their word.
    pub verdict: Verdict,
    /// Why.
    pub comment: Option<&'a str>,
    /// Now.
    pub at: Timestamp,
    /// From then on it counts no more.
    pub expires_at: Timestamp,
}

/// How a proposed version ends without becoming active.
#[derive(Debug, Clone, Copy)]
pub struct PolicyClosing<'a> {
    /// `rejected` or `withdrawn`.
    pub to: PolicyState,
    /// Now.
    pub at: Timestamp,
    /// The reason given.
    pub reason: Option<&'a str>,
}

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
}

struct ApprovalRow {
    person: Uuid,
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

impl Tx {
    /// The active version, which stays so until this transaction's end.
    pub async fn hold_active_policy(&mut self) -> Result<Option<StoredPolicy>, Error> {
        sqlx::query!("SELECT number FROM policy_version WHERE state = 'active' FOR SHARE")
            .fetch_optional(self.connection())
            .await?;
        active(self.connection()).await
    }

    /// One version; neither it nor the active one changes before this transaction's end.
    pub async fn lock_policy(&mut self, number: u32) -> Result<Option<StoredPolicy>, Error> {
        let Ok(wanted) = i32::try_from(number) else {
            return Ok(None);
        };
        sqlx::query!(
            "SELECT number FROM policy_version WHERE number = $1 OR state = 'active' ORDER BY number FOR UPDATE",
            wanted,
        )
        .fetch_all(self.connection())
        .await?;
        read(self.connection(), number).await
    }

    /// The decisions on a version that [`Self::lock_policy`] locked, with everybody who has to do with it and `who`
    /// held as they are: decisions, author where there is one, `who`.
    pub async fn hold_policy_parties(
        &mut self,
        policy: &StoredPolicy,
        who: PersonId,
    ) -> Result<(Vec<StoredApproval>, Option<StoredAccount>, StoredAccount), Error> {
        let rows = decisions(self.connection(), policy.version.number).await?;
        let author = policy.version.author.as_ref().map(|author| author.id);
        let people = rows.iter().map(|row| PersonId(row.person));
        let accounts = self
            .hold_accounts(people.chain(author).chain([who]))
            .await?;
        let given = stored_decisions(policy, &rows, &accounts)?;
        let author = author.map(|author| pick(&accounts, author.0)).transpose()?;
        Ok((given, author, pick(&accounts, who.0)?))
    }

    /// Keeps a version that `author` proposes; gives its number.
    pub async fn propose_policy(
        &mut self,
        new: NewPolicyVersion<'_>,
        author: PersonId,
    ) -> Result<u32, Error> {
        self.lock_policies().await?;
        self.insert_policy(new, Some(author)).await
    }

    /// Puts a version into force on nobody's word but the server's: at the first start, or from its shell.
    pub async fn install_policy(&mut self, new: NewPolicyVersion<'_>) -> Result<u32, Error> {
        self.lock_policies().await?;
        self.supersede(new.at).await?;
        self.insert_policy(new, None).await
    }

    /// Keeps a decision. `false`, and nothing done, where this human or account has given it before.
    pub async fn insert_policy_approval(
        &mut self,
        new: NewPolicyApproval<'_>,
    ) -> Result<bool, Error> {
        let version: i32 = convert::number("policy version", new.version)?;
        let done = sqlx::query!(
            "INSERT INTO policy_approval (id, version, person, human, verdict, comment, at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            new.id,
            version,
            new.person.0,
            new.human.map(|human| human.0),
            new.verdict.as_str(),
            new.comment,
            new.at.get(),
            new.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Puts a proposed version into force in the place of the active one. `false` where it is proposed no more.
    pub async fn activate_policy(
        &mut self,
        number: u32,
        by: PersonId,
        at: Timestamp,
    ) -> Result<bool, Error> {
        self.supersede(at).await?;
        let number: i32 = convert::number("policy version", number)?;
        let done = sqlx::query!(
            "UPDATE policy_version SET state = 'active', activated_by = $2, activated_at = $3
             WHERE number = $1 AND state = 'proposed'",
            number,
            by.0,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends a proposed version. `false` where it is proposed no more.
    pub async fn close_policy(
        &mut self,
        number: u32,
        closing: PolicyClosing<'_>,
    ) -> Result<bool, Error> {
        let number: i32 = convert::number("policy version", number)?;
        let done = sqlx::query!(
            "UPDATE policy_version SET state = $2, closed_at = $3, closed_reason = $4
             WHERE number = $1 AND state = 'proposed'",
            number,
            closing.to.as_str(),
            closing.at.get(),
            closing.reason,
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Nobody else adds a version or changes one: numbers count up without a gap.
    pub async fn lock_policies(&mut self) -> Result<(), Error> {
        sqlx::query!("LOCK TABLE policy_version IN SHARE ROW EXCLUSIVE MODE")
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn supersede(&mut self, at: Timestamp) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE policy_version SET state = 'superseded', closed_at = $1 WHERE state = 'active'",
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    async fn insert_policy(
        &mut self,
        new: NewPolicyVersion<'_>,
        author: Option<PersonId>,
    ) -> Result<u32, Error> {
        let is_proposed = author.is_some();
        let row = sqlx::query!(
            r#"INSERT INTO policy_version (number, text, digest, made_from, author, reason, state, proposed_at,
                                           activated_at)
               SELECT COALESCE(max(number), 0) + 1, $1, $2, max(number) FILTER (WHERE state = 'active'), $3, $4, $5,
                      $6, $7
               FROM policy_version
               RETURNING number"#,
            new.text,
            new.digest.to_string(),
            author.map(|author| author.0),
            new.reason,
            if is_proposed { "proposed" } else { "active" },
            new.at.get(),
            (!is_proposed).then_some(new.at.get()),
        )
        .fetch_one(self.connection())
        .await?;
        convert::number("policy version", row.number)
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
                  a.name AS "author_name?", a.role AS "author_role?"
           FROM policy_version v LEFT JOIN person a ON a.id = v.author
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

async fn active(connection: &mut PgConnection) -> Result<Option<StoredPolicy>, Error> {
    Ok(versions(connection, None, Some(PolicyState::Active))
        .await?
        .pop())
}

async fn read(connection: &mut PgConnection, number: u32) -> Result<Option<StoredPolicy>, Error> {
    // A number that no column holds is no version's.
    match i32::try_from(number) {
        Ok(number) => Ok(versions(connection, Some(number), None).await?.pop()),
        Err(_) => Ok(None),
    }
}

async fn decisions(connection: &mut PgConnection, number: u32) -> Result<Vec<ApprovalRow>, Error> {
    let number: i32 = convert::number("policy version", number)?;
    Ok(sqlx::query_as!(
        ApprovalRow,
        "SELECT person, verdict, comment, at, expires_at FROM policy_approval WHERE version = $1 ORDER BY at, id",
        number,
    )
    .fetch_all(connection)
    .await?)
}

fn stored_decisions(
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
        },
        made_from: row.made_from.map(number).transpose()?,
        text: row.text,
    })
}
