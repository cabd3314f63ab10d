//! How a session was opened, and by which browser.

use std::net::IpAddr;

/// How somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// At an OpenID provider, by its id in the configuration.
    Oidc(String),
    /// With a passkey.
    Passkey,
    /// With a recovery code.
    Recovery,
    /// By a one-time link from the server's shell or an invitation.
    Link,
    /// As a seeded person of the demo profile.
    Demo,
}

impl Way {
    /// The word in the database and on the wire.
    pub fn label(&self) -> String {
        match self {
            Self::Oidc(provider) => format!("oidc/{provider}"),
            Self::Passkey | Self::Recovery | Self::Link | Self::Demo => self.class().to_owned(),
        }
    }

    /// A word out of a closed list, for metrics.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Oidc(_) => "oidc",
            Self::Passkey => "passkey",
            Self::Recovery => "recovery",
            Self::Link => "link",
            Self::Demo => "demo",
        }
    }

    /// Whether it is for getting a passkey (back) only: such a session does not last.
    pub fn is_makeshift(&self) -> bool {
        matches!(self, Self::Recovery | Self::Link)
    }
}

/// Which browser, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The browser, as far as it says.
    pub device: String,
    /// The network address; see [`crate::address`].
    pub address: IpAddr,
}

/// What people call the browser of this `User-Agent`: enough to tell one's own devices apart.
pub fn device(user_agent: &str) -> String {
    // In this order: most browsers also claim to be the ones before them.
    let browser = [
        ("argusctl", "argusctl"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrom", "Chromium"),
        ("Safari/", "Safari"),
    ];
    let system = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let first = |list: &[(&str, &'static str)]| {
        list.iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (first(&browser), first(&system)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "an unknown program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_what_it_is_and_not_by_what_it_also_claims() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chromium on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8", "an unknown program"),
            ("", "an unknown program"),
        ] {
            assert_eq!(device(agent), name);
        }
    }
}
