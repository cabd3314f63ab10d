//! Configuration: four environment variables are enough, one commented TOML file says the rest.
//!
//! Secrets come from the environment, or from files that the configuration names. Every mistake is reported at once, each with what to do.

mod auth;
pub mod drafting;
mod environment;
mod file;
mod oidc;
mod policy;
mod secrets;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use argus_executor::Pace;
use argus_proxmox::{Endpoint, PinSet, Token, Trust};
use argus_types::id::ClusterId;
use secrecy::{ExposeSecret, SecretString};

use crate::address::TrustedProxies;
use crate::limits::AddressLimit;
use crate::session::Lifetimes;

pub use drafting::Drafting;
pub use environment::Environment;
pub use file::{FILE_EXAMPLE, FileConfig, Profile};
pub use oidc::{Grant, SignInProvider};
pub use policy::{DEFAULT_POLICY, HOME_LAB_POLICY, document_mistakes};

/// Everything the process was told, checked.
pub struct Config {
    /// What kind of place this is.
    pub profile: Profile,
    /// Where REST and WebSocket listen.
    pub listen: SocketAddr,
    /// Where Prometheus may ask, away from nginx; none where not wanted.
    pub metrics_listen: Option<SocketAddr>,
    /// The page's own origin, such as `https://argus.lan`: what `Origin` must be.
    pub public_origin: String,
    /// Networks whose peers may say for whom they speak.
    pub trusted_proxies: TrustedProxies,
    /// OpenID providers, in the order of the file.
    pub providers: Vec<SignInProvider>,
    /// What drafts beside the built-in rules.
    pub drafting: Drafting,
    /// When sessions end by themselves.
    pub lifetimes: Lifetimes,
    /// What one address may do before anybody knows who is there.
    pub sign_in_limit: AddressLimit,
    /// The built page, where this process serves it itself.
    pub page_dir: Option<PathBuf>,
    /// Argus' id of the cluster.
    pub cluster: ClusterId,
    /// Seconds between two looks at the cluster's resources.
    pub poll_interval_s: u64,
    /// Age in seconds after which the inventory counts as stale.
    pub stale_after_s: u64,
    /// The policy that the first start puts into force; it has no mistakes.
    pub first_policy: String,
    /// Proxmox's address.
    pub endpoint: Endpoint,
    /// What the executor writes with.
    pub token: Token,
    /// What the API reads with.
    pub read_token: Token,
    /// What the executor sends dangerous steps with; none where `token` sends them as well.
    pub danger_token: Option<Token>,
    /// What makes a token for each plan; none where no plan gets one.
    pub manage_token: Option<Token>,
    /// How Proxmox's certificate is trusted.
    pub trust: TrustSource,
    /// PostgreSQL.
    pub database_url: SecretString,
    /// Key for session and CSRF tokens, at least 32 characters.
    pub session_secret: SecretString,
    /// The executor's waiting times; only tests on a faster cluster change them.
    pub pace: Pace,
}

/// How Proxmox's certificate is trusted, before anything was read from disk.
#[derive(Debug, Clone)]
pub enum TrustSource {
    /// The machine's trust store.
    System,
    /// Only the authorities in this file.
    CaFile(PathBuf),
    /// Only these leaf certificates.
    Pins(PinSet),
    /// Not at all; lab profile only.
    InsecureLab,
}

impl TrustSource {
    /// The client's form of it.
    pub fn to_trust(&self) -> Trust {
        match self {
            Self::System => Trust::System,
            Self::CaFile(path) => Trust::CaFile(path.clone()),
            Self::Pins(pins) => Trust::Pins(pins.clone()),
            Self::InsecureLab => Trust::insecure_lab(
                argus_proxmox::LabAcknowledged::anyone_here_may_read_the_token(),
            ),
        }
    }

    /// Whether Proxmox's certificate is not verified.
    pub fn is_insecure(&self) -> bool {
        matches!(self, Self::InsecureLab)
    }
}

/// One mistake and what mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The variable, or the file with its line.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// All mistakes of one configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} mistake(s)", .0.len())]
pub struct Mistakes(pub Vec<Mistake>);

/// Where PostgreSQL is, when nothing says otherwise: the local server over its socket.
const DEFAULT_DATABASE_URL: &str = "postgres:///argus?host=/run/postgresql";

impl Config {
    /// Reads the file (if any) and the environment; reports every mistake, not only the first.
    pub fn load(path: Option<&Path>, environment: &Environment) -> Result<Self, Mistakes> {
        let mut mistakes = Vec::new();
        let file = match path {
            None => FileConfig::default(),
            Some(path) => match FileConfig::read(path) {
                Ok(file) => file,
                Err(mistake) => return Err(Mistakes(vec![mistake])),
            },
        };
        let config = Self::check(&file, environment, &mut mistakes);
        match config {
            Some(config) if mistakes.is_empty() => Ok(config),
            _ => Err(Mistakes(mistakes)),
        }
    }

