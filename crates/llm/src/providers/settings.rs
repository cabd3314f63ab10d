//! What is configured of one provider, checked before anything is sent.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::address::{is_dialable, is_localhost};
use crate::wire::Rendering;

/// One provider. It has no `Debug`: it holds a key.
#[derive(Clone)]
pub struct Settings {
    /// What people and the ledger call it: letters, digits, `_` and `-`, at most 40.
    pub name: String,
    /// What it speaks.
    pub format: Format,
    /// Where it is: everything before the format's own path, such as `https://api.openai.com/v1` or
    /// `http://gpu.lan:11434`. A query, such as an `api-version`, stays.
    pub base_url: Url,
    /// The model, by the provider's name of it.
    pub model: String,
    /// The key, where one is wanted.
    pub key: Option<Key>,
    /// The authorities in this PEM file and no others, instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Whether it is on our own network: nothing that is sent to it leaves the LAN. Said by whoever configures it.
    pub is_local: bool,
    /// How the schema is put.
    pub rendering: Rendering,
    /// Say in the prompt, too, what an answer looks like. Local servers hold a model to a schema without telling it.
    pub says_schema: bool,
    /// Most tokens of an answer, thoughts included.
    pub max_output_tokens: u32,
    /// The model's context in tokens; Ollama is told, and asked whether it was enough.
    pub context_tokens: u32,
    /// Bounds on time and memory.
    pub limits: Limits,
}

/// A secret and where it goes.
#[derive(Clone)]
pub struct Key {
    /// The secret.
    pub secret: SecretString,
    /// The header.
    pub header: KeyHeader,
}

/// The header that carries a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyHeader {
    /// `Authorization: Bearer …`
    Bearer,
    /// `api-key: …`, as Azure has it.
    ApiKey,
    /// `x-api-key: …`, as Anthropic has it.
    XApiKey,
}

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Chat Completions, of `OpenAI` and of everything that imitates them: vLLM, LM Studio, llama.cpp, `LiteLLM`, Azure.
    OpenaiChat,
    /// `OpenAI`'s Responses.
    OpenaiResponses,
    /// Ollama's own. Its imitation of Chat Completions cannot be told how long a context may be.
    Ollama,
    /// Anthropic's Messages.
    Anthropic,
}

/// Bounds on one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For name resolution, TCP and TLS together.
    pub connect: Duration,
    /// For the whole question, with every attempt and every wait between them.
    pub total: Duration,
    /// Longest body that is read, in bytes.
    pub body: usize,
    /// The wait before a second attempt where the provider names none; the one before a third is twice that.
    pub pause: Duration,
}

