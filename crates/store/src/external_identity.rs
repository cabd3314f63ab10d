//! Accounts at OpenID providers, and the claims that say which accounts are one human's.
//!
//! The key is (issuer, subject) and nothing else: an e-mail address is anybody's.

use argus_types::Timestamp;
use argus_types::id::{HumanId, PersonId};
use serde_json::Value;

use crate::{Error, Tx};

/// An account as its provider described it at a sign-in.
#[derive(Debug, Clone, Copy)]
pub struct SeenIdentity<'a> {
    /// Who vouches.
    pub issuer: &'a str,
    /// Whom for.
    pub subject: &'a str,
    /// The provider's id in the configuration.
    pub provider: &'a str,
    /// Whose it is.
    pub person: PersonId,
    /// What the provider said, for an admin's eyes.
    pub claims: &'a Value,
    /// What the mapping made of it, in a sentence.
    pub mapping: &'a str,
    /// Now.
    pub at: Timestamp,
}

impl Tx {
    /// Whose account this is; nobody's before its first sign-in.
    pub async fn person_of_identity(
        &mut self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<PersonId>, Error> {
        Ok(sqlx::query_scalar!(
            "SELECT person FROM external_identity WHERE issuer = $1 AND subject = $2",
            issuer,
            subject,
        )
        .fetch_optional(self.connection())
        .await?
        .map(PersonId))
    }

    /// Keeps what was seen of an account. Whose it is never changes.
    pub async fn keep_identity(&mut self, seen: SeenIdentity<'_>) -> Result<(), Error> {
        let done = sqlx::query!(
            "INSERT INTO external_identity (issuer, subject, provider, person, claims, mapping, last_sign_in_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (issuer, subject) DO UPDATE SET provider = excluded.provider, claims = excluded.claims,
                 mapping = excluded.mapping, last_sign_in_at = excluded.last_sign_in_at
             WHERE external_identity.person = excluded.person",
            seen.issuer,
            seen.subject,
            seen.provider,
            seen.person.0,
            seen.claims,
            seen.mapping,
            seen.at.get(),
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Error::Corrupt {
                what: "owner of a provider's account",
            })
        }
    }

    /// Who a claim such as `employee_id:4711` names; from now on `otherwise`, where it names nobody yet.
    pub async fn human_of_claim(
        &mut self,
        claim: &str,
        otherwise: HumanId,
    ) -> Result<HumanId, Error> {
        // The update that changes nothing is what makes the row come back.
        let human = sqlx::query_scalar!(
            "INSERT INTO human_claim (claim, human) VALUES ($1, $2)
             ON CONFLICT (claim) DO UPDATE SET human = human_claim.human RETURNING human",
            claim,
            otherwise.0,
        )
        .fetch_one(self.connection())
        .await?;
        Ok(HumanId(human))
    }

    /// Says that two are the same human: whoever was the one is the other from now on. Nothing takes this apart
    /// again, because two accounts that were ever one human's must never count as two people.
    pub async fn join_humans(&mut self, one: HumanId, other: HumanId) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE person SET human = $2 WHERE human = $1",
            one.0,
            other.0
        )
        .execute(self.connection())
        .await?;
        sqlx::query!(
            "UPDATE human_claim SET human = $2 WHERE human = $1",
            one.0,
            other.0
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
