//! Why this page cannot use passkeys here at all.

use std::net::Ipv4Addr;

use leptos::prelude::window;

use super::browser;

/// Why passkeys cannot be used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The page came over plain HTTP.
    Insecure,
    /// The console is reached by an address instead of a name.
    Address(String),
    /// The browser has no passkeys, or they are switched off in it.
    NoPasskeys,
    /// The browser has passkeys, but not the way of handing them over that this page needs.
    OldBrowser,
}

impl Obstacle {
    /// What is in the way, in a few words.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Insecure => "Passkeys need https.",
            Self::Address(_) => "Passkeys need a name.",
            Self::NoPasskeys => "This browser has no passkeys.",
            Self::OldBrowser => "This browser is too old for passkeys here.",
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Insecure => {
                "This page came over plain http, where browsers keep passkeys back. Open it over https.".to_owned()
            }
            Self::Address(address) => format!(
                "Browsers bind passkeys to a name, and this page was opened at {address}. Open it by its name."
            ),
            Self::NoPasskeys => {
                "They may be switched off in its settings, or in a private window.".to_owned()
            }
            Self::OldBrowser => {
                "It works from Chromium 129, Firefox 119 and Safari 18.4 on.".to_owned()
            }
        }
    }
}

/// Where the page is and what the browser has.
#[derive(Debug, Clone, Copy)]
struct Surroundings<'a> {
    host: &'a str,
    secure: bool,
    has_passkeys: bool,
    reads_json: bool,
}

/// What keeps this page from using passkeys, if anything does.
pub fn obstacle() -> Option<Obstacle> {
    let window = window();
    of(Surroundings {
        host: &window.location().hostname().unwrap_or_default(),
        secure: window.is_secure_context(),
        has_passkeys: browser::has_passkeys(),
        reads_json: browser::reads_json(),
    })
}

// What the person can change without another browser comes first.
fn of(here: Surroundings<'_>) -> Option<Obstacle> {
    let is_address = here.host.starts_with('[') || here.host.parse::<Ipv4Addr>().is_ok();
    if is_address {
        Some(Obstacle::Address(here.host.to_owned()))
    } else if !here.secure {
        Some(Obstacle::Insecure)
    } else if !here.has_passkeys {
        Some(Obstacle::NoPasskeys)
    } else if !here.reads_json {
        Some(Obstacle::OldBrowser)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Surroundings<'_> = Surroundings {
        host: "argus.example.org",
        secure: true,
        has_passkeys: true,
        reads_json: true,
    };

    #[test]
    fn nothing_is_in_the_way_of_a_name_over_https_in_a_new_browser() {
        assert_eq!(of(HERE), None);
    }

    #[test]
    fn an_address_is_told_before_plain_http_because_https_would_not_help_it() {
        for host in ["192.0.2.7", "[2001:db8::7]", "127.0.0.1"] {
            let here = Surroundings {
                host,
                secure: false,
                ..HERE
            };
            assert_eq!(of(here), Some(Obstacle::Address(host.to_owned())));
        }
    }

    #[test]
    fn the_browser_is_to_blame_only_where_the_page_is_as_it_must_be() {
        let here = Surroundings {
            secure: false,
            has_passkeys: false,
            reads_json: false,
            ..HERE
        };
        assert_eq!(of(here), Some(Obstacle::Insecure));
        let here = Surroundings {
            secure: true,
            ..here
        };
        assert_eq!(of(here), Some(Obstacle::NoPasskeys));
        let here = Surroundings {
            has_passkeys: true,
            ..here
        };
        assert_eq!(of(here), Some(Obstacle::OldBrowser));
    }
}
