//! The pool, and transactions out of it.

use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres};

use crate::Error;

/// How much of the database one process takes.
#[derive(Debug, Clone, Copy)]
pub struct PoolLimits {
    /// Connections at most; one more is used while somebody listens.
    pub max_connections: u32,
    /// How long a request waits for a free connection.
    pub acquire_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            max_connections: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
        }
    }
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: PgPool,
}

/// One use case's transaction; takes everything back when dropped without [`Tx::commit`].
#[derive(Debug)]
pub struct Tx(sqlx::Transaction<'static, Postgres>);

impl Store {
    /// Opens the pool and one connection, so that a wrong URL or password shows here.
    pub async fn connect(url: &SecretString, limits: PoolLimits) -> Result<Self, Error> {
        let timeout = format!("{}ms", limits.statement_timeout.as_millis());
        let options = PgConnectOptions::from_str(url.expose_secret())
            .map_err(|_| Error::Url)?
            .application_name("argus")
            .options([
                ("statement_timeout", timeout.as_str()),
                // A process that froze inside a transaction must not hold its row locks for ever.
                ("idle_in_transaction_session_timeout", "30s"),
                ("timezone", "UTC"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(limits.max_connections)
            .acquire_timeout(limits.acquire_timeout)
            .connect_with(options)
            .await?;
        Ok(Self { pool })
    }

    /// Brings the schema up to date; several processes may do so at once.
    pub async fn migrate(&self) -> Result<(), Error> {
        sqlx::migrate!()
            .run(&self.pool)
            .await
            .map_err(|error| match error {
                sqlx::migrate::MigrateError::Execute(inner) => match Error::from(inner) {
                    away @ Error::Unavailable(_) => away,
                    Error::Refused(inner) => {
                        Error::Migrate(sqlx::migrate::MigrateError::Execute(inner))
                    }
                    other => other,
                },
                other => Error::Migrate(other),
            })
    }

    /// One round trip.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Opens a transaction.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(Tx(self.pool.begin().await?))
    }

    /// Closes every connection, after what runs on it.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx {
    /// Makes everything count. An error may mean that it counted all the same: the connection can break
    /// after PostgreSQL committed. Callers find out by reading.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.0.commit().await?)
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
