//! The way from a screen to the sign-in, and back to it afterwards.
//!
//! Where to go back to stands in the address, which anybody may have written: it is followed only to a screen
//! of this very page. Otherwise a link to the true sign-in could end at a false one.

use super::{OVERVIEW, SIGN_IN, is_within};

/// The name of the value that says where to go on after signing in.
pub const BACK: &str = "back";
/// The name of the value that says that a session has ended just now.
pub const ENDED: &str = "ended";

/// Everything below it is the API's, which shows no screen.
const API: &str = "/api";

/// The sign-in, with the way back to `here`; `encode` makes a value of it that a query can hold.
pub fn sign_in_from(here: &str, ended: bool, encode: impl FnOnce(&str) -> String) -> String {
    let mut to = format!("{SIGN_IN}?{BACK}={}", encode(here));
    if ended {
        to.push('&');
        to.push_str(ENDED);
        to.push_str("=yes");
    }
    to
}

/// Where to go on after signing in: `asked` where that is a screen of this page to come back to, else the
/// overview.
pub fn after_sign_in(asked: Option<&str>) -> &str {
    asked.filter(|to| is_own_screen(to)).unwrap_or(OVERVIEW)
}

fn is_own_screen(to: &str) -> bool {
    // Browsers read a backslash as a slash, and skip tabs and line ends before they look for one.
    let is_path = to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains(|letter: char| letter == '\\' || letter.is_control());
    let path = to.split(['?', '#']).next().unwrap_or_default();
    is_path && !is_within(path, API) && !is_within(path, SIGN_IN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_the_screen_that_was_asked_for() {
        for screen in [
            "/",
            "/changes/1",
            "/ledger?subject=proposal/1",
            "/account",
            "/apiary",
            "/x?to=//elsewhere",
        ] {
            assert_eq!(after_sign_in(Some(screen)), screen);
        }
    }

    #[test]
    fn the_way_back_leads_to_no_other_origin() {
        for foreign in [
            "https://elsewhere.example/",
            "//elsewhere.example/",
            "///elsewhere.example/",
            "/\\elsewhere.example/",
            "\\/elsewhere.example/",
            "/\t/elsewhere.example/",
            "/\n/elsewhere.example/",
            "\t//elsewhere.example/",
            " //elsewhere.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "elsewhere.example",
            "",
        ] {
            assert_eq!(after_sign_in(Some(foreign)), OVERVIEW, "{foreign:?}");
        }
        assert_eq!(after_sign_in(None), OVERVIEW);
    }

    #[test]
    fn the_way_back_leads_to_no_answer_of_the_api_and_not_round_in_circles() {
        for to in [
            "/api",
            "/api/session",
            "/sign-in",
            "/sign-in/link",
            "/sign-in?back=/",
        ] {
            assert_eq!(after_sign_in(Some(to)), OVERVIEW, "{to}");
        }
    }

    #[test]
    fn the_way_to_the_sign_in_says_where_from_and_whether_a_session_ended() {
        let encode = |text: &str| text.replace('/', "%2F");
        assert_eq!(sign_in_from("/ask", false, encode), "/sign-in?back=%2Fask");
        assert_eq!(
            sign_in_from("/ask", true, encode),
            "/sign-in?back=%2Fask&ended=yes"
        );
    }
}
