//! People as admins see them.

use std::collections::HashMap;

use argus_types::Timestamp;
use argus_types::account::{IdentityDetail, IdentityView, PersonView};
use argus_types::id::{HumanId, PersonId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::convert;
use crate::{Error, Store, Tx};

/// Whom to show, and what counts as open.
#[derive(Debug, Clone, Copy)]
pub struct PeopleFilter {
    /// Only this person.
    pub only: Option<PersonId>,
    /// Whether seeded people are people here.
    pub demo: bool,
    /// Now.
    pub now: Timestamp,
    /// Since when a session that nobody uses is over.
    pub idle_since: Timestamp,
}

impl Store {
    /// Everybody whom `filter` lets through, by name.
    pub async fn people_in_full(&self, filter: PeopleFilter) -> Result<Vec<PersonView>, Error> {
        let mut connection = self.pool.acquire().await?;
        read(&mut connection, filter).await
    }

    /// Whether an admin can get in without a link from the shell: with a passkey, or through a provider.
    pub async fn an_admin_has_a_way_in(&self) -> Result<bool, Error> {
        Ok(sqlx::query_scalar!(
            r#"SELECT EXISTS (
                   SELECT FROM person p WHERE p.role = 'admin' AND p.disabled_at IS NULL AND NOT p.demo
                     AND (EXISTS (SELECT FROM passkey k WHERE k.person = p.id)
                          OR EXISTS (SELECT FROM external_identity i WHERE i.person = p.id))
               ) AS "exists!""#
        )
        .fetch_one(&self.pool)
        .await?)
    }

    /// How many different people could approve: humans with an enabled admin's account that no scope limits.
    pub async fn admins(&self) -> Result<u32, Error> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(DISTINCT human) AS "count!" FROM person
               WHERE role = 'admin' AND disabled_at IS NULL AND scope::text = '{}'"#
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

impl Tx {
    /// The same as this transaction has made it.
    pub async fn people_in_full(&mut self, filter: PeopleFilter) -> Result<Vec<PersonView>, Error> {
        read(self.connection(), filter).await
    }
}

async fn read(
    connection: &mut PgConnection,
    filter: PeopleFilter,
) -> Result<Vec<PersonView>, Error> {
    let mut identities = identities(connection, filter.only).await?;
    let rows = sqlx::query!(
        r#"SELECT p.id, p.name, p.role, p.scope, p.human, p.role_source, p.role_since, g.name AS "granted_by?",
                  p.break_glass, p.disabled_at, p.disabled_reason, p.created_at,
                  (SELECT count(*) FROM passkey k WHERE k.person = p.id) AS "passkeys!",
                  (SELECT count(*) FROM session s
                   WHERE s.person = p.id AND s.expires_at > $1 AND s.last_seen_at >= $2) AS "sessions!",
                  (SELECT count(*) FROM api_token t
                   WHERE t.person = p.id AND t.expires_at > $1 AND t.revoked_at IS NULL) AS "tokens!"
           FROM person p LEFT JOIN person g ON g.id = p.role_granted_by
           WHERE ($3::uuid IS NULL OR p.id = $3) AND ($4 OR NOT p.demo)
           ORDER BY p.name, p.id"#,
        filter.now.get(),
        filter.idle_since.get(),
        filter.only.map(|id| id.0),
        filter.demo,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PersonView {
                scope: convert::from_json("scope", row.scope)?,
                human: row.human.map(HumanId),
                role_source: convert::parse("source of a role", &row.role_source)?,
                role_since: convert::at(row.role_since),
                role_granted_by: row.granted_by,
                may_break_glass: row.break_glass,
                disabled_at: row.disabled_at.map(convert::at),
                disabled_reason: row
                    .disabled_reason
                    .map(|text| convert::parse("reason for disabling", &text))
                    .transpose()?,
                passkeys: convert::number("number of passkeys", row.passkeys)?,
                sessions: convert::number("number of sessions", row.sessions)?,
                tokens: convert::number("number of tokens", row.tokens)?,
                identities: identities.remove(&row.id).unwrap_or_default(),
                created_at: convert::at(row.created_at),
                person: convert::person(row.id, row.name, &row.role)?,
            })
        })
        .collect()
}

/// Accounts at providers by person, the one used last first.
async fn identities(
    connection: &mut PgConnection,
    only: Option<PersonId>,
) -> Result<HashMap<Uuid, Vec<IdentityDetail>>, Error> {
    let rows = sqlx::query!(
        "SELECT person, provider, subject, claims, mapping, last_sign_in_at FROM external_identity
         WHERE $1::uuid IS NULL OR person = $1 ORDER BY last_sign_in_at DESC, issuer, subject",
        only.map(|id| id.0),
    )
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<Uuid, Vec<IdentityDetail>> = HashMap::new();
    for row in rows {
        found.entry(row.person).or_default().push(IdentityDetail {
            identity: IdentityView {
                provider: row.provider,
                subject: row.subject,
                last_sign_in_at: convert::at(row.last_sign_in_at),
            },
            claims: row.claims,
            mapping: row.mapping,
        });
    }
    Ok(found)
}
