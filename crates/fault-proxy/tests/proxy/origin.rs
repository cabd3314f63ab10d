//! A server that answers every request alike and counts what reached it, and a client that says what became of one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use argus_fault_proxy::{Proxy, Upstream};
use rcgen::{CertificateParams, KeyPair};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// What the server answers.
pub const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
/// What the client asks.
pub const REQUEST: &str =
    "POST /door?x=1 HTTP/1.1\r\nAuthorization: s3cret\r\nContent-Length: 2\r\n\r\nhi";

/// A server over TLS.
pub struct Origin {
    pub address: SocketAddr,
    pem: String,
    /// Whole requests that reached it.
    served: Arc<AtomicUsize>,
    _running: JoinSet<()>,
}

impl Origin {
    pub async fn start() -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a pair");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let served = Arc::new(AtomicUsize::new(0));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut running = JoinSet::new();
        let count = Arc::clone(&served);
        running.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.expect("a connection");
                connections.spawn(serve(socket, acceptor.clone(), Arc::clone(&count)));
            }
        });
        Self {
            address,
            pem: certificate.pem(),
            served,
            _running: running,
        }
    }

    pub async fn behind_proxy(&self) -> Proxy {
        Proxy::start(Upstream::Https {
            address: self.address,
            authority_pem: self.pem.clone().into_bytes(),
        })
        .await
        .expect("a proxy")
    }

    pub fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }

    /// Opens a TLS session with it that passes whatever is in between.
    pub async fn connect_through(&self, proxy: &Proxy) -> std::io::Result<TlsStream<TcpStream>> {
        connect(proxy.address(), &self.pem).await
    }
}

async fn serve(socket: TcpStream, acceptor: TlsAcceptor, served: Arc<AtomicUsize>) {
    let Ok(mut stream) = acceptor.accept(socket).await else {
        return;
    };
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
        while bytes.len() >= REQUEST.len() {
            bytes.drain(..REQUEST.len());
            served.fetch_add(1, Ordering::SeqCst);
            let written = stream.write_all(ANSWER.as_bytes()).await;
            if written.is_err() || stream.flush().await.is_err() {
                return;
            }
        }
    }
}

/// Opens a TLS session with whoever this authority vouches for.
pub async fn connect(address: SocketAddr, pem: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM");
    roots.add(authority).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = TcpStream::connect(address).await?;
    let connector = TlsConnector::from(Arc::new(config));
    connector
        .connect(ServerName::from(address.ip()), socket)
        .await
}

/// What became of one request.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// So much came, and then an orderly end or nothing more for a while.
    Came(String),
    /// So much came, and then a reset.
    Reset(String),
    /// Nothing more came, and no end either.
    Silence(String),
    /// The connection was gone.
    Gone,
}

/// Sends one request and reads until the whole answer, an end, or silence.
pub async fn ask(stream: &mut TlsStream<TcpStream>) -> Outcome {
    let sent = stream.write_all(REQUEST.as_bytes()).await;
    if sent.is_err() || stream.flush().await.is_err() {
        return Outcome::Gone;
    }
    let mut came = String::new();
    loop {
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer);
        match tokio::time::timeout(Duration::from_millis(300), read).await {
            Err(_) => return Outcome::Silence(came),
            Ok(Ok(0)) => return Outcome::Came(came),
            Ok(Ok(length)) => {
                came.push_str(std::str::from_utf8(&buffer[..length]).expect("text"));
                if came == ANSWER {
                    return Outcome::Came(came);
                }
            }
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                return Outcome::Reset(came);
            }
            Ok(Err(_)) => return Outcome::Gone,
        }
    }
}

/// Asks once on a connection of its own.
pub async fn ask_once(proxy: &Proxy) -> Outcome {
    let stream = connect(proxy.address(), proxy.authority_pem()).await;
    ask(&mut stream.expect("the right certificate")).await
}
