//! Whom the client believes, and that anyone else gets nothing of a request.

use std::io::Write as _;

use argus_proxmox::{
    Error, LabAcknowledged, NotSent, PinSet, SetupError, TlsFailure, Trust, TrustError, read, write,
};
use rustls::{
    SupportedProtocolVersion,
    version::{TLS12, TLS13},
};
use tempfile::NamedTempFile;

use crate::{
    SECRET, client, guest,
    keys::{Authority, Identity},
    peer::{Peer, Seen, Step},
    pinned, task_answer, version_answer,
};

const EACH_VERSION: [&[&SupportedProtocolVersion]; 2] = [&[&TLS12], &[&TLS13]];

fn one_answer() -> Vec<Vec<Step>> {
    vec![vec![Step::Read, Step::Send(version_answer())]]
}

fn ca_file(authority: &Authority) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a scratch file");
    file.write_all(authority.pem().as_bytes())
        .expect("a writable file");
    file
}

/// The TLS failure with which this setting meets this peer, having sent nothing.
async fn refused(mut peer: Peer, trust: Trust) -> TlsFailure {
    let error = client(&peer, trust)
        .read(read::version())
        .await
        .expect_err("a peer that is not trusted");
    assert_eq!(peer.next().await, Seen::NoSession);
    let printed = format!("{error} {error:?}");
    assert!(!printed.contains(SECRET), "{printed}");
    assert!(!error.is_retryable_read());
    match error {
        Error::NotSent {
            kind: NotSent::Tls(failure),
            ..
        } => failure,
        other => panic!("{other:?} is no refusal of the peer"),
    }
}

#[tokio::test]
async fn a_pinned_certificate_is_accepted_whatever_else_is_pinned() {
    let (identity, renewed) = (Identity::self_signed(), Identity::self_signed());
    let pins = format!("{}, {}", renewed.fingerprint(), identity.fingerprint());
    for versions in EACH_VERSION {
        let peer = Peer::start_with(&identity, versions, one_answer()).await;
        let trust = Trust::Pins(PinSet::parse(&pins).unwrap());
        client(&peer, trust).read(read::version()).await.unwrap();
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_pinned_gets_no_byte_of_the_request_and_is_named() {
    let (identity, other) = (Identity::self_signed(), Identity::self_signed());
    for versions in EACH_VERSION {
        let peer = Peer::start_with(&identity, versions, one_answer()).await;
        let failure = refused(peer, pinned(&other)).await;
        assert_eq!(failure.seen.unwrap().to_string(), identity.fingerprint());
        assert!(failure.to_string().contains(&identity.fingerprint()));
    }
}

#[tokio::test]
async fn a_pinned_certificate_with_another_key_is_refused() {
    let identity = Identity::self_signed();
    let thief = identity.with_foreign_key();
    assert_eq!(thief.fingerprint(), identity.fingerprint());
    for versions in EACH_VERSION {
        for trust in [
            pinned(&identity),
            Trust::insecure_lab(LabAcknowledged::anyone_here_may_read_the_token()),
        ] {
            let peer = Peer::start_with(&thief, versions, one_answer()).await;
            refused(peer, trust).await;
        }
    }
}

#[tokio::test]
async fn a_certificate_that_changes_under_way_is_refused_at_the_next_connection() {
    let (identity, swapped) = (Identity::self_signed(), Identity::self_signed());
    let mut peer = Peer::changing(&[&identity, &swapped], version_answer()).await;
    let client = client(&peer, pinned(&identity));
    client.read(read::version()).await.unwrap();
    peer.request().await;
    assert_eq!(peer.next().await, Seen::Ended);
    let error = client.read(read::version()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotSent {
                kind: NotSent::Tls(_),
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(peer.next().await, Seen::NoSession);
}

#[tokio::test]
async fn each_connection_shows_its_certificate_anew() {
    let identity = Identity::self_signed();
    for versions in EACH_VERSION {
        let script = vec![Step::Read, Step::Send(task_answer())];
        let mut peer = Peer::start_with(&identity, versions, vec![script; 2]).await;
        let client = client(&peer, pinned(&identity));
        for _ in 0..2 {
            client.write(write::start(&guest())).await.unwrap();
            assert!(matches!(peer.next().await, Seen::Request(_)));
            assert_eq!(peer.next().await, Seen::Ended);
        }
    }
}

#[tokio::test]
async fn a_leaf_of_the_given_authority_is_accepted_under_its_own_name() {
    let authority = Authority::new();
    let file = ca_file(&authority);
    let peer = Peer::start(&authority.issue("127.0.0.1"), one_answer()).await;
    let trust = Trust::CaFile(file.path().to_owned());
    client(&peer, trust).read(read::version()).await.unwrap();
}

#[tokio::test]
async fn a_leaf_of_another_authority_or_for_another_name_is_refused() {
    let (authority, other) = (Authority::new(), Authority::new());
    let file = ca_file(&authority);
    for leaf in [
        other.issue("127.0.0.1"),
        authority.issue("pve1.example"),
        Identity::self_signed(),
    ] {
        let peer = Peer::start(&leaf, one_answer()).await;
        let failure = refused(peer, Trust::CaFile(file.path().to_owned())).await;
        assert_eq!(failure.seen.unwrap().to_string(), leaf.fingerprint());
    }
}

#[tokio::test]
async fn the_systems_roots_do_not_vouch_for_a_self_signed_node() {
    let identity = Identity::self_signed();
    let peer = Peer::start(&identity, one_answer()).await;
    let failure = refused(peer, Trust::System).await;
    assert_eq!(failure.seen.unwrap().to_string(), identity.fingerprint());
}

#[tokio::test]
async fn a_lab_accepts_any_certificate_and_says_that_it_verifies_nothing() {
    let peer = Peer::start(&Identity::self_signed(), one_answer()).await;
    let trust = Trust::insecure_lab(LabAcknowledged::anyone_here_may_read_the_token());
    let client = client(&peer, trust);
    assert!(!client.trust().verifies());
    client.read(read::version()).await.unwrap();
}

#[tokio::test]
async fn a_file_without_authorities_is_refused_at_once() {
    let peer = Peer::start(&Identity::self_signed(), Vec::new()).await;
    let build = |trust| {
        let endpoint = client(&peer, Trust::System).endpoint().clone();
        argus_proxmox::Client::new(
            endpoint,
            crate::token(),
            trust,
            argus_proxmox::Limits::default(),
        )
    };
    let empty = NamedTempFile::new().unwrap();
    assert!(matches!(
        build(Trust::CaFile(empty.path().to_owned())),
        Err(SetupError::Trust(TrustError::NoRoots { .. }))
    ));
    let missing = empty.path().with_extension("missing");
    assert!(matches!(
        build(Trust::CaFile(missing)),
        Err(SetupError::Trust(TrustError::CaFile { .. }))
    ));
}
