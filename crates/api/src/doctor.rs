//! `argus-api doctor`: what works, what does not, and the command that mends it.
//!
//! One finding a line, in the order in which things must work: each later one rests on the earlier ones.

use argus_domain::danger;
use argus_proxmox::privileges::{self, Need, Purpose};
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
    for (role, token) in roles(config) {
        if !examine_token(config, role, token, &mut findings).await {
            break;
        }
    }
    findings.extend(spread(config));
    for provider in &config.providers {
        findings.push(examine_provider(provider).await);
    }
    findings
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Sends everything.
    Operate,
    /// Sends what is not dangerous.
    OperateSafely,
    /// Looks, while every plan has a token of its own.
    Look,
    /// Reads.
    Read,
    /// Sends what is dangerous.
    Danger,
    /// Makes a token for each plan.
    Manage,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Operate | Self::OperateSafely | Self::Look => "token",
            Self::Read => "read token",
            Self::Danger => "danger token",
            Self::Manage => "token that manages tokens",
        }
    }

    /// Whether it is for something that takes this.
    fn needs(self, need: &Need) -> bool {
        let dangerous = danger::PRIVILEGES.contains(&need.privilege);
        match (self, need.purpose) {
            (Self::Read, purpose) => purpose == Purpose::Read,
            (Self::Manage, purpose) => purpose == Purpose::Manage,
            (_, Purpose::Manage) => false,
            // Asking whether a guest may move takes the right to move it.
            (Self::Look, purpose) => purpose == Purpose::Read || need.privilege == "VM.Migrate",
            (Self::OperateSafely, _) => !dangerous,
            (Self::Operate | Self::Danger, _) => true,
        }
    }
}

/// The tokens that are configured, each once, with what it is for.
fn roles(config: &Config) -> Vec<(Role, &Token)> {
    let operate = match (&config.manage_token, &config.danger_token) {
        (Some(_), _) => Role::Look,
        (None, Some(_)) => Role::OperateSafely,
        (None, None) => Role::Operate,
    };
    let mut roles = vec![(operate, &config.token)];
    if config.read_token.id() != config.token.id() {
        roles.push((Role::Read, &config.read_token));
    }
    // With a token for each plan nothing is sent with it.
    if let (Some(danger), None) = (&config.danger_token, &config.manage_token) {
        roles.push((Role::Danger, danger));
    }
    roles.extend(
        config
            .manage_token
            .as_ref()
            .map(|token| (Role::Manage, token)),
    );
    roles
}

/// How the rights are spread over tokens, and what would spread them further.
fn spread(config: &Config) -> Option<Finding> {
    match (&config.manage_token, &config.danger_token) {
        (Some(token), _) => Some(well(format!(
            "each plan is carried out with a token of its own, which {} makes",
            token.id()
        ))),
        (None, Some(_)) => None,
        (None, None) => Some(Finding {
            state: State::LeftOut,
            text: "one token sends everything, what is dangerous included".to_owned(),
            remedy: Some(
                "set PROXMOX_DANGER_TOKEN, or `token_per_plan = true` below `[proxmox]`: docs/operations.md".to_owned(),
            ),
        }),
    }
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
    role: Role,
    token: &Token,
    findings: &mut Vec<Finding>,
) -> bool {
    let what = role.as_str();
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
    examine_privileges(&client, release, token, role, findings).await;
    if role == Role::Manage {
        findings.push(manages(&client, token).await);
        findings.push(roles_there(&client, release).await);
    }
    true
}

async fn examine_privileges(
    client: &Client,
    release: Release,
    token: &Token,
    role: Role,
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
        .filter(|need| role.needs(need))
        .collect();
    let missing = privileges::missing(&permissions, &needs);
    for need in &needs {
        let lacking = missing
            .iter()
            .find(|missing| missing.privilege == need.privilege && missing.path == need.path);
        let is_part = need.purpose == Purpose::Part;
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

/// Whether the token may manage its user's. It is never taken for the user itself, who may in any case.
async fn manages(client: &Client, token: &Token) -> Finding {
    let user = token.user();
    match client.read(argus_proxmox::read::user_tokens(user)).await {
        Ok(_) => well(format!("{} may manage the tokens of {user}", token.id())),
        Err(error) => wrong(
            format!(
                "{} may not manage the tokens of {user}: {}",
                token.id(),
                Chain(&error)
            ),
            &privileges::mend_managing(token.id()),
        ),
    }
}

/// Whether there is a role for each privilege that a plan can need, and nothing else in it.
async fn roles_there(client: &Client, release: Release) -> Finding {
    let listed = match client.read(argus_proxmox::read::roles()).await {
        Ok(listed) => listed,
        Err(error) => {
            return wrong(
                format!("roles cannot be read: {}", Chain(&error)),
                "see the message",
            );
        }
    };
    let wanting: Vec<String> = privileges::of_plans(release)
        .into_iter()
        .filter(|privilege| {
            let name = privileges::role(privilege);
            let role = listed.iter().find(|role| role.roleid == name);
            role.is_none_or(|role| !role.has_only(privilege))
        })
        .map(|privilege| {
            format!(
                "pveum role add {} --privs {privilege}",
                privileges::role(privilege)
            )
        })
        .collect();
    if wanting.is_empty() {
        return well(
            "there is a role of its own for each privilege that a plan can need".to_owned(),
        );
    }
    wrong(
        format!(
            "{} roles for plans are missing or hold something else",
            wanting.len()
        ),
        &wanting.join("; "),
    )
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
