//! Where each screen lives. Links are built here, so that a path has one spelling.

use argus_types::id::{ExecutionId, GuestKey, ProposalId};

/// Nodes and guests.
pub const OVERVIEW: &str = "/";
/// Ask for a change.
pub const ASK: &str = "/ask";
/// Every proposal.
pub const CHANGES: &str = "/changes";
/// Above every execution; no screen of its own.
const EXECUTIONS: &str = "/executions";
/// Who did what.
pub const LEDGER: &str = "/ledger";
/// Logs of the cluster and its nodes.
pub const LOGS: &str = "/logs";
/// Where a one-time link leads; its secret is the fragment, which no server ever sees.
pub const SIGN_IN_LINK: &str = "/sign-in/link";

/// One proposal.
pub fn change(id: ProposalId) -> String {
    format!("{CHANGES}/{id}")
}

/// One execution.
pub fn execution(id: ExecutionId) -> String {
    format!("{EXECUTIONS}/{id}")
}

/// The overview with one guest's sheet open.
pub fn guest(key: GuestKey) -> String {
    format!("{OVERVIEW}?guest={key}")
}

/// The ledger's records about one thing, such as `proposal/01997…`.
pub fn ledger_of(subject: &str) -> String {
    format!("{LEDGER}?subject={subject}")
}

/// What a path shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// [`OVERVIEW`].
    Overview,
    /// [`ASK`].
    Ask,
    /// [`CHANGES`].
    Changes,
    /// [`change`].
    Change(ProposalId),
    /// [`execution`].
    Execution(ExecutionId),
    /// [`LEDGER`].
    Ledger,
    /// [`LOGS`].
    Logs,
    /// [`SIGN_IN_LINK`].
    SignInLink,
    /// Nothing.
    Nowhere,
}

impl Screen {
    /// What `path` shows.
    pub fn of(path: &str) -> Self {
        let path = match path.trim_end_matches('/') {
            "" => OVERVIEW,
            path => path,
        };
        match path {
            OVERVIEW => Self::Overview,
            ASK => Self::Ask,
            CHANGES => Self::Changes,
            LEDGER => Self::Ledger,
            LOGS => Self::Logs,
            SIGN_IN_LINK => Self::SignInLink,
            _ => Self::of_one_thing(path).unwrap_or(Self::Nowhere),
        }
    }

    fn of_one_thing(path: &str) -> Option<Self> {
        match path.rsplit_once('/')? {
            (CHANGES, id) => id.parse().ok().map(Self::Change),
            (EXECUTIONS, id) => id.parse().ok().map(Self::Execution),
            _ => None,
        }
    }
}

/// Whether `path` is `place` or below it; nothing is below the overview.
pub fn is_within(path: &str, place: &str) -> bool {
    match path.strip_prefix(place) {
        Some(rest) if place == OVERVIEW => rest.is_empty(),
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019a0000-0000-7000-8000-000000000001";

    #[test]
    fn a_link_leads_to_its_screen() {
        let proposal: ProposalId = ID.parse().unwrap();
        assert_eq!(Screen::of(&change(proposal)), Screen::Change(proposal));
        let id: ExecutionId = ID.parse().unwrap();
        assert_eq!(Screen::of(&execution(id)), Screen::Execution(id));
        assert_eq!(Screen::of("/ledger/"), Screen::Ledger);
        assert_eq!(Screen::of(""), Screen::Overview);
    }

    #[test]
    fn what_is_no_screen_is_nowhere() {
        for path in [
            "/changes/1",
            "/executions",
            "/changes//",
            "/x",
            "//",
            "/ask/x/y",
        ] {
            let screen = Screen::of(path);
            let known = path.trim_end_matches('/');
            assert!(
                screen == Screen::Nowhere || ["", CHANGES].contains(&known),
                "{path}: {screen:?}"
            );
        }
    }

    #[test]
    fn the_navigation_marks_the_place_that_a_path_belongs_to() {
        assert!(is_within("/changes/1", CHANGES));
        assert!(is_within("/", OVERVIEW));
        assert!(!is_within("/changes", OVERVIEW));
        assert!(!is_within("/changesets", CHANGES));
    }
}
