//! People.

use argus_types::Timestamp;
use argus_types::id::PersonId;
use argus_types::person::Person;

use crate::convert;
use crate::{Error, Store, Tx};

impl Store {
    /// Everybody, by name.
    pub async fn people(&self) -> Result<Vec<Person>, Error> {
        sqlx::query!("SELECT id, name, role FROM person ORDER BY name, id")
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(|row| convert::person(row.id, row.name, &row.role))
            .collect()
    }

    /// The people whom the demo profile seeded, the most trusted last.
    pub async fn demo_people(&self) -> Result<Vec<Person>, Error> {
        let mut people =
            sqlx::query!("SELECT id, name, role FROM person WHERE demo ORDER BY name, id")
                .fetch_all(&self.pool)
                .await?
                .into_iter()
                .map(|row| convert::person(row.id, row.name, &row.role))
                .collect::<Result<Vec<_>, _>>()?;
        people.sort_by_key(|person| person.role);
        Ok(people)
    }

    /// One person as they are now.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, Error> {
        sqlx::query!("SELECT id, name, role FROM person WHERE id = $1", id.0)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| convert::person(row.id, row.name, &row.role))
            .transpose()
    }
}

impl Tx {
    /// Adds a person, or gives an existing one this name and role and lets them in again: what the server's own
    /// shell may. A new one is a human of their own. `demo` marks a seeded one and stays as it was for an existing
    /// one.
    pub async fn upsert_person(
        &mut self,
        person: &Person,
        demo: bool,
        at: Timestamp,
    ) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO person (id, name, role, demo, created_at, human, role_since)
             VALUES ($1, $2, $3, $4, $5, $1, $5)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role,
                 role_source = 'shell', role_granted_by = NULL,
                 role_since = CASE WHEN person.role = excluded.role THEN person.role_since ELSE excluded.role_since END,
                 disabled_at = NULL, disabled_reason = NULL",
            person.id.0,
            person.name,
            person.role.as_str(),
            demo,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
