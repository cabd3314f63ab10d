//! Programs that ask for an API token and wait for a person's decision.

use argus_types::Timestamp;
use argus_types::account::{ApiTokenInput, DeviceRequest};
use argus_types::id::PersonId;
use argus_types::person::{Person, TokenMay};
use argus_types::scope::Scope;

use crate::convert;
use crate::{Error, Store, Tx};

/// A program's request.
#[derive(Debug, Clone, Copy)]
pub struct NewDeviceGrant<'a> {
    /// Hash of what the program polls with.
    pub device_hash: [u8; 32],
    /// What the person types.
    pub user_code: &'a str,
    /// What the program calls itself.
    pub name: &'a str,
    /// What it asks for.
    pub may: TokenMay,
    /// From where.
    pub address: &'a str,
    /// Now.
    pub at: Timestamp,
    /// After this nobody can decide on it.
    pub expires_at: Timestamp,
}

/// What a program that polls finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled {
    /// Nobody knows the code, or it has expired.
    Unknown,
    /// It asked less than the interval ago.
    TooEarly,
    /// Nobody has decided yet.
    Undecided,
    /// Refused, or given before.
    Over,
    /// Allowed, and to be given now.
    Allowed,
}

/// A decision that is given to its program now.
#[derive(Debug, Clone)]
pub struct AllowedGrant {
    /// Who decided, as they are now.
    pub person: Person,
    /// How far their role reaches.
    pub scope: Scope,
    /// What they allowed.
    pub token: ApiTokenInput,
}

impl Store {
    /// Keeps a request, and clears away the ones that have expired; `false` where the code is taken.
    pub async fn create_device_grant(&self, grant: NewDeviceGrant<'_>) -> Result<bool, Error> {
        sqlx::query!(
            "DELETE FROM device_grant WHERE expires_at <= $1",
            grant.at.get()
        )
        .execute(&self.pool)
        .await?;
        let done = sqlx::query!(
            "INSERT INTO device_grant (device_hash, user_code, name, may, address, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_code) DO NOTHING",
            &grant.device_hash,
            grant.user_code,
            grant.name,
            grant.may.as_str(),
            grant.address,
            grant.at.get(),
            grant.expires_at.get(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// What a program finds that polls now and may do so every `interval_s` seconds.
    pub async fn poll_device_grant(
        &self,
        device_hash: [u8; 32],
        now: Timestamp,
        interval_s: i64,
    ) -> Result<Polled, Error> {
        let row = sqlx::query!(
            r#"SELECT polled_at, decided_by IS NOT NULL AS "decided!", allowed IS NOT NULL AS "allowed!",
                      given_at IS NOT NULL AS "given!"
               FROM device_grant WHERE device_hash = $1 AND expires_at > $2"#,
            &device_hash,
            now.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else {
            return Ok(Polled::Unknown);
        };
        // Only the poll that moves the time on counts; of two at once one came too early.
        let moved = sqlx::query!(
            "UPDATE device_grant SET polled_at = $2
             WHERE device_hash = $1 AND (polled_at IS NULL OR polled_at <= $3)",
            &device_hash,
            now.get(),
            now.plus_seconds(-interval_s).get(),
        )
        .execute(&self.pool)
        .await?;
        if moved.rows_affected() == 0 {
            return Ok(Polled::TooEarly);
        }
        Ok(match (row.decided, row.allowed && !row.given) {
            (false, _) => Polled::Undecided,
            (true, true) => Polled::Allowed,
            (true, false) => Polled::Over,
        })
    }

    /// What waits for a decision under this code.
    pub async fn undecided_device(
        &self,
        user_code: &str,
        now: Timestamp,
    ) -> Result<Option<DeviceRequest>, Error> {
        sqlx::query!(
            "SELECT name, may, address, created_at FROM device_grant
             WHERE user_code = $1 AND expires_at > $2 AND decided_by IS NULL",
            user_code,
            now.get(),
        )
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(DeviceRequest {
                name: row.name,
                may: convert::parse("token kind", &row.may)?,
                address: row.address,
                created_at: convert::at(row.created_at),
            })
        })
        .transpose()
    }
}

impl Tx {
    /// Decides on a request; `false` where nothing waits under this code any more.
    pub async fn decide_device_grant(
        &mut self,
        user_code: &str,
        by: PersonId,
        allowed: Option<&ApiTokenInput>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let allowed = allowed
            .map(|allowed| convert::to_json("token request", allowed))
            .transpose()?;
        let done = sqlx::query!(
            "UPDATE device_grant SET decided_by = $2, allowed = $3
             WHERE user_code = $1 AND expires_at > $4 AND decided_by IS NULL",
            user_code,
            by.0,
            allowed,
            now.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes what was allowed. Of any number of callers exactly one gets it, and nobody for a disabled person.
    pub async fn take_device_grant(
        &mut self,
        device_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<AllowedGrant>, Error> {
        sqlx::query!(
            r#"UPDATE device_grant g SET given_at = $2 FROM person p
               WHERE g.device_hash = $1 AND g.expires_at > $2 AND g.allowed IS NOT NULL AND g.given_at IS NULL
                 AND p.id = g.decided_by AND p.disabled_at IS NULL
               RETURNING p.id, p.name, p.role, p.scope, g.allowed AS "allowed!""#,
            &device_hash,
            now.get(),
        )
        .fetch_optional(self.connection())
        .await?
        .map(|row| {
            Ok(AllowedGrant {
                person: convert::person(row.id, row.name, &row.role)?,
                scope: convert::from_json("scope", row.scope)?,
                token: convert::from_json("token request", row.allowed)?,
            })
        })
        .transpose()
    }
}
