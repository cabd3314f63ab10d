//! The only part that does I/O: one connection policy and two time limits for everything a provider is asked.

use std::{path::Path, pin::Pin, sync::Arc, time::Duration};

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect;
use rustls::{
    ClientConfig, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::{CryptoProvider, ring},
};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde::de::DeserializeOwned;
use url::Url;

use super::{config::ConfigError, fault::Fault};

/// For name resolution, TCP and TLS together.
const CONNECT: Duration = Duration::from_secs(3);

/// For a whole call.
const TOTAL: Duration = Duration::from_secs(10);

/// Longest body that is read, in bytes. Hundreds of groups in a token are some ten thousand.
const BODY: usize = 1024 * 1024;

/// A client for one provider.
pub(crate) struct Http {
    client: reqwest::Client,
    /// Whether an administrator said which authorities count.
    configured: bool,
}

impl Http {
    /// Builds a client. Opens no connection; reads the file of certificate authorities where there is one.
    pub(crate) fn new(ca_file: Option<&Path>) -> Result<Self, ConfigError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(ca_file)?)
            .http1_only()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .no_gzip()
            .user_agent(concat!("argus/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            // A sign-in is rare: a connection that is kept would be dead when the next one comes.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self {
            client,
            configured: ca_file.is_some(),
        })
    }

    /// A JSON document.
    pub(crate) async fn document<T: DeserializeOwned>(&self, address: &Url) -> Result<T, Fault> {
        let request = self
            .client
            .get(address.clone())
            .header(http::header::ACCEPT, "application/json")
            .build()
            .map_err(|error| self.fault(&error))?;
        let answer = self.answer(request).await?;
        if answer.status() != http::StatusCode::OK {
            return Err(Fault::Status {
                status: answer.status().as_u16(),
            });
        }
        read(answer.body())
    }

    /// Redirects and a server's own failures end here; refusals are the OAuth library's to read.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let request = reqwest::Request::try_from(request).map_err(|error| self.fault(&error))?;
        let answer = self.answer(request).await?;
        let status = answer.status();
        if status.is_server_error() {
            return Err(Fault::Status {
                status: status.as_u16(),
            });
        }
        Ok(answer)
    }

    async fn answer(&self, request: reqwest::Request) -> Result<HttpResponse, Fault> {
        let mut response = self
            .client
            .execute(request)
            .await
            .map_err(|error| self.fault(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Fault::Redirected {
                status: status.as_u16(),
            });
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| self.fault(&error))? {
            if body.len() + part.len() > BODY {
                return Err(Fault::TooLong { limit: BODY });
            }
            body.extend_from_slice(&part);
        }
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }

    fn fault(&self, error: &reqwest::Error) -> Fault {
        Fault::of(error, self.configured)
    }
}

/// For the OAuth library, with a future that may change threads.
impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.exchange(request))
    }
}

/// JSON with a fault that says where it is wrong, and not what stands there.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(body))
        .map_err(|error| Fault::unreadable(&error))
}

fn tls(ca_file: Option<&Path>) -> Result<ClientConfig, ConfigError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(ca_file, &provider)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(
    ca_file: Option<&Path>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, ConfigError> {
    Ok(match ca_file {
        None => Arc::new(rustls_platform_verifier::Verifier::new(Arc::clone(
            provider,
        ))?),
        Some(path) => WebPkiServerVerifier::builder_with_provider(
            Arc::new(roots(path)?),
            Arc::clone(provider),
        )
        .build()?,
    })
}

fn roots(path: &Path) -> Result<RootCertStore, ConfigError> {
    let failed = |source| ConfigError::CaFile {
        path: path.to_owned(),
        source,
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(failed)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    let mut roots = RootCertStore::empty();
    let (added, _unusable) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(ConfigError::NoRoots {
            path: path.to_owned(),
        });
    }
    Ok(roots)
}
