//! Passkey ceremonies that were begun, each for one answer.

use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::id::{CeremonyId, SessionId};
use serde_json::Value;

use crate::convert;
use crate::{Error, Store};

/// What a ceremony is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeremonyFor<'a> {
    /// Signing in; nobody is known yet.
    SignIn,
    /// A new passkey of this session's person.
    Enrolment(SessionId),
    /// A fresh assertion for one act about one thing.
    StepUp {
        /// By whom.
        session: SessionId,
        /// The act.
        act: StepUpAct,
        /// About what.
        subject: &'a str,
        /// What is to be signed; absent where nothing but a challenge is.
        statement: Option<&'a str>,
    },
}

/// A ceremony to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewCeremony<'a> {
    /// Its id.
    pub id: CeremonyId,
    /// What for.
    pub purpose: CeremonyFor<'a>,
    /// What must be remembered of it.
    pub state: &'a Value,
    /// Now.
    pub at: Timestamp,
    /// After this nobody may end it.
    pub expires_at: Timestamp,
}

/// A step-up's ceremony that was taken out to be ended.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenStepUp {
    /// What for.
    pub act: StepUpAct,
    /// About what.
    pub subject: String,
    /// What is to be signed; absent where nothing but a challenge is.
    pub statement: Option<String>,
    /// What was remembered of it.
    pub state: Value,
}

impl Store {
    /// Keeps a ceremony, and clears away the ones that have expired.
    pub async fn create_ceremony(&self, ceremony: NewCeremony<'_>) -> Result<(), Error> {
        let (kind, session, about, statement) = match ceremony.purpose {
            CeremonyFor::SignIn => ("sign_in", None, None, None),
            CeremonyFor::Enrolment(session) => ("enrolment", Some(session), None, None),
            CeremonyFor::StepUp {
                session,
                act,
                subject,
                statement,
            } => (
                "step_up",
                Some(session),
                Some((act.as_str(), subject)),
                statement,
            ),
        };
        let (act, subject) = about.unzip();
        sqlx::query!(
            "DELETE FROM ceremony WHERE expires_at <= $1",
            ceremony.at.get()
        )
        .execute(&self.pool)
        .await?;
        sqlx::query!(
            "INSERT INTO ceremony (id, kind, session, act, subject, state, expires_at, statement)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            ceremony.id.0,
            kind,
            session.map(|session| session.0),
            act,
            subject,
            ceremony.state,
            ceremony.expires_at.get(),
            statement,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes a sign-in's ceremony out. Of any number of callers exactly one gets it.
    ///
    /// This and the next two are statements of their own, because a ceremony stays used whatever becomes of the rest.
    pub async fn take_sign_in(
        &self,
        id: CeremonyId,
        now: Timestamp,
    ) -> Result<Option<Value>, Error> {
        Ok(sqlx::query_scalar!(
            "DELETE FROM ceremony WHERE id = $1 AND kind = 'sign_in' AND expires_at > $2 RETURNING state",
            id.0,
            now.get(),
        )
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Takes an enrolment's ceremony out, if this session began it.
    pub async fn take_enrolment(
        &self,
        id: CeremonyId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Option<Value>, Error> {
        Ok(sqlx::query_scalar!(
            "DELETE FROM ceremony WHERE id = $1 AND kind = 'enrolment' AND session = $2 AND expires_at > $3
             RETURNING state",
            id.0,
            session.0,
            now.get(),
        )
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Takes a step-up's ceremony out, if this session began it; with what it is for.
    pub async fn take_step_up(
        &self,
        id: CeremonyId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Option<TakenStepUp>, Error> {
        sqlx::query!(
            r#"DELETE FROM ceremony WHERE id = $1 AND kind = 'step_up' AND session = $2 AND expires_at > $3
               RETURNING act AS "act!", subject AS "subject!", state, statement"#,
            id.0,
            session.0,
            now.get(),
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(TakenStepUp {
                act: convert::parse("act", &row.act)?,
                subject: row.subject,
                statement: row.statement,
                state: row.state,
            })
        })
        .transpose()
    }
}
