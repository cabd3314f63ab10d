//! The certificates that the proxy can show: one that its clients have reason to trust, and those that they must refuse.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::proxy::Error;

const DAY: Duration = Duration::from_hours(24);

/// What a client is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certificate {
    /// Of the proxy's authority, for the proxy's address: right.
    Right,
    /// As right as that, with another key: wrong only for who pinned the first.
    Renewed,
    /// Of an authority that nobody has heard of.
    Stranger,
    /// Of the proxy's authority, and over since yesterday.
    Expired,
    /// Of the proxy's authority, for another host.
    OtherHost,
}

impl Certificate {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Right,
        Self::Renewed,
        Self::Stranger,
        Self::Expired,
        Self::OtherHost,
    ];
}

/// One of each, and the authority that clients trust.
#[derive(Debug)]
pub(crate) struct Certificates {
    pub(crate) authority_pem: String,
    made: Vec<(Certificate, Shown)>,
}

/// A certificate, ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) der: CertificateDer<'static>,
    pub(crate) config: Arc<ServerConfig>,
}

impl Certificates {
    pub(crate) fn make() -> Result<Self, Error> {
        let (own, authority_pem) = authority()?;
        // The same words with another key: what somebody makes who has seen the right one.
        let (stranger, _) = authority()?;
        let (now, mut made) = (SystemTime::now(), Vec::new());
        for certificate in Certificate::ALL {
            let (issuer, name, ends) = match certificate {
                Certificate::Right | Certificate::Renewed => (&own, "127.0.0.1", now + DAY),
                Certificate::Stranger => (&stranger, "127.0.0.1", now + DAY),
                Certificate::Expired => (&own, "127.0.0.1", now - DAY),
                Certificate::OtherHost => (&own, "elsewhere.invalid", now + DAY),
            };
            made.push((certificate, leaf(issuer, name, ends)?));
        }
        Ok(Self {
            authority_pem,
            made,
        })
    }

    pub(crate) fn get(&self, certificate: Certificate) -> Result<&Shown, Error> {
        let mut made = self.made.iter();
        made.find(|(one, _)| *one == certificate)
            .map(|(_, shown)| shown)
            .ok_or(Error::NoSuchCertificate(certificate))
    }
}

type Authority = Issuer<'static, KeyPair>;

fn authority() -> Result<(Authority, String), Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let certificate = params.self_signed(&key)?;
    Ok((Issuer::new(params, key), certificate.pem()))
}

/// A leaf of one name or address that is good until then.
fn leaf(issuer: &Authority, name: &str, ends: SystemTime) -> Result<Shown, Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![name.to_owned()])?;
    params.not_before = (ends - DAY * 7).into();
    params.not_after = ends.into();
    params.use_authority_key_identifier_extension = true;
    let der = params.signed_by(&key, issuer)?.der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(Error::Key)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![der.clone()], key)?;
    Ok(Shown {
        der,
        config: Arc::new(config),
    })
}
