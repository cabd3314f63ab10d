//! Drafts out of words: one at a time a person, what was sent to models and what came back, and what that cost.

mod account;
mod exchange;
mod read;
mod scorecard;

use argus_types::Timestamp;
use argus_types::drafting::{
    ActionProvenance, Counterfactual, DraftedBy, ExchangePurpose, LintReport, SuspectText,
};
use argus_types::id::{ClusterId, GuestKey, PersonId, ProposalId};
use uuid::Uuid;

use crate::convert;
use crate::{Error, Store, Tx};

pub use account::{ModelAccount, ModelHold};
pub use exchange::{CameBack, NewExchange};
pub use read::{StoredDraft, StoredExchange};

/// A draft that somebody begins to make with a model.
#[derive(Debug, Clone)]
pub struct NewDraft<'a> {
    /// Its id.
    pub id: Uuid,
    /// About which cluster.
    pub cluster: &'a ClusterId,
    /// Who asks.
    pub person: PersonId,
    /// Now.
    pub began_at: Timestamp,
    /// How long it counts as under way where nobody moves that on.
    pub alive_until: Timestamp,
    /// The guests that a prompt tells of.
    pub subjects: &'a [GuestKey],
}

/// How a draft ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftEnd {
    /// There are typed actions.
    Drafted,
    /// There is a question.
    Clarified,
    /// The model refuses.
    Refused,
    /// What the model wrote was let through by neither schema nor linter.
    SchemaFailed,
    /// No model answered.
    Unanswered,
    /// Nobody waits for it any more.
    Stopped,
}

/// What is known of a draft at its end.
#[derive(Debug, Clone)]
pub struct EndedDraft<'a> {
    /// How.
    pub end: DraftEnd,
    /// When.
    pub at: Timestamp,
    /// The model whose answer it is, where there was an answer.
    pub by: Option<&'a DraftedBy>,
    /// SHA-256 of the schema, in hexadecimal digits.
    pub schema_sha256: Option<&'a str>,
    /// Where each parameter comes from.
    pub provenance: &'a [ActionProvenance],
    /// What was said of each answer.
    pub linter: &'a [LintReport],
    /// What text of others made of it.
    pub counterfactual: Option<&'a Counterfactual>,
    /// Texts of the cluster that read like orders.
    pub suspects: &'a [SuspectText],
}

/// A draft by the built-in rules, of which a proposal came.
#[derive(Debug, Clone)]
pub struct RulesDraft<'a> {
    /// Its id.
    pub id: Uuid,
    /// The proposal.
    pub proposal: ProposalId,
    /// About which cluster.
    pub cluster: &'a ClusterId,
    /// Who asked.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// Where each parameter comes from.
    pub provenance: &'a [ActionProvenance],
}

impl DraftEnd {
    fn as_str(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Clarified => "clarified",
            Self::Refused => "refused",
            Self::SchemaFailed => "schema_failed",
            Self::Unanswered => "unanswered",
            Self::Stopped => "stopped",
        }
    }
}

fn purpose_word(purpose: ExchangePurpose) -> &'static str {
    match purpose {
        ExchangePurpose::Draft => "draft",
        ExchangePurpose::Repair => "repair",
        ExchangePurpose::Counterfactual => "counterfactual",
    }
}

impl Tx {
    /// Begins a draft. `false`, and nothing done, where another one of the same person is under way. One that nobody
    /// makes any more does not count.
    pub async fn begin_draft(&mut self, new: NewDraft<'_>) -> Result<bool, Error> {
        sqlx::query!(
            "UPDATE draft SET ended_at = $2, outcome = 'stopped'
             WHERE person = $1 AND ended_at IS NULL AND alive_until < $2",
            new.person.0,
            new.began_at.get(),
        )
        .execute(self.connection())
        .await?;
        let subjects: Vec<String> = new.subjects.iter().map(ToString::to_string).collect();
        let done = sqlx::query!(
            "INSERT INTO draft (id, cluster, person, began_at, alive_until, subjects) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (person) WHERE ended_at IS NULL DO NOTHING",
            new.id,
            new.cluster.as_str(),
            new.person.0,
            new.began_at.get(),
            new.alive_until.get(),
            &subjects,
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends a draft. `false`, and nothing done, where it has ended already.
    pub async fn end_draft(&mut self, id: Uuid, ended: EndedDraft<'_>) -> Result<bool, Error> {
        let counterfactual = ended
            .counterfactual
            .map(|one| convert::to_json("counterfactual", one))
            .transpose()?;
        let done = sqlx::query!(
            "UPDATE draft SET ended_at = $2, outcome = $3, provider = $4, model = $5, is_local = $6, differs = $7,
                              schema_sha256 = $8, provenance = $9, linter = $10, counterfactual = $11, suspects = $12
             WHERE id = $1 AND ended_at IS NULL",
            id,
            ended.at.get(),
            ended.end.as_str(),
            ended.by.map(|by| by.provider.as_str()),
            ended.by.map(|by| by.model.as_str()),
            ended.by.is_none_or(|by| by.is_local),
            ended.by.is_some_and(|by| by.differs),
            ended.schema_sha256,
            convert::to_json("provenance", &ended.provenance)?,
            convert::to_json("linter", &ended.linter)?,
            counterfactual,
            convert::to_json("suspect texts", &ended.suspects)?,
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Says which proposal came of a draft.
    pub async fn link_draft(&mut self, id: Uuid, proposal: ProposalId) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE draft SET proposal = $2 WHERE id = $1",
            id,
            proposal.0
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Keeps where the parameters of a draft by the rules come from.
    pub async fn insert_rules_draft(&mut self, draft: RulesDraft<'_>) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO draft (id, cluster, person, began_at, alive_until, ended_at, outcome, provenance, proposal)
             VALUES ($1, $2, $3, $4, $4, $4, 'drafted', $5, $6)",
            draft.id,
            draft.cluster.as_str(),
            draft.person.0,
            draft.at.get(),
            convert::to_json("provenance", &draft.provenance)?,
            draft.proposal.0,
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Stops the draft of a person that is under way, wherever it is made. Its id, where there was one.
    pub async fn stop_draft_of(
        &mut self,
        person: PersonId,
        at: Timestamp,
    ) -> Result<Option<Uuid>, Error> {
        let row = sqlx::query!(
            "UPDATE draft SET ended_at = $2, outcome = 'stopped' WHERE person = $1 AND ended_at IS NULL RETURNING id",
            person.0,
            at.get(),
        )
        .fetch_optional(self.connection())
        .await?;
        Ok(row.map(|row| row.id))
    }
}

impl Store {
    /// Moves on until when a draft counts as under way. `false` where somebody has stopped it.
    pub async fn keep_draft_alive(&self, id: Uuid, until: Timestamp) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE draft SET alive_until = $2 WHERE id = $1 AND ended_at IS NULL",
            id,
            until.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// When the draft of a person began that is under way.
    pub async fn draft_under_way(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let row = sqlx::query!(
            "SELECT began_at FROM draft WHERE person = $1 AND ended_at IS NULL AND alive_until >= $2",
            person.0,
            now.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| convert::at(row.began_at)))
    }
}
