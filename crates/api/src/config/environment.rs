//! The environment: secrets, and what the four required variables say.

use std::collections::BTreeMap;

use secrecy::SecretString;

/// The variables that Argus reads; nothing else in the process looks at the environment.
#[derive(Default)]
pub struct Environment {
    /// `PROXMOX_API_URL`
    pub proxmox_api_url: Option<String>,
    /// `PROXMOX_API_TOKEN`
    pub proxmox_api_token: Option<SecretString>,
    /// `PROXMOX_READ_TOKEN`: a token that can only read, for all but the executor.
    pub proxmox_read_token: Option<SecretString>,
    /// `PROXMOX_DANGER_TOKEN`: sends what is dangerous, and nothing else.
    pub proxmox_danger_token: Option<SecretString>,
    /// `PROXMOX_MANAGE_TOKEN`: makes and removes a token for each plan.
    pub proxmox_manage_token: Option<SecretString>,
    /// `PROXMOX_CA_FILE`
    pub proxmox_ca_file: Option<String>,
    /// `PROXMOX_FINGERPRINTS`
    pub proxmox_fingerprints: Option<String>,
    /// `PROXMOX_TLS_INSECURE`
    pub proxmox_tls_insecure: Option<String>,
    /// `OPENAI_API_KEY`: may be empty; the key of a provider at api.openai.com that has none of its own.
    pub openai_api_key: Option<SecretString>,
    /// `ARGUS_MODEL_<NAME>_KEY`, by `<NAME>`: keys of language models.
    pub model_keys: BTreeMap<String, SecretString>,
    /// `SESSION_SECRET`
    pub session_secret: Option<SecretString>,
    /// `DATABASE_URL`
    pub database_url: Option<SecretString>,
    /// `ARGUS_OIDC_<ID>_SECRET`, by `<ID>`: what an OpenID provider knows Argus by.
    pub oidc_secrets: BTreeMap<String, SecretString>,
}

impl Environment {
    /// The process' own environment.
    pub fn of_process() -> Self {
        Self {
            proxmox_api_url: variable("PROXMOX_API_URL"),
            proxmox_api_token: variable("PROXMOX_API_TOKEN").map(Into::into),
            proxmox_read_token: variable("PROXMOX_READ_TOKEN").map(Into::into),
            proxmox_danger_token: variable("PROXMOX_DANGER_TOKEN").map(Into::into),
            proxmox_manage_token: variable("PROXMOX_MANAGE_TOKEN").map(Into::into),
            proxmox_ca_file: variable("PROXMOX_CA_FILE"),
            proxmox_fingerprints: variable("PROXMOX_FINGERPRINTS"),
            proxmox_tls_insecure: variable("PROXMOX_TLS_INSECURE"),
            openai_api_key: variable("OPENAI_API_KEY").map(Into::into),
            session_secret: variable("SESSION_SECRET").map(Into::into),
            database_url: variable("DATABASE_URL").map(Into::into),
            oidc_secrets: named("ARGUS_OIDC_", "_SECRET"),
            model_keys: named("ARGUS_MODEL_", "_KEY"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the home of environment variables"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Every variable whose name begins and ends so, by what stands between.
fn named(begin: &str, end: &str) -> BTreeMap<String, SecretString> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let id = name.to_str()?.strip_prefix(begin)?.strip_suffix(end)?;
            let value = value.into_string().ok().filter(|text| !text.is_empty())?;
            Some((id.to_owned(), value.into()))
        })
        .collect()
}
