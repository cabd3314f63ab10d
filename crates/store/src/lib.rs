//! PostgreSQL, and nothing else.
