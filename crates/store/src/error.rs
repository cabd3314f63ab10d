//! What can go wrong between Argus and its database.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database URL cannot be read; the text never holds the URL, which may carry a password.
    #[error("the database URL is not a postgres:// URL that can be read")]
    Url,
    /// The database does not answer, is starting or stopping, or has no connection to spare. Nothing of the
    /// transaction counts unless its commit was already under way.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused a statement: a defect of Argus, or of the data.
    #[error("the database refused a statement")]
    Refused(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A stored value is not what Argus writes.
    #[error("the stored {what} cannot be read")]
    Corrupt {
        /// Which value.
        what: &'static str,
    },
    /// A journal holds an event that its own past does not allow.
    #[error("the journal of execution {execution} does not hold together: {why}")]
    BrokenJournal {
        /// The execution.
        execution: argus_types::id::ExecutionId,
        /// What the state machine said.
        why: String,
    },
    /// A ledger record's body cannot be hashed faithfully.
    #[error("the ledger record cannot be written")]
    Unrecordable(#[from] argus_ledger::Unrecordable),
    /// A page's cursor was not made by Argus.
    #[error("the cursor is not one that Argus gave")]
    Cursor,
}

impl Error {
    /// Whether the database is away and another try later may help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        let away = match &error {
            E::Io(_)
            | E::Tls(_)
            | E::PoolTimedOut
            | E::PoolClosed
            | E::WorkerCrashed
            | E::Protocol(_) => true,
            // Classes 08 connection, 53 resources, 57 operator intervention (shutdown, starting up,
            // statement timeout), 40 serialisation and deadlock, 55P03 lock not available.
            E::Database(inner) => inner.code().is_some_and(|code| {
                ["08", "53", "57", "40"]
                    .iter()
                    .any(|class| code.starts_with(class))
                    || code == "55P03"
            }),
            _ => false,
        };
        if away {
            Self::Unavailable(error)
        } else {
            Self::Refused(error)
        }
    }
}
