//! Decisions on plans. A row never changes, one that is taken back gets another row beside it; whether it counts is
//! decided from what everybody is now.

use std::collections::BTreeMap;

use argus_domain::approval::{Case, Given};
use argus_ledger::approval::SignedApproval;
use argus_types::Timestamp;
use argus_types::approval::{Approval, ApprovalSignature, Verdict};
use argus_types::id::{ClusterId, HumanId, PersonId, PlanDigest, ProposalId};
use argus_types::proposal::ProposalState;
use argus_types::scope::Placement;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::account::{self, StoredAccount, pick};
use crate::convert;
use crate::notification::Notification;
use crate::{Error, SignedStepUp, Store, Tx};

/// A decision to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewApproval<'a> {
    /// Its id.
    pub id: Uuid,
    /// The proposal, locked by [`Tx::lock_proposal`].
    pub proposal: ProposalId,
    /// Its present revision.
    pub revision: u32,
    /// The plan of that revision.
    pub digest: PlanDigest,
    /// Who decides.
    pub person: PersonId,
    /// The human behind that account.
    pub human: Option<HumanId>,
    /// Their word.
    pub verdict: Verdict,
    /// Why.
    pub comment: Option<&'a str>,
    /// What a passkey signed.
    pub signed: Option<&'a SignedStepUp>,
    /// Now.
    pub at: Timestamp,
    /// From then on it counts no more.
    pub expires_at: Timestamp,
}

/// An approval that is taken back.
#[derive(Debug, Clone, Copy)]
pub struct NewRevocation<'a> {
    /// The proposal, locked by [`Tx::lock_proposal`].
    pub proposal: ProposalId,
    /// Its present revision.
    pub revision: u32,
    /// Whose approval.
    pub person: PersonId,
    /// Why.
    pub comment: Option<&'a str>,
    /// Now.
    pub at: Timestamp,
}

/// A kept decision with whoever gave it, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApproval {
    /// Who decided.
    pub by: StoredAccount,
    /// Their word.
    pub verdict: Verdict,
    /// Why.
    pub comment: Option<String>,
    /// The revision that they decided on.
    pub revision: u32,
    /// The plan that they decided on.
    pub digest: PlanDigest,
    /// When.
    pub at: Timestamp,
    /// From then on it counts no more.
    pub expires_at: Timestamp,
    /// Since when it counts no more because it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// What a passkey signed; in short.
    pub signature: Option<ApprovalSignature>,
}

impl StoredApproval {
    /// As it is shown.
    pub fn view(&self) -> Approval {
        Approval {
            person: self.by.person.clone(),
            verdict: self.verdict,
            comment: self.comment.clone(),
            at: self.at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            signature: self.signature.clone(),
        }
    }
}

/// Everybody who has to do with a proposal, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// Who asked for it.
    pub author: StoredAccount,
    /// Who had the present plan made; often the author.
    pub editor: StoredAccount,
    /// Decisions on any of its revisions, the oldest first.
    pub given: Vec<StoredApproval>,
}

/// What is decided on: the parts of a proposal that approvals depend on.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// The cluster.
    pub cluster: &'a ClusterId,
    /// Where the plan's guests are.
    pub placements: &'a [Placement],
    /// The present revision.
    pub revision: u32,
    /// The present plan.
    pub digest: PlanDigest,
    /// How many different people must approve it.
    pub required: u8,
    /// Whether an admin who asked for it may approve it.
    pub own_approval: bool,
    /// When approvals must not be over: now, or when the plan was confirmed.
    pub confirmed_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

impl Parties {
    /// Asks `question` about the matter, with everybody here as they stand to it.
    pub fn judge<T>(&self, matter: Matter<'_>, question: impl FnOnce(&Case<'_>) -> T) -> T {
        let author = self.author.towards(matter.cluster, matter.placements);
        let editor = self.editor.towards(matter.cluster, matter.placements);
        let given: Vec<Given> = self
            .standing()
            .map(|given| Given {
                by: given.by.towards(matter.cluster, matter.placements),
                verdict: given.verdict,
                revision: given.revision,
                digest: given.digest,
                expires_at: given.expires_at,
            })
            .collect();
        question(&Case {
            revision: matter.revision,
            digest: matter.digest,
            required: matter.required,
            own_approval: matter.own_approval,
            author: &author,
            editor: Some(&editor),
            given: &given,
            confirmed_at: matter.confirmed_at,
            now: matter.now,
        })
    }

    /// How many approvals of the matter count.
    pub fn counting(&self, matter: Matter<'_>) -> u8 {
        let count = self.judge(matter, |case| case.counting().len());
        u8::try_from(count).unwrap_or(u8::MAX)
    }

    /// Decisions that nobody took back, the oldest first.
    pub fn standing(&self) -> impl Iterator<Item = &StoredApproval> {
        self.given.iter().filter(|given| given.revoked_at.is_none())
    }

    /// Whoever has decided on `revision`, whether or not it counts.
    pub fn deciders(&self, revision: u32) -> Vec<PersonId> {
        self.standing()
            .filter(|given| given.revision == revision)
            .map(|given| given.by.person.id)
            .collect()
    }
}