    fn check(
        file: &FileConfig,
        environment: &Environment,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let endpoint = required(
            mistakes,
            "PROXMOX_API_URL",
            environment.proxmox_api_url.as_deref(),
            "set it to https://HOST:8006/api2/json",
        )
        .and_then(|url| keep(mistakes, "PROXMOX_API_URL", Endpoint::parse(url)));
        let token = required(
            mistakes,
            "PROXMOX_API_TOKEN",
            environment
                .proxmox_api_token
                .as_ref()
                .map(ExposeSecret::expose_secret),
            "set it to USER@REALM!TOKENID=SECRET (pveum user token add USER@REALM TOKENID)",
        )
        .and_then(|text| keep(mistakes, "PROXMOX_API_TOKEN", Token::parse(text)));
        let read_token = match &environment.proxmox_read_token {
            None => token.clone(),
            Some(text) => keep(
                mistakes,
                "PROXMOX_READ_TOKEN",
                Token::parse(text.expose_secret()),
            ),
        };
        let danger_token = optional_token(
            mistakes,
            "PROXMOX_DANGER_TOKEN",
            environment.proxmox_danger_token.as_ref(),
        );
        let manage_token = manage_token(mistakes, file, environment, token.as_ref());
        let session_secret = session_secret(mistakes, environment);
        let trust = trust(mistakes, file.profile, environment);
        let cluster = keep(mistakes, "cluster.id", file.cluster.id.parse::<ClusterId>());
        let public_origin = public_origin(mistakes, file);
        let first_policy = policy::first(mistakes, file);
        let place = public_origin.as_deref().zip(cluster.as_ref());
        let providers = place.map(|(origin, cluster)| {
            let (sections, secrets) = (&file.auth.oidc, &environment.oidc_secrets);
            oidc::providers(
                mistakes,
                sections,
                secrets,
                &oidc::Place { origin, cluster },
            )
        });
        let keys = drafting::Keys {
            own: &environment.model_keys,
            openai: environment.openai_api_key.as_ref(),
        };
        let held = secrets::held(environment, providers.as_deref().unwrap_or_default());
        let drafting = drafting::drafting(mistakes, &file.drafting, &keys, &held);
        Some(Self {
            profile: file.profile,
            listen: file.listen,
            metrics_listen: file.metrics_listen,
            public_origin: public_origin?,
            providers: providers?,
            drafting,
            trusted_proxies: TrustedProxies(file.trusted_proxies.clone().into()),
            lifetimes: Lifetimes {
                idle_s: i64::from(file.sessions.idle_min.clamp(5, 24 * 60)) * 60,
                absolute_s: i64::from(file.sessions.absolute_h.clamp(1, 7 * 24)) * 3600,
                key_age: time::Duration::days(
                    file.sessions.rotate_keys_after_days.clamp(1, 365).into(),
                ),
            },
            sign_in_limit: AddressLimit {
                burst: file.limits.sign_in_burst.clamp(1, 10_000),
                every_s: file.limits.sign_in_every_s.clamp(1, 3600),
            },
            page_dir: file.page_dir.clone(),
            cluster: cluster?,
            poll_interval_s: file.cluster.poll_interval_s.clamp(1, 60),
            stale_after_s: file.cluster.stale_after_s.clamp(5, 600),
            first_policy: first_policy?,
            endpoint: endpoint?,
            token: token?,
            read_token: read_token?,
            danger_token,
            manage_token,
            trust: trust?,
            database_url: environment
                .database_url
                .clone()
                .unwrap_or_else(|| DEFAULT_DATABASE_URL.into()),
            session_secret: session_secret?,
            pace: Pace::default(),
        })
    }
}

/// A token that need not be there.
fn optional_token(
    mistakes: &mut Vec<Mistake>,
    place: &str,
    text: Option<&SecretString>,
) -> Option<Token> {
    text.and_then(|text| keep(mistakes, place, Token::parse(text.expose_secret())))
}

/// The token that makes tokens for plans, where plans get some: one of its own, or else the executor's.
fn manage_token(
    mistakes: &mut Vec<Mistake>,
    file: &FileConfig,
    environment: &Environment,
    executors: Option<&Token>,
) -> Option<Token> {
    const PLACE: &str = "PROXMOX_MANAGE_TOKEN";
    let own = environment.proxmox_manage_token.as_ref();
    if !file.proxmox.token_per_plan {
        if own.is_some() {
            mistakes.push(Mistake {
                place: PLACE.to_owned(),
                message: "is set, and no plan gets a token: set `token_per_plan = true` below `[proxmox]`, or drop it"
                    .to_owned(),
            });
        }
        return None;
    }
    match own {
        Some(_) => optional_token(mistakes, PLACE, own),
        None => executors.cloned(),
    }
}

