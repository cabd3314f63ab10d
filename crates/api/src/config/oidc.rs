//! From `[[auth.oidc]]` to providers that can be used, and every mistake on the way.

use std::collections::{BTreeMap, BTreeSet};

use argus_identity::oidc::mapping::{self, Unmapped};
use argus_identity::oidc::{ConfigError, Groups, Issuer, Provider, ProviderConfig, ProviderId};
use argus_types::id::ClusterId;
use argus_types::person::Role;
use argus_types::places;
use argus_types::scope::{MAX_SCOPE_ENTRIES, Scope};
use secrecy::{ExposeSecret, SecretString};

use super::auth::{OidcSection, RoleSection};
use super::secrets::secret_file;
use super::{Mistake, keep};
use crate::problem::Chain;

/// Always asked for; a person without a name is hard to recognise.
const SCOPES: [&str; 2] = ["profile", "email"];

/// A provider, and what its groups give.
#[derive(Debug, Clone)]
pub struct SignInProvider {
    /// The client for it.
    pub provider: Provider,
    /// What each group gives.
    pub rules: Vec<(String, Grant)>,
}

/// What one rule or several together give. The greater one has the greater role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// How far it reaches.
    pub scope: Scope,
}

impl SignInProvider {
    /// Its id.
    pub fn id(&self) -> &str {
        self.provider.config().id.as_str()
    }

    /// What groups give: the highest role among their rules, as far as all rules with that role reach.
    pub fn grant(&self, groups: &Groups) -> Result<Grant, Unmapped> {
        let granted = mapping::map(&self.rules, groups)?;
        let mut scopes = granted
            .iter()
            .take_while(|grant| grant.role == granted[0].role)
            .map(|grant| &grant.scope);
        // A mapping that succeeds gives at least one.
        let first = scopes.next().cloned().unwrap_or_default();
        Ok(Grant {
            role: granted[0].role,
            scope: scopes.fold(first, |all, scope| all.union(scope)),
        })
    }

    /// The groups of these that any rule names.
    pub fn mapped<'a>(&self, groups: &'a Groups) -> Vec<&'a str> {
        let Groups::Listed(listed) = groups else {
            return Vec::new();
        };
        listed
            .iter()
            .filter(|group| self.rules.iter().any(|(named, _)| named == *group))
            .map(String::as_str)
            .collect()
    }
}

/// What the rest of the configuration says that providers depend on.
pub(super) struct Place<'a> {
    /// The page's own origin.
    pub(super) origin: &'a str,
    /// The one cluster.
    pub(super) cluster: &'a ClusterId,
}

/// The providers; those with mistakes are left out and their mistakes added.
pub(super) fn providers(
    mistakes: &mut Vec<Mistake>,
    sections: &[OidcSection],
    secrets: &BTreeMap<String, SecretString>,
    place: &Place<'_>,
) -> Vec<SignInProvider> {
    let mut ids = BTreeSet::new();
    for section in sections {
        if !ids.insert(variable_part(&section.id)) {
            let message = "is the id of another provider, too: give each its own";
            add(mistakes, section, "id", message);
        }
    }
    for id in secrets.keys().filter(|id| !ids.contains(*id)) {
        mistakes.push(Mistake {
            place: format!("ARGUS_OIDC_{id}_SECRET"),
            message: "there is no provider of this id in [[auth.oidc]]: mend the one or the other"
                .to_owned(),
        });
    }
    sections
        .iter()
        .filter_map(|section| {
            let secret = secrets.get(&variable_part(&section.id));
            provider(mistakes, section, secret, place)
        })
        .collect()
}

/// An id as it stands in the name of its variable.
fn variable_part(id: &str) -> String {
    id.to_ascii_uppercase().replace('-', "_")
}

fn provider(
    mistakes: &mut Vec<Mistake>,
    section: &OidcSection,
    secret: Option<&SecretString>,
    place: &Place<'_>,
) -> Option<SignInProvider> {
    let before = mistakes.len();
    let id = keep(mistakes, &at(section, "id"), ProviderId::parse(&section.id));
    let issuer = Issuer::parse(&section.issuer);
    let issuer = keep(mistakes, &at(section, "issuer"), issuer);
    for (key, value) in [
        ("name", Some(&section.name)),
        ("client_id", Some(&section.client_id)),
        ("groups_claim", Some(&section.groups_claim)),
        ("person_claim", section.person_claim.as_ref()),
        ("name_claim", Some(&section.name_claim)),
    ] {
        if value.is_some_and(|value| value.trim().is_empty()) {
            add(mistakes, section, key, "is empty");
        }
    }
    let client_secret = client_secret(mistakes, section, secret);
    let rules = rules(mistakes, section, place.cluster);
    let (id, issuer) = (id?, issuer?);
    if mistakes.len() > before {
        return None;
    }
    let back = format!("{}{}", place.origin, places::sign_in_callback(&section.id));
    let config = ProviderConfig {
        redirect_uri: keep(mistakes, "public_origin", back.parse())?,
        id,
        name: section.name.clone(),
        issuer,
        client_id: section.client_id.clone(),
        client_secret,
        ca_file: section.ca_file.clone(),
        scopes: scopes(section),
        groups_claim: section.groups_claim.clone(),
        person_claim: section.person_claim.clone(),
        name_claim: section.name_claim.clone(),
    };
    match Provider::new(config) {
        Ok(provider) => Some(SignInProvider { provider, rules }),
        Err(error) => {
            let key = key_of(&error);
            add(mistakes, section, key, &Chain(&error).to_string());
            None
        }
    }
}