struct ApprovalRow {
    proposal: Uuid,
    person: Uuid,
    verdict: String,
    comment: Option<String>,
    revision: i32,
    digest: String,
    at: OffsetDateTime,
    expires_at: OffsetDateTime,
    revoked_at: Option<OffsetDateTime>,
    passkey: Option<String>,
    sha256: Option<String>,
}

impl Store {
    /// Everybody who has to do with a proposal; `None` where there is none.
    pub async fn parties(&self, proposal: ProposalId) -> Result<Option<Parties>, Error> {
        let mut connection = self.pool.acquire().await?;
        Ok(parties_of(&mut connection, &[proposal])
            .await?
            .remove(&proposal))
    }

    /// What passkeys signed of one revision, the oldest first. Ones that were taken back are not among it.
    pub async fn signed_approvals(
        &self,
        proposal: ProposalId,
        revision: u32,
    ) -> Result<Vec<SignedApproval>, Error> {
        let revision: i32 = convert::number("revision", revision)?;
        sqlx::query_scalar!(
            "SELECT s.signed FROM approval_signature s JOIN approval a ON a.id = s.approval
             WHERE a.proposal = $1 AND a.revision = $2
               AND NOT EXISTS (SELECT FROM approval_revocation r WHERE r.approval = a.id)
             ORDER BY a.at, a.id",
            proposal.0,
            revision,
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|signed| convert::from_json("signed approval", signed))
        .collect()
    }
}

