//! Accounts as approval rules look at them: with the human behind, the role's age and origin, and the scope.

use argus_domain::approval::{Account, Granter};
use argus_types::Timestamp;
use argus_types::id::{ClusterId, HumanId, PersonId};
use argus_types::person::Person;
use argus_types::scope::{Placement, Scope};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::convert;
use crate::{Error, Store, Tx};

/// An account as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAccount {
    /// As others see it.
    pub person: Person,
    /// Who is behind it.
    pub human: Option<HumanId>,
    /// How far the role reaches.
    pub scope: Scope,
    /// Whether it lets anybody in.
    pub enabled: bool,
    /// Since when it has the role.
    pub role_since: Timestamp,
    /// Where the role comes from.
    pub granted_by: Granter,
    /// Whether it was named for breaking glass.
    pub break_glass: bool,
}

impl StoredAccount {
    /// The account as it stands to a plan that changes these guests of `cluster`.
    pub fn towards(&self, cluster: &ClusterId, guests: &[Placement]) -> Account {
        self.account(self.scope.covers_all(cluster, guests))
    }

    /// The account as it stands to what is about no single guest.
    pub fn towards_everything(&self) -> Account {
        self.account(self.scope.is_everything())
    }

    fn account(&self, covers: bool) -> Account {
        Account {
            person: self.person.id,
            human: self.human,
            role: self.person.role,
            enabled: self.enabled,
            role_since: self.role_since,
            granted_by: self.granted_by,
            covers,
            break_glass: self.break_glass,
        }
    }
}

struct AccountRow {
    id: Uuid,
    name: String,
    role: String,
    human: Option<Uuid>,
    scope: serde_json::Value,
    disabled_at: Option<OffsetDateTime>,
    role_since: OffsetDateTime,
    role_granted_by: Option<Uuid>,
    granter_human: Option<Uuid>,
    break_glass: bool,
}

impl Store {
    /// One account; `None` where there is none.
    pub async fn account(&self, id: PersonId) -> Result<Option<StoredAccount>, Error> {
        let mut connection = self.pool.acquire().await?;
        Ok(find(&mut connection, &[id.0]).await?.pop())
    }
}

impl Tx {
    /// These accounts in the order of their ids; they stay as they are until this transaction's end.
    pub async fn hold_accounts(
        &mut self,
        ids: impl IntoIterator<Item = PersonId>,
    ) -> Result<Vec<StoredAccount>, Error> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        sqlx::query!(
            "SELECT id FROM person WHERE id = ANY($1) ORDER BY id FOR SHARE",
            &ids
        )
        .fetch_all(self.connection())
        .await?;
        find(self.connection(), &ids).await
    }

    /// One account, held as in [`Self::hold_accounts`].
    pub async fn hold_account(&mut self, id: PersonId) -> Result<StoredAccount, Error> {
        self.hold_accounts([id]).await?.pop().ok_or(Error::Corrupt {
            what: "person's reference",
        })
    }

    /// Names the account for breaking glass, or takes that back. `false` where it was so already.
    pub async fn name_for_break_glass(&mut self, id: PersonId, named: bool) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE person SET break_glass = $2 WHERE id = $1 AND break_glass <> $2",
            id.0,
            named,
        )
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

/// The account of this id among `accounts`.
pub(crate) fn pick(accounts: &[StoredAccount], id: Uuid) -> Result<StoredAccount, Error> {
    accounts
        .iter()
        .find(|account| account.person.id.0 == id)
        .cloned()
        .ok_or(Error::Corrupt {
            what: "person's reference",
        })
}

pub(crate) async fn find(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<StoredAccount>, Error> {
    sqlx::query_as!(
        AccountRow,
        r#"SELECT p.id, p.name, p.role, p.human, p.scope, p.disabled_at, p.role_since, p.role_granted_by,
                  g.human AS "granter_human?", p.break_glass
           FROM person p LEFT JOIN person g ON g.id = p.role_granted_by
           WHERE p.id = ANY($1) ORDER BY p.id"#,
        ids,
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(stored)
    .collect()
}

fn stored(row: AccountRow) -> Result<StoredAccount, Error> {
    Ok(StoredAccount {
        person: convert::person(row.id, row.name, &row.role)?,
        human: row.human.map(HumanId),
        scope: convert::from_json("scope", row.scope)?,
        enabled: row.disabled_at.is_none(),
        role_since: convert::at(row.role_since),
        granted_by: match row.role_granted_by {
            None => Granter::ThirdParty,
            Some(granter) => Granter::Admin {
                person: PersonId(granter),
                human: row.granter_human.map(HumanId),
            },
        },
        break_glass: row.break_glass,
    })
}
