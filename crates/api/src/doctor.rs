//! `argus-api doctor`: what works, what does not, and the command that mends it.
//!
//! One finding a line, in the order in which things must work: each later one rests on the earlier ones.

use argus_proxmox::privileges::{self, Need};
use argus_proxmox::{ApiErrorKind, Client, Error, Limits, NotSent, Release, Token};
use argus_store::{PoolLimits, Store};

use crate::config::{Config, SignInProvider, TrustSource};
use crate::problem::Chain;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub state: State,
    /// What was found.
    pub text: String,
    /// What mends it.
    pub remedy: Option<String>,
}

/// How a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Well,
    /// A part that is left out, on purpose or not; everything else works.
    LeftOut,
    /// Something does not work.
    Wrong,
}

/// Looks at everything; sends nothing that changes anything.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![database(config).await];
    findings.push(trust(config));
    let tokens = [("token", &config.token), ("read token", &config.read_token)];
    let same = config.token.id() == config.read_token.id();
    for (what, token) in tokens.into_iter().take(if same { 1 } else { 2 }) {
        let reads_only = what == "read token";
        if !examine_token(config, what, token, reads_only, &mut findings).await {
            break;
        }
    }
    for provider in &config.providers {
        findings.push(examine_provider(provider).await);
    }
    findings
}

/// Whether people can be sent to a provider; what it says about them shows at the first sign-in only.
async fn examine_provider(provider: &SignInProvider) -> Finding {
    let issuer = provider.provider.config().issuer.as_str();
    match provider.provider.probe().await {
        Ok(()) => well(format!("{issuer} answers as an OpenID provider")),
        Err(error) => wrong(format!("{issuer}: {error}"), error.remedy()),
    }
}

async fn database(config: &Config) -> Finding {
    match Store::connect(&config.database_url, PoolLimits::default()).await {
        Ok(_) => well("PostgreSQL answers".to_owned()),
        Err(error) => wrong(
            format!("PostgreSQL: {}", Chain(&error)),
            "set DATABASE_URL to postgres://USER:PASSWORD@HOST/DATABASE and make sure that the server runs",
        ),
    }
}

fn trust(config: &Config) -> Finding {
    match &config.trust {
        TrustSource::System => well("certificates are verified by the system's roots".to_owned()),
        TrustSource::CaFile(path) => well(format!(
            "certificates are verified by {} and no other authority",
            path.display()
        )),
        TrustSource::Pins(_) => well("only pinned certificates are accepted".to_owned()),
        TrustSource::InsecureLab => wrong(
            "certificates are NOT verified: anyone in between can read the token".to_owned(),
            "drop PROXMOX_TLS_INSECURE and set PROXMOX_CA_FILE to the cluster's /etc/pve/pve-root-ca.pem",
        ),
    }
}

/// Whether the address works with this token, so that a second one is worth a look.
async fn examine_token(
    config: &Config,
    what: &str,
    token: &Token,
    reads_only: bool,
    findings: &mut Vec<Finding>,
) -> bool {
    let client = match Client::new(
        config.endpoint.clone(),
        token.clone(),
        config.trust.to_trust(),
        Limits::default(),
    ) {
        Ok(client) => client,
        Err(error) => {
            findings.push(wrong(
                format!("the client cannot be set up: {}", Chain(&error)),
                "see the message; a CA file must hold PEM certificates",
            ));
            return false;
        }
    };
    let version = match client.read(argus_proxmox::read::version()).await {
        Ok(version) => version,
        Err(error) => {
            findings.push(unreachable(&error, config, what, token));
            return false;
        }
    };
    findings.push(well(format!(
        "{} answers over verified TLS and accepts the {what} {}",
        config.endpoint.url,
        token.id()
    )));
    let release = match version.parsed() {
        Ok(release) if release.is_supported() => {
            findings.push(well(format!("Proxmox VE {} is supported", version.version)));
            release
        }
        Ok(release) => {
            findings.push(wrong(
                format!("Proxmox VE {} is not supported", version.version),
                "Argus supports 8.4 and 9.x",
            ));
            release
        }
        Err(error) => {
            findings.push(wrong(
                format!("the release {:?} cannot be read: {error}", version.version),
                "Argus supports 8.4 and 9.x",
            ));
            return true;
        }
    };
    examine_privileges(&client, release, token, reads_only, findings).await;
    true
}

async fn examine_privileges(
    client: &Client,
    release: Release,
    token: &Token,
    reads_only: bool,
    findings: &mut Vec<Finding>,
) {
    let permissions = match client.read(argus_proxmox::read::permissions()).await {
        Ok(permissions) => permissions,
        Err(error) => {
            findings.push(wrong(
                format!("permissions cannot be read: {}", Chain(&error)),
                "see the message",
            ));
            return;
        }
    };
    let needs: Vec<Need> = privileges::needed(release)
        .into_iter()
        .filter(|need| !reads_only || need.purpose == privileges::Purpose::Read)
        .collect();
    let missing = privileges::missing(&permissions, &needs);
    for need in &needs {
        let lacking = missing
            .iter()
            .find(|missing| missing.privilege == need.privilege && missing.path == need.path);
        let is_part = need.purpose == privileges::Purpose::Part;
        // Where several needs share a privilege on `/`, the reason of this one says what it is for.
        let text = format!("{} on {}: {}", need.privilege, need.path, need.why);
        findings.push(match lacking {
            None => well(text),
            Some(lacking) if is_part => Finding {
                state: State::LeftOut,
                text: format!("not granted {text}"),
                remedy: Some(lacking.mend(token.id())),
            },
            Some(lacking) => wrong(format!("missing {text}"), &lacking.mend(token.id())),
        });
    }
}

fn unreachable(error: &Error, config: &Config, what: &str, token: &Token) -> Finding {
    let url = &config.endpoint.url;
    match error {
        Error::NotSent {
            kind: NotSent::Tls(failure),
            ..
        } => {
            let remedy = match &failure.seen {
                Some(seen) => format!(
                    "compare with `pvenode cert info` on the node; if it is right, set PROXMOX_FINGERPRINTS={seen}, \
                     or set PROXMOX_CA_FILE to the cluster's pve-root-ca.pem. The token was not sent."
                ),
                None => {
                    "set PROXMOX_CA_FILE to the cluster's pve-root-ca.pem. The token was not sent."
                        .to_owned()
                }
            };
            wrong(
                format!("{url}: the certificate is not accepted: {}", failure.reason),
                &remedy,
            )
        }
        Error::NotSent { .. } => wrong(
            format!("{url}: {}", Chain(error)),
            "check PROXMOX_API_URL (https://HOST:8006/api2/json), name resolution and the way to port 8006",
        ),
        _ if error.api_kind() == Some(ApiErrorKind::Auth) => wrong(
            format!("Proxmox does not accept the {what} {}", token.id()),
            "check the id and the secret, and that the token has not expired: pveum user token list USER@REALM",
        ),
        _ => wrong(
            format!("{url}: {}", Chain(error)),
            "is this a Proxmox VE API? The address ends in :8006/api2/json",
        ),
    }
}

fn well(text: String) -> Finding {
    Finding {
        state: State::Well,
        text,
        remedy: None,
    }
}

fn wrong(text: String, remedy: &str) -> Finding {
    Finding {
        state: State::Wrong,
        text,
        remedy: Some(remedy.to_owned()),
    }
}