impl Tx {
    /// Keeps a decision. `false`, and nothing done, where this human or account has given it before.
    pub async fn insert_approval(&mut self, new: NewApproval<'_>) -> Result<bool, Error> {
        let revision: i32 = convert::number("revision", new.revision)?;
        let done = sqlx::query!(
            "INSERT INTO approval (id, proposal, revision, digest, person, human, verdict, comment, at, expires_at, round)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1 + count(*)
             FROM approval a JOIN approval_revocation r ON r.approval = a.id
             WHERE a.proposal = $2 AND a.revision = $3 AND (a.person = $5 OR a.human = $6)
             ON CONFLICT DO NOTHING",
            new.id,
            new.proposal.0,
            revision,
            new.digest.to_string(),
            new.person.0,
            new.human.map(|human| human.0),
            new.verdict.as_str(),
            new.comment,
            new.at.get(),
            new.expires_at.get(),
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        if let Some(SignedStepUp { approval, passkey }) = new.signed {
            sqlx::query!(
                "INSERT INTO approval_signature (approval, signed, sha256, passkey) VALUES ($1, $2, $3, $4)",
                new.id,
                convert::to_json("signed approval", approval)?,
                approval.sha256().to_string(),
                passkey,
            )
            .execute(self.connection())
            .await?;
        }
        self.notify(&Notification::Proposal {
            id: new.proposal,
            state: ProposalState::InReview,
        })
        .await?;
        Ok(true)
    }

    /// Takes a person's approval of a plan in review back. `false`, and nothing done, where there is none.
    pub async fn revoke_approval(&mut self, revocation: NewRevocation<'_>) -> Result<bool, Error> {
        let revision: i32 = convert::number("revision", revocation.revision)?;
        let done = sqlx::query!(
            "INSERT INTO approval_revocation (approval, at, comment)
             SELECT a.id, $4, $5 FROM approval a
             WHERE a.proposal = $1 AND a.revision = $2 AND a.person = $3 AND a.verdict = 'approve'
               AND NOT EXISTS (SELECT FROM approval_revocation r WHERE r.approval = a.id)",
            revocation.proposal.0,
            revision,
            revocation.person.0,
            revocation.at.get(),
            revocation.comment,
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        self.notify(&Notification::Proposal {
            id: revocation.proposal,
            state: ProposalState::InReview,
        })
        .await?;
        Ok(true)
    }

    /// Everybody who has to do with a proposal, and `who` besides, held until this transaction's end. Needs the
    /// proposal's row locked by [`Tx::lock_proposal`], or the proposal confirmed, so that no decision is added.
    pub async fn hold_parties(
        &mut self,
        proposal: ProposalId,
        who: PersonId,
    ) -> Result<(Parties, StoredAccount), Error> {
        let found = rows(self.connection(), &[proposal.0]).await?;
        let people = found.people().map(PersonId).chain([who]);
        let accounts = self.hold_accounts(people).await?;
        let parties = found.put_together(&accounts)?.remove(&proposal);
        let parties = parties.ok_or(Error::Corrupt {
            what: "proposal's parties",
        })?;
        Ok((parties, pick(&accounts, who.0)?))
    }
}

/// The parties of several proposals.
pub(crate) async fn parties_of(
    connection: &mut PgConnection,
    proposals: &[ProposalId],
) -> Result<BTreeMap<ProposalId, Parties>, Error> {
    let ids: Vec<Uuid> = proposals.iter().map(|id| id.0).collect();
    let found = rows(connection, &ids).await?;
    let people: Vec<Uuid> = found.people().collect();
    let accounts = account::find(connection, &people).await?;
    found.put_together(&accounts)
}

/// Who asked for a proposal, and who had its present plan made.
struct AskerRow {
    id: Uuid,
    author: Uuid,
    planned_by: Option<Uuid>,
}

/// What the tables say of some proposals.
struct Rows {
    askers: Vec<AskerRow>,
    approvals: Vec<ApprovalRow>,
}

impl Rows {
    fn people(&self) -> impl Iterator<Item = Uuid> {
        let askers = self.askers.iter();
        let askers =
            askers.flat_map(|row| [Some(row.author), row.planned_by].into_iter().flatten());
        askers.chain(self.approvals.iter().map(|row| row.person))
    }

    fn put_together(
        &self,
        accounts: &[StoredAccount],
    ) -> Result<BTreeMap<ProposalId, Parties>, Error> {
        self.askers
            .iter()
            .map(|asker| {
                let own = self.approvals.iter().filter(|row| row.proposal == asker.id);
                let parties = Parties {
                    author: pick(accounts, asker.author)?,
                    editor: pick(accounts, asker.planned_by.unwrap_or(asker.author))?,
                    given: own
                        .map(|row| stored(row, accounts))
                        .collect::<Result<_, Error>>()?,
                };
                Ok((ProposalId(asker.id), parties))
            })
            .collect()
    }
}

fn stored(row: &ApprovalRow, accounts: &[StoredAccount]) -> Result<StoredApproval, Error> {
    Ok(StoredApproval {
        by: pick(accounts, row.person)?,
        verdict: convert::parse("verdict", &row.verdict)?,
        comment: row.comment.clone(),
        revision: convert::number("revision", row.revision)?,
        digest: convert::parse("plan digest", &row.digest)?,
        at: convert::at(row.at),
        expires_at: convert::at(row.expires_at),
        revoked_at: row.revoked_at.map(convert::at),
        signature: row
            .passkey
            .clone()
            .zip(row.sha256.clone())
            .map(|(passkey, sha256)| ApprovalSignature { passkey, sha256 }),
    })
}

async fn rows(connection: &mut PgConnection, proposals: &[Uuid]) -> Result<Rows, Error> {
    let askers = sqlx::query_as!(
        AskerRow,
        "SELECT p.id, p.author, r.planned_by
         FROM proposal p JOIN proposal_revision r ON r.proposal = p.id AND r.revision = p.revision
         WHERE p.id = ANY($1)",
        proposals,
    )
    .fetch_all(&mut *connection)
    .await?;
    let approvals = sqlx::query_as!(
        ApprovalRow,
        r#"SELECT a.proposal, a.person, a.verdict, a.comment, a.revision, a.digest, a.at, a.expires_at,
                  r.at AS "revoked_at?", s.passkey AS "passkey?", s.sha256 AS "sha256?"
           FROM approval a
           LEFT JOIN approval_revocation r ON r.approval = a.id
           LEFT JOIN approval_signature s ON s.approval = a.id
           WHERE a.proposal = ANY($1) ORDER BY a.at, a.id"#,
        proposals,
    )
    .fetch_all(connection)
    .await?;
    Ok(Rows { askers, approvals })
}
