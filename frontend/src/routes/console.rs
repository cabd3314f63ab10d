//! The screens of the console bundle.

use argus_types::id::{ExecutionId, ProposalId};

use super::{ASK, CHANGES, EXECUTIONS, OVERVIEW, bare};

/// What a path shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// [`OVERVIEW`].
    Overview,
    /// [`ASK`].
    Ask,
    /// [`CHANGES`].
    Changes,
    /// [`super::change`].
    Change(ProposalId),
    /// [`super::execution`].
    Execution(ExecutionId),
    /// Nothing.
    Nowhere,
}

impl Screen {
    /// What `path` shows.
    pub fn of(path: &str) -> Self {
        let path = bare(path);
        match path {
            OVERVIEW => Self::Overview,
            ASK => Self::Ask,
            CHANGES => Self::Changes,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Bundle, change, execution};

    const ID: &str = "019a0000-0000-7000-8000-000000000001";

    #[test]
    fn a_link_leads_to_its_screen() {
        let proposal: ProposalId = ID.parse().unwrap();
        assert_eq!(Screen::of(&change(proposal)), Screen::Change(proposal));
        let id: ExecutionId = ID.parse().unwrap();
        assert_eq!(Screen::of(&execution(id)), Screen::Execution(id));
        assert_eq!(Screen::of("/changes/"), Screen::Changes);
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
            "/ledger",
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
    fn every_screen_of_the_console_is_delivered_with_the_console() {
        for path in [OVERVIEW, ASK, CHANGES, EXECUTIONS] {
            assert_eq!(Bundle::of(path), Bundle::Console, "{path}");
        }
    }
}