/// The value, or a mistake that says what to set.
fn required<'a>(
    mistakes: &mut Vec<Mistake>,
    place: &str,
    value: Option<&'a str>,
    remedy: &str,
) -> Option<&'a str> {
    let value = value.filter(|text| !text.is_empty());
    if value.is_none() {
        mistakes.push(Mistake {
            place: place.to_owned(),
            message: format!("is missing: {remedy}"),
        });
    }
    value
}

/// The parsed value, or its error as a mistake.
fn keep<T, E: std::fmt::Display>(
    mistakes: &mut Vec<Mistake>,
    place: &str,
    value: Result<T, E>,
) -> Option<T> {
    value
        .map_err(|error| {
            mistakes.push(Mistake {
                place: place.to_owned(),
                message: error.to_string(),
            });
        })
        .ok()
}

/// Fewest characters of `SESSION_SECRET`.
const SECRET_LENGTH: usize = 32;

fn session_secret(mistakes: &mut Vec<Mistake>, environment: &Environment) -> Option<SecretString> {
    let remedy =
        "set it to at least 32 random characters, such as the output of `openssl rand -hex 32`";
    let secret = environment.session_secret.as_ref();
    let text = required(
        mistakes,
        "SESSION_SECRET",
        secret.map(ExposeSecret::expose_secret),
        remedy,
    )?;
    let mut different: Vec<_> = text.chars().collect();
    different.sort_unstable();
    different.dedup();
    if text.chars().count() < SECRET_LENGTH || different.len() < 8 {
        mistakes.push(Mistake {
            place: "SESSION_SECRET".to_owned(),
            message: format!("is too easy to guess: {remedy}"),
        });
        return None;
    }
    secret.cloned()
}

fn trust(
    mistakes: &mut Vec<Mistake>,
    profile: Profile,
    environment: &Environment,
) -> Option<TrustSource> {
    let filled = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
    let ca_file = filled(&environment.proxmox_ca_file);
    let pins = filled(&environment.proxmox_fingerprints);
    let insecure = filled(&environment.proxmox_tls_insecure);
    if let Some(value) = insecure {
        return insecure_trust(
            mistakes,
            profile,
            &value,
            ca_file.is_some() || pins.is_some(),
        );
    }
    match (ca_file, pins) {
        (Some(_), Some(_)) => {
            mistakes.push(Mistake {
                place: "PROXMOX_FINGERPRINTS".to_owned(),
                message: "PROXMOX_CA_FILE is set, too: keep one of the two".to_owned(),
            });
            None
        }
        (Some(path), None) if Path::new(&path).is_file() => Some(TrustSource::CaFile(path.into())),
        (Some(path), None) => {
            mistakes.push(Mistake {
                place: "PROXMOX_CA_FILE".to_owned(),
                message: format!(
                    "there is no file {path}: copy /etc/pve/pve-root-ca.pem from a node"
                ),
            });
            None
        }
        (None, Some(pins)) => {
            keep(mistakes, "PROXMOX_FINGERPRINTS", PinSet::parse(&pins)).map(TrustSource::Pins)
        }
        (None, None) => Some(TrustSource::System),
    }
}

fn insecure_trust(
    mistakes: &mut Vec<Mistake>,
    profile: Profile,
    value: &str,
    others: bool,
) -> Option<TrustSource> {
    let message = if value != "lab" {
        "the only value is `lab`; better: set PROXMOX_CA_FILE or PROXMOX_FINGERPRINTS"
    } else if profile != Profile::Lab {
        "is refused outside `profile = \"lab\"`: set PROXMOX_CA_FILE to the cluster's \
         pve-root-ca.pem or PROXMOX_FINGERPRINTS to what `pvenode cert info` prints"
    } else if others {
        "PROXMOX_CA_FILE or PROXMOX_FINGERPRINTS is set, too: drop PROXMOX_TLS_INSECURE"
    } else {
        return Some(TrustSource::InsecureLab);
    };
    mistakes.push(Mistake {
        place: "PROXMOX_TLS_INSECURE".to_owned(),
        message: message.to_owned(),
    });
    None
}

fn public_origin(mistakes: &mut Vec<Mistake>, file: &FileConfig) -> Option<String> {
    let Some(text) = &file.public_origin else {
        return Some(format!("http://localhost:{}", file.listen.port()));
    };
    let origin = url::Url::parse(text).ok().filter(|url| {
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.path() == "/" && (url.scheme() == "https" || (url.scheme() == "http" && local))
    });
    if origin.is_none() {
        mistakes.push(Mistake {
            place: "public_origin".to_owned(),
            message: format!(
                "{text:?} is not an origin: write https://HOST (http only for localhost), without a path"
            ),
        });
    }
    origin.map(|url| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests;
