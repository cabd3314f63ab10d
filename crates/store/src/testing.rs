//! A fresh database for each test, copied from a template that has the migrations.
//!
//! `ARGUS_TEST_DATABASE_URL` names a PostgreSQL server with the right to create databases. Without it a test
//! fails and says so: a test that skips itself proves nothing.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use argus_types::id::ExecutionId;
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use uuid::Uuid;

use crate::{PoolLimits, Store};

/// Serialises the making of templates between the processes of one test run.
const TEMPLATE_LOCK: i64 = 0x4172_6775_7354;

/// Tells the databases of one process apart.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A database of one test's own; dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    admin: PgConnectOptions,
    name: String,
    url: String,
}

impl TestDatabase {
    /// Makes the database.
    ///
    /// # Panics
    /// Where there is no server to make it on, with what to do.
    pub async fn create() -> Self {
        Self::create_on(&server_url()).await
    }

    /// Makes the database on this server.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn create_on(server: &str) -> Self {
        let admin: PgConnectOptions = server
            .parse()
            .expect("ARGUS_TEST_DATABASE_URL must be a postgres:// URL");
        let template = template(&admin, server).await;
        let name = format!(
            "argus_test_{}_{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let mut connection = connect(&admin).await;
        run(
            &mut connection,
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await;
        run(
            &mut connection,
            format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        let url = url_of(server, &name);
        Self { admin, name, url }
    }

    /// Opens a pool on it.
    ///
    /// # Panics
    /// Where the server is gone.
    pub async fn store(&self) -> Store {
        let limits = PoolLimits {
            max_connections: 8,
            // A machine that is busy with other tests is no database that is gone.
            acquire_timeout: Duration::from_secs(30),
            ..PoolLimits::default()
        };
        Store::connect(&self.secret_url(), limits)
            .await
            .expect("the database was just made")
    }

    /// Its URL, for a process or a second pool.
    pub fn secret_url(&self) -> SecretString {
        SecretString::from(self.url.clone())
    }

    /// Has the server refuse whoever wants to this database, or let them in again; who was in is thrown out.
    pub async fn refuse(&self, refused: bool) -> Result<(), sqlx::Error> {
        let mut connection = self.admin.connect().await?;
        let (name, allowed) = (&self.name, !refused);
        let sql = format!(
            "ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed};
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await?;
        Ok(())
    }

    /// Every resource that an execution has for itself, with the step that took it.
    pub async fn resource_leases(&self) -> Result<Vec<(String, ExecutionId, i32)>, sqlx::Error> {
        let mut connection = self.admin.clone().database(&self.name).connect().await?;
        let rows: Vec<(String, Uuid, i32)> = sqlx::query_as(
            "SELECT resource, execution, step FROM resource_lease ORDER BY resource",
        )
        .fetch_all(&mut connection)
        .await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(resource, execution, step)| (resource, ExecutionId(execution), step))
            .collect())
    }

    /// Runs statements as its owner, behind the store's back: for tests of triggers and of tampering.
    pub async fn execute(&self, sql: impl Into<String>) -> Result<u64, sqlx::Error> {
        let mut connection = self.admin.clone().database(&self.name).connect().await?;
        let done = sqlx::raw_sql(AssertSqlSafe(sql.into()))
            .execute(&mut connection)
            .await?;
        Ok(done.rows_affected())
    }
}

/// The error of a database that does not answer: for journals in memory.
pub fn unavailable() -> crate::Error {
    sqlx::Error::PoolTimedOut.into()
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // On a thread of its own, because a test's runtime cannot be waited for from within.
        let (admin, name) = (self.admin.clone(), self.name.clone());
        let worker = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    if let Ok(mut connection) = admin.connect().await {
                        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                        if let Err(error) = sqlx::query(AssertSqlSafe(sql))
                            .execute(&mut connection)
                            .await
                        {
                            tracing::warn!(%error, name, "test database stays behind");
                        }
                    }
                });
            }
        });
        if worker.join().is_err() {
            tracing::warn!(name = self.name, "test database stays behind");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are configured by the process that starts them"
)]
fn server_url() -> String {
    std::env::var("ARGUS_TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!(
            "set ARGUS_TEST_DATABASE_URL to a PostgreSQL server where databases may be created, such as \
             postgres://postgres@127.0.0.1:5432/postgres (`cargo xtask test` does so by itself)"
        )
    })
}

/// The template's name holds what the migrations are, so a changed migration makes a new template.
async fn template(admin: &PgConnectOptions, server: &str) -> String {
    let migrator = sqlx::migrate!();
    let mut hasher = DefaultHasher::new();
    for migration in migrator.iter() {
        migration.checksum.hash(&mut hasher);
    }
    let name = format!("argus_template_{:016x}", hasher.finish());
    let mut connection = connect(admin).await;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut connection)
        .await
        .expect("the template lock");
    let ready: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(&name)
            .fetch_one(&mut connection)
            .await
            .expect("the list of databases");
    if !ready {
        // Made under another name first: a run that is killed here leaves no half-made template.
        let draft = format!("{name}_draft");
        run(
            &mut connection,
            format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"),
        )
        .await;
        run(&mut connection, format!("CREATE DATABASE {draft}")).await;
        let url: PgConnectOptions = url_of(server, &draft)
            .parse()
            .expect("a URL with another database name");
        let mut inside = connect(&url).await;
        migrator
            .run(&mut inside)
            .await
            .expect("the migrations run on an empty database");
        inside.close().await.expect("the connection closes");
        run(
            &mut connection,
            format!("ALTER DATABASE {draft} RENAME TO {name}"),
        )
        .await;
    }
    // The lock goes with the connection.
    connection.close().await.expect("the connection closes");
    name
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    options
        .connect()
        .await
        .expect("ARGUS_TEST_DATABASE_URL must name a server that answers")
}

async fn run(connection: &mut PgConnection, sql: String) {
    if let Err(error) = sqlx::query(AssertSqlSafe(sql.clone()))
        .execute(connection)
        .await
    {
        panic!("{sql}: {error}");
    }
}

/// The same server, another database.
fn url_of(server: &str, database: &str) -> String {
    let (base, query) = server
        .split_once('?')
        .map_or((server, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let authority = rest.split('/').next().unwrap_or(rest);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{authority}/{database}{query}")
}