/// The key that mends an error of the library.
fn key_of(error: &ConfigError) -> &'static str {
    match error {
        ConfigError::Id => "id",
        ConfigError::Empty { setting } => setting,
        ConfigError::Scope => "scopes",
        ConfigError::CaFile { .. }
        | ConfigError::NoRoots { .. }
        | ConfigError::Tls(_)
        | ConfigError::Verifier(_)
        | ConfigError::Http(_) => "ca_file",
    }
}

fn scopes(section: &OidcSection) -> Vec<String> {
    let mut scopes: Vec<String> = SCOPES.map(str::to_owned).to_vec();
    for scope in &section.scopes {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    scopes
}

fn client_secret(
    mistakes: &mut Vec<Mistake>,
    section: &OidcSection,
    of_environment: Option<&SecretString>,
) -> Option<SecretString> {
    let Some(file) = &section.client_secret_file else {
        return of_environment.cloned();
    };
    if of_environment.is_some() {
        let message = format!(
            "ARGUS_OIDC_{}_SECRET is set, too: keep one of the two",
            variable_part(&section.id)
        );
        add(mistakes, section, "client_secret_file", &message);
        return None;
    }
    match secret_file(file) {
        Ok(secret) if !secret.expose_secret().is_empty() => Some(secret),
        Ok(_) => {
            let message = format!("{} is empty: put the client's secret in", file.display());
            add(mistakes, section, "client_secret_file", &message);
            None
        }
        Err(error) => {
            let message = format!("{} cannot be read: {error}", file.display());
            add(mistakes, section, "client_secret_file", &message);
            None
        }
    }
}

fn rules(
    mistakes: &mut Vec<Mistake>,
    section: &OidcSection,
    cluster: &ClusterId,
) -> Vec<(String, Grant)> {
    if section.roles.is_empty() {
        let message = "nobody could sign in: add [[auth.oidc.roles]] with `group` and `role`";
        add(mistakes, section, "roles", message);
    }
    for rule in &section.roles {
        for message in rule_mistakes(rule, cluster) {
            let message = format!("{message} (group {:?})", rule.group);
            add(mistakes, section, "roles", &message);
        }
    }
    section
        .roles
        .iter()
        .map(|rule| {
            let scope = Scope {
                clusters: rule.clusters.clone(),
                pools: rule.pools.clone(),
                tags: rule.tags.clone(),
            };
            let grant = Grant {
                role: rule.role,
                scope,
            };
            (rule.group.clone(), grant)
        })
        .collect()
}

fn rule_mistakes(rule: &RoleSection, cluster: &ClusterId) -> Vec<String> {
    let mut messages = Vec::new();
    if rule.group.is_empty() {
        messages.push("`group` is empty".to_owned());
    }
    for other in rule.clusters.iter().filter(|other| *other != cluster) {
        messages.push(format!(
            "there is no cluster {other} here, only {cluster}: mend `clusters`"
        ));
    }
    for (key, list) in [("pools", &rule.pools), ("tags", &rule.tags)] {
        if list.len() > MAX_SCOPE_ENTRIES {
            messages.push(format!("`{key}` has more than {MAX_SCOPE_ENTRIES} entries"));
        }
        if list.iter().any(|entry| entry.trim().is_empty()) {
            messages.push(format!("`{key}` has an empty entry"));
        }
    }
    messages
}

fn add(mistakes: &mut Vec<Mistake>, section: &OidcSection, key: &str, message: &str) {
    mistakes.push(Mistake {
        place: at(section, key),
        message: message.to_owned(),
    });
}

/// The key, and whose.
fn at(section: &OidcSection, key: &str) -> String {
    format!("auth.oidc.{key} of {:?}", section.id)
}

#[cfg(test)]
mod tests;
