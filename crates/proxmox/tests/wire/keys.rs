//! Certificates and keys for the peer, right and wrong ones.

use std::sync::Arc;

use argus_proxmox::Fingerprint;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, SupportedProtocolVersion,
    crypto::ring,
    server::ResolvesServerCert,
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate and the key that is used with it.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// A self-signed certificate for 127.0.0.1.
    pub(crate) fn self_signed() -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(&["127.0.0.1"])
            .self_signed(&key)
            .expect("a certificate");
        Self::new(certificate.der().clone(), &key)
    }

    /// This certificate, with a key that is not its own: a thief who has seen the public part.
    pub(crate) fn with_foreign_key(&self) -> Self {
        let key = KeyPair::generate().expect("a key");
        Self::new(self.certificate.clone(), &key)
    }

    fn new(certificate: CertificateDer<'static>, key: &KeyPair) -> Self {
        Self {
            certificate,
            key: PrivateKeyDer::try_from(key.serialize_der()).expect("a PKCS #8 key"),
        }
    }

    /// As `pvenode cert info` prints it.
    pub(crate) fn fingerprint(&self) -> String {
        Fingerprint::of_certificate(&self.certificate).to_string()
    }

    /// A server's configuration that does not check whether certificate and key belong together.
    pub(crate) fn server_config(
        &self,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let key = ring::sign::any_supported_type(&self.key).expect("a supported key");
        let certified = CertifiedKey::new(vec![self.certificate.clone()], key);
        let resolver: Arc<dyn ResolvesServerCert> = Arc::new(SingleCertAndKey::from(certified));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .expect("supported versions")
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        Arc::new(config)
    }
}

/// A certificate authority of a cluster.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = params(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self {
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// A leaf for one name or address.
    pub(crate) fn issue(&self, name: &str) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(&[name])
            .signed_by(&key, &self.issuer)
            .expect("a certificate");
        Identity::new(certificate.der().clone(), &key)
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    CertificateParams::new(names).expect("valid names")
}
