//! Writing versions and decisions. Rows are counted: a change that met another state changed nothing and says so.

use argus_types::Timestamp;
use argus_types::id::PersonId;

use super::read::{active, decisions, read, stored_decisions};
use super::{NewPolicyApproval, NewPolicyVersion, PolicyClosing, StoredPolicy};
use crate::account::{StoredAccount, pick};
use crate::approval::StoredApproval;
use crate::convert;
use crate::{Error, Tx};

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
        let number: i32 = convert::number("policy version", number)?;
        let waits = sqlx::query_scalar!(
            "SELECT number FROM policy_version WHERE number = $1 AND state = 'proposed' FOR UPDATE",
            number,
        )
        .fetch_optional(self.connection())
        .await?;
        if waits.is_none() {
            return Ok(false);
        }
        self.supersede(at).await?;
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
