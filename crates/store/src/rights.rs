//! What people are trusted with, and the changes of it.
//!
//! Changes of anybody's rights come one after the other ([`Tx::lock_rights`]): whether the last admin may go and who
//! is whose second account are questions about everybody at once.

use argus_types::Timestamp;
use argus_types::account::{DisabledReason, RoleSource};
use argus_types::id::{HumanId, PersonId};
use argus_types::person::{Person, Role};
use argus_types::scope::Scope;

use crate::convert;
use crate::{Error, Tx};

/// Held by the one transaction that changes rights.
const RIGHTS_LOCK: i64 = 0x4172_6775_7352;

/// A person with all that decides on what they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRights {
    /// The account.
    pub person: Person,
    /// How far the role reaches.
    pub scope: Scope,
    /// Who is behind it, where somebody vouched for that.
    pub human: Option<HumanId>,
    /// Where the role comes from.
    pub role_source: RoleSource,
    /// Why the account lets nobody in, where it does not.
    pub disabled: Option<DisabledReason>,
    /// Whether the demo profile seeded this person.
    pub demo: bool,
}

impl StoredRights {
    /// Whether this person may manage people now: an admin whose account is open and whose reach nothing limits.
    pub fn manages_people(&self) -> bool {
        self.disabled.is_none() && self.person.role == Role::Admin && self.scope.is_everything()
    }
}

/// A person to add.
#[derive(Debug, Clone, Copy)]
pub struct NewPerson<'a> {
    /// The account.
    pub person: &'a Person,
    /// How far the role reaches.
    pub scope: &'a Scope,
    /// Who is behind it, where somebody vouches for that.
    pub human: Option<HumanId>,
    /// Where the role comes from.
    pub role_source: RoleSource,
    /// The admin who gave it, where one did.
    pub granted_by: Option<PersonId>,
    /// Now.
    pub at: Timestamp,
}

/// What an account lost beside its sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedAccess {
    /// API tokens that were revoked.
    pub tokens: u64,
    /// One-time links that open nothing any more.
    pub links: u64,
}

impl Tx {
    /// Waits until nobody else changes anybody's rights, until this transaction's end.
    pub async fn lock_rights(&mut self) -> Result<(), Error> {
        sqlx::query!("SELECT pg_advisory_xact_lock($1)", RIGHTS_LOCK)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// One person's rights; they stay so while rights are locked.
    pub async fn rights_of(&mut self, id: PersonId) -> Result<Option<StoredRights>, Error> {
        Ok(self.read_rights(Some(id)).await?.pop())
    }

    /// Everybody's.
    pub async fn everybodys_rights(&mut self) -> Result<Vec<StoredRights>, Error> {
        self.read_rights(None).await
    }

    async fn read_rights(&mut self, only: Option<PersonId>) -> Result<Vec<StoredRights>, Error> {
        sqlx::query!(
            "SELECT id, name, role, scope, human, role_source, disabled_reason, demo FROM person
             WHERE $1::uuid IS NULL OR id = $1 ORDER BY name, id",
            only.map(|id| id.0),
        )
        .fetch_all(self.connection())
        .await?
        .into_iter()
        .map(|row| {
            Ok(StoredRights {
                person: convert::person(row.id, row.name, &row.role)?,
                scope: convert::from_json("scope", row.scope)?,
                human: row.human.map(HumanId),
                role_source: convert::parse("source of a role", &row.role_source)?,
                disabled: row
                    .disabled_reason
                    .map(|text| convert::parse("reason for disabling", &text))
                    .transpose()?,
                demo: row.demo,
            })
        })
        .collect()
    }

    /// Adds a person.
    pub async fn add_person(&mut self, new: NewPerson<'_>) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO person (id, name, role, demo, created_at, scope, human, role_source, role_since,
                                 role_granted_by)
             VALUES ($1, $2, $3, false, $4, $5, $6, $7, $4, $8)",
            new.person.id.0,
            new.person.name,
            new.person.role.as_str(),
            new.at.get(),
            convert::to_json("scope", new.scope)?,
            new.human.map(|human| human.0),
            new.role_source.as_str(),
            new.granted_by.map(|by| by.0),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Gives a role and how far it reaches; `granted_by` goes with [`RoleSource::Admin`] and nothing else.
    pub async fn give_role(
        &mut self,
        id: PersonId,
        role: Role,
        scope: &Scope,
        source: RoleSource,
        granted_by: Option<PersonId>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let done = sqlx::query!(
            "UPDATE person SET role = $2, scope = $3, role_source = $4, role_granted_by = $5, role_since = $6
             WHERE id = $1",
            id.0,
            role.as_str(),
            convert::to_json("scope", scope)?,
            source.as_str(),
            granted_by.map(|by| by.0),
            at.get(),
        )
        .execute(self.connection())
        .await?;
        one_person(done.rows_affected())
    }

    /// Changes what a person is called.
    pub async fn rename_person(&mut self, id: PersonId, name: &str) -> Result<(), Error> {
        let done = sqlx::query!("UPDATE person SET name = $2 WHERE id = $1", id.0, name)
            .execute(self.connection())
            .await?;
        one_person(done.rows_affected())
    }

    /// Says who is behind an account that nobody was known behind; [`Tx::join_humans`] is for the others.
    pub async fn vouch_for(&mut self, id: PersonId, human: HumanId) -> Result<(), Error> {
        let done = sqlx::query!(
            "UPDATE person SET human = $2 WHERE id = $1 AND human IS NULL",
            id.0,
            human.0
        )
        .execute(self.connection())
        .await?;
        one_person(done.rows_affected())
    }

    /// Lets nobody in by an account any more, and ends what it had beside sessions: API tokens, also such as were
    /// allowed and not fetched yet, and one-time links. Sessions come before, in the order of locks.
    pub async fn disable_person(
        &mut self,
        id: PersonId,
        reason: DisabledReason,
        at: Timestamp,
    ) -> Result<EndedAccess, Error> {
        let links = sqlx::query!(
            "DELETE FROM sign_in_link WHERE person = $1 AND used_at IS NULL",
            id.0
        )
        .execute(self.connection())
        .await?;
        sqlx::query!(
            "DELETE FROM device_grant WHERE decided_by = $1 AND given_at IS NULL",
            id.0
        )
        .execute(self.connection())
        .await?;
        let done = sqlx::query!(
            "UPDATE person SET disabled_at = $2, disabled_reason = $3 WHERE id = $1",
            id.0,
            at.get(),
            reason.as_str(),
        )
        .execute(self.connection())
        .await?;
        one_person(done.rows_affected())?;
        let tokens = sqlx::query!(
            "UPDATE api_token SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL",
            id.0,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(EndedAccess {
            tokens: tokens.rows_affected(),
            links: links.rows_affected(),
        })
    }

    /// Lets an account in again. A session that was opened while it was being disabled does not come back.
    pub async fn enable_person(&mut self, id: PersonId) -> Result<(), Error> {
        self.end_sessions_of(id, None).await?;
        let done = sqlx::query!(
            "UPDATE person SET disabled_at = NULL, disabled_reason = NULL WHERE id = $1",
            id.0
        )
        .execute(self.connection())
        .await?;
        one_person(done.rows_affected())
    }
}

fn one_person(rows: u64) -> Result<(), Error> {
    if rows == 1 {
        Ok(())
    } else {
        Err(Error::Corrupt { what: "person" })
    }
}
