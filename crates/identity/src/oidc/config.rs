//! What an administrator says about a provider.

use std::{fmt, path::PathBuf};

use secrecy::SecretString;
use url::Url;

use super::issuer::Issuer;

/// The short name of a provider in addresses: 1 to 32 of `a-z`, `0-9` and `-`.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(String);

/// One provider.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Its short name in addresses.
    pub id: ProviderId,
    /// Its name for people, on the button.
    pub name: String,
    /// Who signs; compared exactly.
    pub issuer: Issuer,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; a public client has none and proves itself by PKCE alone.
    pub client_secret: Option<SecretString>,
    /// The only certificate authorities that count; the system's where there is none.
    pub ca_file: Option<PathBuf>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Where the provider sends the browser back to, as it is registered there.
    pub redirect_uri: Url,
    /// The claim that lists a person's groups.
    pub groups_claim: String,
    /// The claim that names a person across providers, such as `employee_id`.
    pub person_claim: Option<String>,
    /// The claim with a person's name for people.
    pub name_claim: String,
}

/// Why a provider cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A short name that does not fit in an address.
    #[error("a provider's id has 1 to 32 of a-z, 0-9 and -")]
    Id,
    /// A setting that must not be empty.
    #[error("`{setting}` is empty")]
    Empty {
        /// Its name.
        setting: &'static str,
    },
    /// A scope that would be read as two.
    #[error("a scope is a word without spaces, quotes and backslashes")]
    Scope,
    /// The file of certificate authorities cannot be read as PEM.
    #[error("{} cannot be read as PEM certificates", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: rustls_pki_types::pem::Error,
    },
    /// The file holds no certificate that can be a root.
    #[error("{} holds no usable certificate authority", path.display())]
    NoRoots {
        /// The file.
        path: PathBuf,
    },
    /// The TLS library refuses the setting.
    #[error("the TLS setting is not usable")]
    Tls(#[from] rustls::Error),
    /// The verifier of the configured authorities cannot be built.
    #[error("the certificate authorities are not usable")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
    /// The HTTP library.
    #[error("the HTTP client cannot be built")]
    Http(#[from] reqwest::Error),
}

impl ProviderId {
    /// Takes a short name over, if it is one.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let fits = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(ConfigError::Id)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ProviderId {
    type Error = ConfigError;

    fn try_from(text: String) -> Result<Self, ConfigError> {
        Self::parse(&text)
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ProviderConfig {
    /// What the types cannot say.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        for (setting, value) in [
            ("name", &self.name),
            ("client_id", &self.client_id),
            ("groups_claim", &self.groups_claim),
            ("name_claim", &self.name_claim),
        ] {
            if value.trim().is_empty() {
                return Err(ConfigError::Empty { setting });
            }
        }
        if self
            .person_claim
            .as_ref()
            .is_some_and(|claim| claim.trim().is_empty())
        {
            return Err(ConfigError::Empty {
                setting: "person_claim",
            });
        }
        if self.scopes.iter().all(|scope| is_scope(scope)) {
            Ok(())
        } else {
            Err(ConfigError::Scope)
        }
    }
}

/// RFC 6749, section 3.3.
fn is_scope(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_id_fits_in_an_address() {
        for text in ["a", "keycloak", "idp-2", &"x".repeat(32)] {
            assert_eq!(ProviderId::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "A", "a/b", "a b", "ä", "..", &"x".repeat(33)] {
            assert!(ProviderId::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_scope_is_one_word() {
        assert!(is_scope("offline_access"));
        assert!(is_scope("api://argus/.default"));
        for text in ["", "a b", "a\"", "a\\b", "ä"] {
            assert!(!is_scope(text), "{text}");
        }
    }
}
