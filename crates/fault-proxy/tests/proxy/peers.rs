//! Whom the client meets: certificates that are wrong, and nobody at all.

use argus_fault_proxy::{Certificate, Proxy};

use crate::origin::{ANSWER, Origin, Outcome, ask, ask_once, connect};

async fn is_trusted(proxy: &Proxy) -> bool {
    let trusted = connect(proxy.address(), proxy.authority_pem()).await;
    trusted.is_ok()
}

#[tokio::test]
async fn only_what_the_authority_vouches_for_is_trusted_and_the_others_get_no_byte() {
    let origin = Origin::start().await;
    let proxy = origin.behind_proxy().await;
    for certificate in Certificate::ALL {
        proxy.show(certificate);
        let right = matches!(certificate, Certificate::Right | Certificate::Renewed);
        assert_eq!(is_trusted(&proxy).await, right, "{certificate:?}");
    }
    for seen in proxy.seen() {
        assert!(seen.received.is_empty(), "{seen:?}");
    }
    let leaf = |which| proxy.certificate(which).unwrap();
    assert_ne!(leaf(Certificate::Right), leaf(Certificate::Renewed));
}

#[tokio::test]
async fn a_connection_that_is_open_outlives_a_change_of_certificate_until_it_is_cut() {
    let origin = Origin::start().await;
    let proxy = origin.behind_proxy().await;
    let mut stream = connect(proxy.address(), proxy.authority_pem())
        .await
        .unwrap();
    proxy.show(Certificate::Stranger);
    assert_eq!(ask(&mut stream).await, Outcome::Came(ANSWER.to_owned()));
    proxy.cut().await.unwrap();
    assert_eq!(ask(&mut stream).await, Outcome::Gone);
    assert_eq!(origin.served(), 1);
}

#[tokio::test]
async fn who_is_refused_finds_nobody_until_the_port_opens_again() {
    let origin = Origin::start().await;
    let proxy = origin.behind_proxy().await;
    for _ in 0..3 {
        proxy.refuse().await.unwrap();
        let refused = tokio::net::TcpStream::connect(proxy.address()).await;
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        proxy.accept().await.unwrap();
        assert_eq!(ask_once(&proxy).await, Outcome::Came(ANSWER.to_owned()));
    }
}
