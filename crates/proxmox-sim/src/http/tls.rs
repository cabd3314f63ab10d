//! Certificates: a private authority and a leaf, made once in a folder and used again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

/// How long a leaf is good, and after which age a new one is made.
const LEAF_DAYS: u64 = 700;
const RENEW_DAYS: u64 = 600;
const DAY: Duration = Duration::from_hours(24);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder could not be read or written.
    #[error("a file of the certificate cannot be used: {0}")]
    File(PathBuf, #[source] std::io::Error),
    /// Making it failed.
    #[error("the certificate could not be made")]
    Make(#[from] rcgen::Error),
    /// Reading it failed.
    #[error("a certificate file is not PEM")]
    Read(#[from] rustls_pki_types::pem::Error),
    /// The TLS library refused it.
    #[error("the certificate was refused")]
    Refused(#[from] rustls::Error),
}

/// What the server shows, and what a client should expect.
#[derive(Debug, Clone)]
pub struct Identity {
    /// For the acceptor.
    pub config: Arc<ServerConfig>,
    /// SHA-256 of the leaf, `AA:BB:…`.
    pub fingerprint: String,
}

/// Uses the identity in a folder, or makes one there. `ca.pem` is what clients trust.
pub fn identity_in(dir: &Path, names: &[String]) -> Result<Identity, Error> {
    fs::create_dir_all(dir).map_err(|e| Error::File(dir.into(), e))?;
    let [ca, leaf, key, for_names] =
        ["ca.pem", "leaf.pem", "leaf.key", "leaf.names"].map(|name| dir.join(name));
    let wanted = names.join("\n");
    let usable = fs::read_to_string(&for_names).is_ok_and(|text| text == wanted)
        && young(&leaf)
        && ca.exists()
        && key.exists();
    if !usable {
        let made = make(names)?;
        for (path, text) in [(&ca, &made.ca), (&leaf, &made.leaf), (&for_names, &wanted)] {
            fs::write(path, text).map_err(|e| Error::File(path.clone(), e))?;
        }
        write_secret(&key, &made.key)?;
    }
    let read = |path: &PathBuf| fs::read(path).map_err(|e| Error::File(path.clone(), e));
    identity(&read(&leaf)?, &read(&key)?)
}

/// An identity that nobody has reason to trust: another authority, another key.
pub fn stranger(names: &[String]) -> Result<Identity, Error> {
    let made = make(names)?;
    identity(made.leaf.as_bytes(), made.key.as_bytes())
}

fn young(path: &Path) -> bool {
    fs::metadata(path)
        .and_then(|m| m.modified())
        .ok()
        .and_then(|at| SystemTime::now().duration_since(at).ok())
        .is_some_and(|age| age < DAY * u32::try_from(RENEW_DAYS).unwrap_or(0))
}

/// The key is for the owner's eyes only.
fn write_secret(path: &Path, text: &str) -> Result<(), Error> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(|e| Error::File(path.into(), e))?;
    file.write_all(text.as_bytes())
        .map_err(|e| Error::File(path.into(), e))
}

struct Made {
    ca: String,
    leaf: String,
    key: String,
}

fn make(names: &[String]) -> Result<Made, rcgen::Error> {
    let now = SystemTime::now();
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.distinguished_name
        .push(DnType::CommonName, "Proxmox VE simulator CA");
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.not_before = (now - DAY).into();
    ca.not_after = (now + DAY * 3650).into();
    let ca_certificate = ca.self_signed(&ca_key)?;
    let issuer = Issuer::new(ca, ca_key);

    let leaf_key = KeyPair::generate()?;
    let mut leaf = CertificateParams::new(names.to_vec())?;
    leaf.distinguished_name
        .push(DnType::CommonName, "localhost");
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    leaf.not_before = (now - DAY).into();
    leaf.not_after = (now + DAY * u32::try_from(LEAF_DAYS).unwrap_or(1)).into();
    let leaf_certificate = leaf.signed_by(&leaf_key, &issuer)?;
    Ok(Made {
        ca: ca_certificate.pem(),
        leaf: leaf_certificate.pem(),
        key: leaf_key.serialize_pem(),
    })
}

fn identity(leaf: &[u8], key: &[u8]) -> Result<Identity, Error> {
    let leaf = CertificateDer::from_pem_slice(leaf)?;
    let key = PrivateKeyDer::from_pem_slice(key)?;
    let digest = Sha256::digest(&leaf);
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Identity {
        config: Arc::new(config),
        fingerprint: pairs.join(":"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        vec!["localhost".into(), "127.0.0.1".into()]
    }

    #[test]
    fn the_identity_of_a_folder_stays_and_a_stranger_is_another() {
        let dir = tempfile::tempdir().unwrap();
        let first = identity_in(dir.path(), &names()).unwrap();
        let again = identity_in(dir.path(), &names()).unwrap();
        assert_eq!(first.fingerprint, again.fingerprint);
        assert_eq!(first.fingerprint.len(), 32 * 3 - 1);
        assert_ne!(stranger(&names()).unwrap().fingerprint, first.fingerprint);
    }

    #[test]
    fn other_names_need_another_leaf() {
        let dir = tempfile::tempdir().unwrap();
        let first = identity_in(dir.path(), &names()).unwrap();
        let more = [names(), vec!["proxmox-sim".into()]].concat();
        let second = identity_in(dir.path(), &more).unwrap();
        assert_ne!(first.fingerprint, second.fingerprint);
    }
}
