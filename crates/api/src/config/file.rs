//! The TOML file. Every key has a default, but for those of providers; unknown keys are mistakes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::Mistake;
use super::auth::AuthSection;
use super::drafting::DraftingSection;

/// What kind of place this is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A real cluster. No way in but real ones.
    #[default]
    Production,
    /// A test bench: may run without verifying Proxmox's certificate, and says so on every screen.
    Lab,
    /// The simulator: sign-in offers four seeded people.
    Demo,
}

impl Profile {
    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Lab => "lab",
            Self::Demo => "demo",
        }
    }
}

/// The file as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FileConfig {
    /// `production`, `lab` or `demo`.
    pub profile: Profile,
    /// Where REST and WebSocket listen; nginx stands before it.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Where Prometheus may ask; not behind nginx.
    #[schemars(with = "Option<String>")]
    pub metrics_listen: Option<SocketAddr>,
    /// The origin that browsers show, such as `https://argus.lan`; `http://localhost:PORT` where absent.
    pub public_origin: Option<String>,
    /// Networks whose `X-Forwarded-For` is believed: where nginx is.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// Serve the built page from here; absent behind nginx, which serves it.
    pub page_dir: Option<PathBuf>,
    /// The cluster.
    pub cluster: ClusterSection,
    /// Proxmox.
    pub proxmox: ProxmoxSection,
    /// The policy.
    pub policy: PolicySection,
    /// Sessions.
    pub sessions: SessionSection,
    /// Rate limits.
    pub limits: LimitSection,
    /// Who else may say who somebody is.
    pub auth: AuthSection,
    /// What drafts beside the built-in rules.
    pub drafting: DraftingSection,
}

/// `[cluster]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterSection {
    /// Argus' id of the cluster: letters, digits, hyphens.
    pub id: String,
    /// Seconds between two looks at the cluster's resources, 1 to 60.
    pub poll_interval_s: u64,
    /// Age in seconds after which what Argus knows counts as stale, 5 to 600.
    pub stale_after_s: u64,
}

/// `[proxmox]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProxmoxSection {
    /// Whether each plan is carried out with a token made for it alone, and nothing is sent without one.
    pub token_per_plan: bool,
}

/// `[sessions]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSection {
    /// Minutes without use after which a session ends, 5 to 1440.
    pub idle_min: u32,
    /// Hours after which a session ends whatever happens, 1 to 168.
    pub absolute_h: u32,
    /// Days after which the key that signs access tokens is replaced, 1 to 365.
    pub rotate_keys_after_days: u32,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSection {
    /// Sign-in requests of one address at once, 1 to 10000.
    pub sign_in_burst: u32,
    /// Seconds until one more, 1 to 3600.
    pub sign_in_every_s: u32,
}

/// `[policy]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PolicySection {
    /// The policy document that the first start puts into force; later ones come by proposal and approval. Absent: the
    /// one that Argus brings along (for the demo, the home lab's).
    pub file: Option<PathBuf>,
}

impl Default for FileConfig {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8090)),
            metrics_listen: None,
            public_origin: None,
            trusted_proxies: vec![
                IpNet::from(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                IpNet::from(IpAddr::V6(Ipv6Addr::LOCALHOST)),
            ],
            page_dir: None,
            cluster: ClusterSection::default(),
            proxmox: ProxmoxSection::default(),
            policy: PolicySection::default(),
            sessions: SessionSection::default(),
            limits: LimitSection::default(),
            auth: AuthSection::default(),
            drafting: DraftingSection::default(),
        }
    }
}

impl Default for ClusterSection {
    fn default() -> Self {
        Self {
            id: "main".to_owned(),
            poll_interval_s: 3,
            stale_after_s: 30,
        }
    }
}

impl Default for SessionSection {
    fn default() -> Self {
        Self {
            idle_min: 60,
            absolute_h: 12,
            rotate_keys_after_days: 30,
        }
    }
}

impl Default for LimitSection {
    fn default() -> Self {
        Self {
            sign_in_burst: 20,
            sign_in_every_s: 3,
        }
    }
}

impl FileConfig {
    /// Reads the file; a mistake names its line.
    pub fn read(path: &Path) -> Result<Self, Mistake> {
        let place = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Mistake {
            place: place.clone(),
            message: format!("cannot be read: {error}"),
        })?;
        Self::parse(&text).map_err(|(line, message)| Mistake {
            place: match line {
                Some(line) => format!("{place}:{line}"),
                None => place,
            },
            message,
        })
    }

    /// Parses the text; an error carries its line, from 1.
    pub fn parse(text: &str) -> Result<Self, (Option<usize>, String)> {
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map(|span| text[..span.start].matches('\n').count() + 1);
            (line, error.message().to_owned())
        })
    }
}

/// The commented example, which is also the documentation of each key.
pub const FILE_EXAMPLE: &str = include_str!("../../argus.example.toml");
