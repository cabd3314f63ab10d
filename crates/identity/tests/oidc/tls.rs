//! Private certificate authorities: whom we trust, and how it is told that we do not.

use std::path::PathBuf;

use argus_identity::oidc::{ConfigError, Error, Fault, Provider};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use serde_json::json;
use tempfile::TempDir;

use argus_identity::oidc::testing::{Peer, path};

/// An authority with a folder for its certificates.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).expect("it is written");
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A provider with a certificate of this authority.
    fn provides(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Peer {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let leaf = params.signed_by(&key, &self.issuer).expect("a certificate");
        let files = ["leaf.pem", "leaf.key"].map(|file| self.folder.path().join(file));
        std::fs::write(&files[0], leaf.pem()).expect("it is written");
        std::fs::write(&files[1], key.serialize_pem()).expect("it is written");
        Peer::honest(
            &json!({}),
            &["--cert", path(&files[0]), "--key", path(&files[1])],
        )
    }
}

fn trusting(peer: &Peer, ca_file: Option<PathBuf>) -> Provider {
    let mut config = peer.config();
    config.ca_file = ca_file;
    Provider::new(config).expect("a usable configuration")
}

async fn fault(peer: &Peer, ca_file: Option<PathBuf>) -> Fault {
    match trusting(peer, ca_file).probe().await {
        Err(Error::Unreachable { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_where_it_is_configured_and_nowhere_else() {
    let authority = Authority::new("Our own");
    let peer = authority.provides("localhost", |_| {});
    trusting(&peer, Some(authority.file()))
        .probe()
        .await
        .unwrap();

    let error = trusting(&peer, None).probe().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the provider's certificate is signed by an unknown authority (discovery document)"
    );
    assert_eq!(error.remedy(), "set `auth.oidc.ca_file`");
    assert_eq!(error.reason(), "certificate_unknown_authority");

    let another = Authority::new("Another");
    assert_eq!(
        fault(&peer, Some(another.file())).await,
        Fault::UnknownAuthority { configured: true }
    );
    let namesake = Authority::new("Our own");
    assert_eq!(
        fault(&peer, Some(namesake.file())).await,
        Fault::AuthorityOfSameName
    );
}

#[tokio::test]
async fn a_certificate_that_is_not_for_this_name_or_this_day_is_told_apart() {
    let authority = Authority::new("Our own");
    let other_name = authority.provides("idp.lan", |_| {});
    assert_eq!(
        fault(&other_name, Some(authority.file())).await,
        Fault::WrongName
    );
    let over = authority.provides("localhost", |params| {
        params.not_after = date_time_ymd(2001, 1, 1);
    });
    assert_eq!(
        fault(&over, Some(authority.file())).await,
        Fault::CertificateExpired
    );
    let early = authority.provides("localhost", |params| {
        params.not_before = date_time_ymd(4000, 1, 1);
    });
    assert_eq!(
        fault(&early, Some(authority.file())).await,
        Fault::CertificateNotYetValid
    );
}

#[test]
fn a_file_without_authorities_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for (file, missing) in [(empty, false), (folder.path().join("none.pem"), true)] {
        let mut config = crate::reach::config("https://idp.lan");
        config.ca_file = Some(file);
        match Provider::new(config) {
            Err(ConfigError::CaFile { .. }) => assert!(missing),
            Err(ConfigError::NoRoots { .. }) => assert!(!missing),
            other => panic!("{other:?}"),
        }
    }
}
