//! The screens of the office bundle.

use argus_types::id::{ExecutionId, ProposalId};

use super::{
    ACCOUNT, ATTENTION, DEVICE, DRAFTING, INVITATION, LEDGER, LOGS, MODELS, PEOPLE, POLICY,
    POLICY_DRAFT, SIGN_IN, SIGN_IN_CALLBACK, SIGN_IN_LINK, SIGN_IN_RECOVERY, UNDO, bare,
};

/// What a path shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    /// [`SIGN_IN`].
    SignIn,
    /// [`SIGN_IN_CALLBACK`], with the provider's name.
    SignInCallback(String),
    /// [`SIGN_IN_LINK`].
    SignInLink,
    /// [`SIGN_IN_RECOVERY`].
    SignInRecovery,
    /// [`INVITATION`].
    Invitation,
    /// [`DEVICE`].
    Device,
    /// [`ACCOUNT`].
    Account,
    /// [`PEOPLE`].
    People,
    /// [`POLICY`].
    Policy,
    /// [`POLICY_DRAFT`].
    PolicyDraft,
    /// [`super::policy_version`].
    PolicyVersion(u32),
    /// [`super::attention`].
    Attention(ExecutionId),
    /// [`super::undo`].
    Undo(ExecutionId),
    /// [`super::drafting`].
    Drafting(ProposalId),
    /// [`MODELS`].
    Models,
    /// [`LEDGER`].
    Ledger,
    /// [`LOGS`].
    Logs,
    /// Nothing.
    Nowhere,
}

impl Screen {
    /// What `path` shows.
    pub fn of(path: &str) -> Self {
        let path = bare(path);
        match path {
            SIGN_IN => Self::SignIn,
            SIGN_IN_LINK => Self::SignInLink,
            SIGN_IN_RECOVERY => Self::SignInRecovery,
            INVITATION => Self::Invitation,
            DEVICE => Self::Device,
            ACCOUNT => Self::Account,
            PEOPLE => Self::People,
            POLICY => Self::Policy,
            POLICY_DRAFT => Self::PolicyDraft,
            MODELS => Self::Models,
            LEDGER => Self::Ledger,
            LOGS => Self::Logs,
            _ => Self::of_one_thing(path).unwrap_or(Self::Nowhere),
        }
    }

    fn of_one_thing(path: &str) -> Option<Self> {
        if let Some((POLICY, number)) = path.rsplit_once('/') {
            return number.parse().ok().map(Self::PolicyVersion);
        }
        if let Some((ATTENTION, id)) = path.rsplit_once('/') {
            return id.parse().ok().map(Self::Attention);
        }
        if let Some((UNDO, id)) = path.rsplit_once('/') {
            return id.parse().ok().map(Self::Undo);
        }
        if let Some((DRAFTING, id)) = path.rsplit_once('/') {
            return id.parse().ok().map(Self::Drafting);
        }
        let callback = SIGN_IN_CALLBACK.strip_suffix("{provider}")?;
        path.strip_prefix(callback)
            .filter(|provider| !provider.is_empty() && !provider.contains('/'))
            .map(|provider| Self::SignInCallback(provider.to_owned()))
    }

    /// Whether it stands within the frame that somebody who is signed in has around every screen. The others
    /// are how one comes in.
    pub fn is_framed(&self) -> bool {
        match self {
            Self::Device
            | Self::Account
            | Self::People
            | Self::Policy
            | Self::PolicyDraft
            | Self::PolicyVersion(_)
            | Self::Attention(_)
            | Self::Undo(_)
            | Self::Drafting(_)
            | Self::Models
            | Self::Ledger
            | Self::Logs => true,
            Self::SignIn
            | Self::SignInCallback(_)
            | Self::SignInLink
            | Self::SignInRecovery
            | Self::Invitation
            | Self::Nowhere => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use argus_types::places;

    use super::*;
    use crate::routes::{attention, drafting, policy_version, undo};

    const ID: &str = "019a0000-0000-7000-8000-000000000001";

    #[test]
    fn an_execution_is_looked_at_and_undone_on_screens_of_its_own() {
        let id: ExecutionId = ID.parse().unwrap();
        assert_eq!(Screen::of(&attention(id)), Screen::Attention(id));
        assert_eq!(Screen::of(&undo(id)), Screen::Undo(id));
        for path in [ATTENTION, UNDO, "/attention/1", "/undo/x"] {
            assert_eq!(Screen::of(path), Screen::Nowhere, "{path}");
        }
    }

    #[test]
    fn how_a_draft_came_about_has_a_screen_for_each_proposal() {
        let id: ProposalId = ID.parse().unwrap();
        assert_eq!(Screen::of(&drafting(id)), Screen::Drafting(id));
        for path in [DRAFTING, "/drafting/1", "/models/x"] {
            assert_eq!(Screen::of(path), Screen::Nowhere, "{path}");
        }
    }

    #[test]
    fn every_place_of_the_office_has_a_screen() {
        for place in places::OF_OFFICE {
            // Some have screens only below them, each about one thing.
            let below = Screen::of(&format!("{place}/{ID}"));
            let known = [Screen::of(place), below];
            assert!(
                known.iter().any(|screen| *screen != Screen::Nowhere),
                "{place}"
            );
        }
        assert_eq!(Screen::of("/sign-in/"), Screen::SignIn);
        assert_eq!(Screen::of("/ledger/"), Screen::Ledger);
        assert_eq!(Screen::of(&policy_version(3)), Screen::PolicyVersion(3));
        assert_eq!(Screen::of(POLICY_DRAFT), Screen::PolicyDraft);
        assert_eq!(Screen::of(SIGN_IN_LINK), Screen::SignInLink);
        assert_eq!(Screen::of(SIGN_IN_RECOVERY), Screen::SignInRecovery);
    }

    #[test]
    fn a_callback_names_its_provider() {
        assert_eq!(
            Screen::of(&places::sign_in_callback("corporate")),
            Screen::SignInCallback("corporate".to_owned())
        );
        for path in [
            "/sign-in/callback",
            "/sign-in/callback/",
            "/sign-in/callback/a/b",
        ] {
            assert_eq!(Screen::of(path), Screen::Nowhere, "{path}");
        }
    }

    #[test]
    fn what_is_no_screen_is_nowhere() {
        for path in [
            "/",
            "/changes",
            "/sign-in/x",
            "/ledger/1",
            "/policy/x",
            "/office.html",
        ] {
            assert_eq!(Screen::of(path), Screen::Nowhere, "{path}");
        }
    }
}
