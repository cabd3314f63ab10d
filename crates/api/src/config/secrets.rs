//! Secrets: those in files, and all that Argus holds.

use std::path::Path;

use argus_llm::redact::Kind;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Environment, SignInProvider};

/// Every secret that Argus holds beside the keys of language models: none of them is ever told to one.
pub(super) fn held(
    environment: &Environment,
    providers: &[SignInProvider],
) -> Vec<(Kind, SecretString)> {
    let tokens = [
        &environment.proxmox_api_token,
        &environment.proxmox_read_token,
        &environment.proxmox_danger_token,
        &environment.proxmox_manage_token,
    ];
    let tokens = tokens.into_iter().flatten().map(|one| (Kind::Token, one));
    let openai = environment
        .openai_api_key
        .iter()
        .map(|one| (Kind::Key, one));
    let session = environment.session_secret.iter();
    let session = session.map(|one| (Kind::Secret, one));
    let clients = providers
        .iter()
        .filter_map(|one| one.provider.config().client_secret.as_ref())
        .map(|one| (Kind::Secret, one));
    let mut held: Vec<(Kind, SecretString)> = tokens
        .chain(openai)
        .chain(session)
        .chain(clients)
        .map(|(kind, secret)| (kind, secret.clone()))
        .collect();
    // Of the database's address the password alone: the rest is no secret, and stands in ordinary text.
    let url = environment.database_url.as_ref();
    let url = url.and_then(|url| Url::parse(url.expose_secret()).ok());
    if let Some(password) = url.as_ref().and_then(Url::password) {
        held.push((Kind::Password, password.into()));
    }
    held
}

/// What a file holds, without the line end that editors add.
pub(super) fn secret_file(file: &Path) -> std::io::Result<SecretString> {
    let text = SecretString::from(std::fs::read_to_string(file)?);
    Ok(SecretString::from(
        text.expose_secret().trim_end_matches(['\r', '\n']),
    ))
}
