//! Places of the page that more than the page must know: where links lead that the server hands out, and which
//! of the page's two bundles a path belongs to. Whoever delivers the page follows [`is_of_office`]: the API
//! by calling it, nginx by a pattern that is tested against [`OF_OFFICE`].

/// Signing in; `?back=` says where to go on afterwards.
pub const SIGN_IN: &str = "/sign-in";
/// Where a provider sends the browser back to.
pub const SIGN_IN_CALLBACK: &str = "/sign-in/callback/{provider}";
/// Where a one-time link leads; its secret is the fragment, which no server ever sees.
pub const SIGN_IN_LINK: &str = "/sign-in/link";
/// Where an invitation leads; its secret is the fragment, too.
pub const INVITATION: &str = "/invitation";
/// Where a script's request for a token is approved.
pub const DEVICE: &str = "/device";
/// One's own account.
pub const ACCOUNT: &str = "/account";
/// Everybody's accounts and rights.
pub const PEOPLE: &str = "/people";
/// What plans need, and who changes that.
pub const POLICY: &str = "/policy";
/// Above what a person must look at, each by its execution's id.
pub const ATTENTION: &str = "/attention";
/// Above what takes an execution back, each by its id.
pub const UNDO: &str = "/undo";
/// Above how a proposal's draft came about, each by its proposal's id.
pub const DRAFTING: &str = "/drafting";
/// Language models, how they are set up and how they do.
pub const MODELS: &str = "/models";
/// Who did what.
pub const LEDGER: &str = "/ledger";
/// Logs of the cluster and its nodes.
pub const LOGS: &str = "/logs";

/// What the office bundle shows, each with everything below it. All other paths are the console's.
pub const OF_OFFICE: [&str; 12] = [
    SIGN_IN, INVITATION, DEVICE, ACCOUNT, PEOPLE, POLICY, ATTENTION, UNDO, DRAFTING, MODELS,
    LEDGER, LOGS,
];

/// The console bundle's file beside its assets.
pub const CONSOLE_FILE: &str = "index.html";
/// The office bundle's file beside its assets.
pub const OFFICE_FILE: &str = "office.html";

/// [`SIGN_IN_CALLBACK`] of one provider.
pub fn sign_in_callback(provider: &str) -> String {
    SIGN_IN_CALLBACK.replace("{provider}", provider)
}

/// Whether the office bundle shows `path`.
pub fn is_of_office(path: &str) -> bool {
    OF_OFFICE.iter().any(|place| is_within(path, place))
}

/// Whether `path` is `place` or below it; nothing is below the root.
pub fn is_within(path: &str, place: &str) -> bool {
    match path.strip_prefix(place) {
        Some(rest) if place == "/" => rest.is_empty(),
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_has_its_places_and_what_is_below_them_and_no_more() {
        for path in [
            "/sign-in",
            "/sign-in/",
            SIGN_IN_LINK,
            &sign_in_callback("corporate"),
            "/invitation",
            "/device",
            "/account/passkeys",
            "/people",
            "/policy/2",
            "/attention/1",
            "/undo/1",
            "/drafting/1",
            "/models",
            "/ledger",
            "/logs/",
        ] {
            assert!(is_of_office(path), "{path}");
        }
        for path in [
            "",
            "/",
            "/changes",
            "/sign-ins",
            "/ledgers",
            "/policies",
            "/accounting",
            "sign-in",
            "/x/people",
        ] {
            assert!(!is_of_office(path), "{path}");
        }
    }

    #[test]
    fn a_path_is_within_a_place_by_whole_parts() {
        assert!(is_within("/changes/1", "/changes"));
        assert!(is_within("/", "/"));
        assert!(!is_within("/changes", "/"));
        assert!(!is_within("/changesets", "/changes"));
    }
}
