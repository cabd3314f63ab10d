//! What makes a peer's certificate acceptable. There is always an answer; the default is the system's roots.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    client::{Resumption, WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::{CryptoProvider, ring},
};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::{
    pin::PinSet,
    verifier::{AnyCertificate, PinnedLeaf, Witness},
};

/// How a peer's certificate is verified.
#[derive(Debug, Clone)]
pub enum Trust {
    /// By the system's trust roots, with the name checked.
    System,
    /// By the certificate authorities in this PEM file and no others, with the name checked.
    /// For a cluster's own authority this is `/etc/pve/pve-root-ca.pem`.
    CaFile(PathBuf),
    /// By the leaf's fingerprint alone; names and dates do not matter, the handshake's signature does.
    Pins(PinSet),
    /// Not at all. Only for a lab; see [`Trust::insecure_lab`].
    InsecureLab(LabAcknowledged),
}

/// Proof that somebody said, in code, that this is a lab in which anyone may read the token.
#[derive(Debug, Clone, Copy)]
pub struct LabAcknowledged(());

impl LabAcknowledged {
    /// To be called where the `lab` profile was checked, and nowhere else.
    pub fn anyone_here_may_read_the_token() -> Self {
        Self(())
    }
}

/// Why a trust setting cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
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
    /// The verifier of a private authority cannot be built.
    #[error("the certificate authorities are not usable")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
}

impl Trust {
    /// Accepts any certificate. The caller shows a banner, counts it and records it.
    pub fn insecure_lab(acknowledged: LabAcknowledged) -> Self {
        Self::InsecureLab(acknowledged)
    }

    /// Whether certificates are verified at all.
    pub fn verifies(&self) -> bool {
        !matches!(self, Self::InsecureLab(_))
    }

    /// The TLS configuration of every connection.
    pub(crate) fn client_config(&self) -> Result<ClientConfig, TrustError> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Arc::new(Witness::new(self.verifier(&provider)?));
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        // A resumed session skips the certificate: each connection shall prove it anew.
        config.resumption = Resumption::disabled();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, TrustError> {
        Ok(match self {
            Self::System => Arc::new(rustls_platform_verifier::Verifier::new(Arc::clone(
                provider,
            ))?),
            Self::CaFile(path) => {
                let roots = read_roots(path)?;
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                    .build()?
            }
            Self::Pins(pins) => Arc::new(PinnedLeaf::new(pins.clone(), provider)),
            Self::InsecureLab(LabAcknowledged(())) => Arc::new(AnyCertificate::new(provider)),
        })
    }
}

fn read_roots(path: &PathBuf) -> Result<RootCertStore, TrustError> {
    let failed = |source| TrustError::CaFile {
        path: path.clone(),
        source,
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(failed)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    let mut roots = RootCertStore::empty();
    let (added, _unusable) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(TrustError::NoRoots { path: path.clone() });
    }
    Ok(roots)
}