/// Why a provider cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The name.
    #[error("a provider's name is 1 to 40 letters, digits, `_` and `-`")]
    Name,
    /// The model.
    #[error("a model's name is 1 to 200 visible characters")]
    Model,
    /// The address.
    #[error("the base URL cannot be used: {0}")]
    BaseUrl(&'static str),
    /// The key.
    #[error("the key holds characters that no header can carry")]
    Key,
    /// Tokens.
    #[error("the answer's tokens must be at least 64 and fit into the context")]
    Tokens,
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
    /// The HTTP library.
    #[error("the HTTP client cannot be built")]
    Http(#[source] reqwest::Error),
}

impl Format {
    /// The rendering that suits it where nobody says otherwise.
    pub fn rendering(self) -> Rendering {
        match self {
            Self::OpenaiChat | Self::OpenaiResponses | Self::Ollama => Rendering::Rich,
            Self::Anthropic => Rendering::Flat,
        }
    }

    /// The header of its keys.
    pub fn key_header(self) -> KeyHeader {
        match self {
            Self::OpenaiChat | Self::OpenaiResponses | Self::Ollama => KeyHeader::Bearer,
            Self::Anthropic => KeyHeader::XApiKey,
        }
    }
}

impl Limits {
    /// Of a provider elsewhere.
    pub const REMOTE: Self = Self {
        connect: Duration::from_secs(5),
        total: Duration::from_mins(2),
        body: 1024 * 1024,
        pause: Duration::from_secs(1),
    };

    /// Of a model on our own machines, which may have to be loaded first.
    pub const LOCAL: Self = Self {
        total: Duration::from_mins(10),
        ..Self::REMOTE
    };

    /// Of a provider that is on our own network, or is not.
    fn of(is_local: bool) -> Self {
        if is_local { Self::LOCAL } else { Self::REMOTE }
    }
}

impl Settings {
    /// A provider with what usually suits its format.
    pub fn new(name: &str, format: Format, base_url: Url, model: &str) -> Self {
        let is_local = format == Format::Ollama;
        Self {
            name: name.to_owned(),
            format,
            base_url,
            model: model.to_owned(),
            key: None,
            ca_file: None,
            is_local,
            rendering: format.rendering(),
            says_schema: format == Format::Ollama,
            max_output_tokens: 4_096,
            context_tokens: 16_384,
            limits: Limits::of(is_local),
        }
    }

    /// The same on our own network or elsewhere, with the limits that go with it.
    #[must_use]
    pub fn placed(self, is_local: bool) -> Self {
        Self {
            is_local,
            limits: Limits::of(is_local),
            ..self
        }
    }

    /// The same with a key in the format's usual header.
    #[must_use]
    pub fn with_key(self, secret: SecretString) -> Self {
        let header = self.format.key_header();
        Self {
            key: Some(Key { secret, header }),
            ..self
        }
    }

    /// Whether everything fits together.
    pub(super) fn check(&self) -> Result<(), SetupError> {
        let name_is_plain = self
            .name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !name_is_plain || !(1..=40).contains(&self.name.len()) {
            return Err(SetupError::Name);
        }
        let model_is_visible = self
            .model
            .chars()
            .all(|one| !one.is_control() && one != ' ');
        if !model_is_visible || !(1..=200).contains(&self.model.len()) {
            return Err(SetupError::Model);
        }
        if self.max_output_tokens < 64 || self.max_output_tokens >= self.context_tokens {
            return Err(SetupError::Tokens);
        }
        self.check_address().map_err(SetupError::BaseUrl)
    }

    fn check_address(&self) -> Result<(), &'static str> {
        let url = &self.base_url;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("it must begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("it must hold neither a user nor a password nor a fragment");
        }
        let literal = match url.host() {
            None => return Err("it names no host"),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        };
        if literal.is_some_and(|address| !is_dialable(address, true)) {
            return Err("no provider has such an address");
        }
        let is_here = match literal {
            Some(address) => address.to_canonical().is_loopback(),
            None => url.domain().is_some_and(is_localhost),
        };
        if url.scheme() == "http" && self.key.is_some() && !is_here {
            return Err("a key is sent by https:// only, but to this machine itself");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base_url: &str) -> Settings {
        let url = base_url.parse().unwrap();
        Settings::new("main", Format::OpenaiChat, url, "some-model")
    }

    fn with_key(base_url: &str) -> Settings {
        settings(base_url).with_key("k".into())
    }

    #[test]
    fn hosts_of_a_lan_and_of_the_world_are_taken() {
        for fine in [
            "https://api.example/v1",
            "http://gpu.lan:11434",
            "http://10.0.0.5:8000/v1",
            "http://[fd00::5]/",
        ] {
            assert!(settings(fine).check().is_ok(), "{fine}");
        }
    }

    #[test]
    fn addresses_of_metadata_services_and_odd_urls_are_refused() {
        for wrong in [
            "http://169.254.169.254/v1",
            "http://[fe80::1]/v1",
            "http://0.0.0.0/",
            "ftp://api.example/",
            "https://me:secret@api.example/",
            "https://api.example/#x",
        ] {
            assert!(
                matches!(settings(wrong).check(), Err(SetupError::BaseUrl(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_key_never_crosses_a_network_in_clear() {
        assert!(with_key("https://api.example").check().is_ok());
        assert!(with_key("http://127.0.0.1:1234").check().is_ok());
        assert!(with_key("http://localhost:1234").check().is_ok());
        assert!(with_key("http://[::1]:1234").check().is_ok());
        assert!(with_key("http://gpu.lan:11434").check().is_err());
        assert!(with_key("http://10.0.0.5").check().is_err());
    }

    #[test]
    fn names_and_numbers_have_bounds() {
        let base = || settings("https://api.example");
        for name in ["", "a b", "ä", &"x".repeat(41)] {
            let name = name.to_owned();
            assert!(matches!(
                Settings { name, ..base() }.check(),
                Err(SetupError::Name)
            ));
        }
        for model in ["", "a b", "a\nb"] {
            let model = model.to_owned();
            assert!(matches!(
                Settings { model, ..base() }.check(),
                Err(SetupError::Model)
            ));
        }
        for max_output_tokens in [0, 16_384] {
            let settings = Settings {
                max_output_tokens,
                ..base()
            };
            assert!(matches!(settings.check(), Err(SetupError::Tokens)));
        }
    }

    #[test]
    fn the_formats_have_the_names_of_the_configuration() {
        let names = [
            Format::OpenaiChat,
            Format::OpenaiResponses,
            Format::Ollama,
            Format::Anthropic,
        ]
        .map(|format| serde_json::to_string(&format).unwrap());
        let wanted = ["openai_chat", "openai_responses", "ollama", "anthropic"];
        assert_eq!(names, wanted.map(|name| format!("\"{name}\"")));
    }
}
