//! Starting a proxy and telling it what to break.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::certificates::{Certificate, Certificates};
use crate::connection;
use crate::record::{Connection, Record};
use crate::rule::{Rule, Rules};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Why there is no proxy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A port could not be taken.
    #[error("the port cannot be taken")]
    Port(#[from] std::io::Error),
    /// Making a certificate failed.
    #[error("a certificate cannot be made")]
    Make(#[from] rcgen::Error),
    /// The TLS library refused a certificate.
    #[error("a certificate was refused")]
    Tls(#[from] rustls::Error),
    /// A key was made that cannot be read.
    #[error("a key cannot be read: {0}")]
    Key(&'static str),
    /// The server's authority is not PEM.
    #[error("the server's authority cannot be read")]
    Authority(#[from] rustls_pki_types::pem::Error),
    /// A certificate is not among those that are made.
    #[error("there is no certificate {0:?}")]
    NoSuchCertificate(Certificate),
    /// The proxy has ended.
    #[error("the proxy has ended")]
    Ended,
}

/// The server behind the proxy.
#[derive(Debug, Clone)]
pub enum Upstream {
    /// Speaks HTTP/1.1 over TLS.
    Https {
        /// Where it listens.
        address: SocketAddr,
        /// The authority of its certificate, PEM.
        authority_pem: Vec<u8>,
    },
    /// Speaks whatever it speaks.
    Bytes(SocketAddr),
}

/// A proxy that runs. Dropping it ends it and every connection.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    orders: mpsc::UnboundedSender<(Order, oneshot::Sender<std::io::Result<()>>)>,
    _running: JoinSet<()>,
}

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) route: Route,
    pub(crate) rules: Rules,
    pub(crate) record: Record,
    certificates: Certificates,
    shown: Mutex<Certificate>,
}

/// How a connection goes on.
pub(crate) enum Route {
    Https {
        address: SocketAddr,
        name: ServerName<'static>,
        connector: TlsConnector,
    },
    Bytes(SocketAddr),
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Https { address, .. } => write!(f, "https://{address}"),
            Self::Bytes(address) => write!(f, "tcp://{address}"),
        }
    }
}

#[derive(Debug)]
enum Order {
    Cut,
    Refuse,
    Accept,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1, without a rule and with the right certificate.
    pub async fn start(upstream: Upstream) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            route: Route::to(upstream)?,
            rules: Rules::default(),
            record: Record::default(),
            certificates: Certificates::make()?,
            shown: Mutex::new(Certificate::Right),
        });
        let (orders, taken) = mpsc::unbounded_channel();
        let mut running = JoinSet::new();
        running.spawn(listen(listener, address, Arc::clone(&shared), taken));
        Ok(Self {
            address,
            shared,
            orders,
            _running: running,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The authority that a client of the proxy trusts, PEM.
    pub fn authority_pem(&self) -> &str {
        &self.shared.certificates.authority_pem
    }

    /// A certificate that it can show, for who pins one.
    pub fn certificate(&self, which: Certificate) -> Result<CertificateDer<'static>, Error> {
        Ok(self.shared.certificates.get(which)?.der.clone())
    }

    /// Adds a rule, behind those that are there.
    pub fn set(&self, rule: Rule) {
        self.shared.rules.add(rule);
    }

    /// Takes every rule away.
    pub fn clear(&self) {
        self.shared.rules.clear();
    }

    /// How many requests the rules did hit since they were last cleared.
    pub fn hits(&self) -> u32 {
        self.shared.rules.hits()
    }

    /// Shows this certificate from the next connection on. Connections that are open know the one before:
    /// [cut](Self::cut) them to have every request meet it.
    pub fn show(&self, certificate: Certificate) {
        let shown = &self.shared.shown;
        *shown.lock().unwrap_or_else(PoisonError::into_inner) = certificate;
    }

    /// Ends every connection that is open.
    pub async fn cut(&self) -> Result<(), Error> {
        self.order(Order::Cut).await
    }

    /// Takes no connection any more, until [`accept`](Self::accept): the port stays the proxy's, and who connects is
    /// refused by a reset. Connections that are open stay so.
    pub async fn refuse(&self) -> Result<(), Error> {
        self.order(Order::Refuse).await
    }

    /// Takes connections again.
    pub async fn accept(&self) -> Result<(), Error> {
        self.order(Order::Accept).await
    }

    /// Every connection that came, oldest first.
    pub fn seen(&self) -> Vec<Connection> {
        self.shared.record.all()
    }

    async fn order(&self, order: Order) -> Result<(), Error> {
        let (done, heard) = oneshot::channel();
        self.orders.send((order, done)).map_err(|_| Error::Ended)?;
        Ok(heard.await.map_err(|_| Error::Ended)??)
    }
}

impl Shared {
    /// What the next connection is shown.
    pub(crate) fn shown(&self) -> Result<(Certificate, Arc<rustls::ServerConfig>), Error> {
        let certificate = *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.certificates.get(certificate)?;
        Ok((certificate, Arc::clone(&shown.config)))
    }
}

impl Route {
    fn to(upstream: Upstream) -> Result<Self, Error> {
        let (address, authority_pem) = match upstream {
            Upstream::Bytes(address) => return Ok(Self::Bytes(address)),
            Upstream::Https {
                address,
                authority_pem,
            } => (address, authority_pem),
        };
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&authority_pem)?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self::Https {
            address,
            name: ServerName::from(address.ip()),
            connector: TlsConnector::from(Arc::new(config)),
        })
    }
}

/// The port, in one of its two states.
enum Port {
    Open(TcpListener),
    /// Bound and not listening: nobody else gets it, and who connects is refused.
    Shut {
        _socket: TcpSocket,
    },
}

async fn listen(
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    mut orders: mpsc::UnboundedReceiver<(Order, oneshot::Sender<std::io::Result<()>>)>,
) {
    let mut connections = JoinSet::new();
    let mut port = Some(Port::Open(listener));
    loop {
        let accepted = async {
            match &port {
                Some(Port::Open(listener)) => listener.accept().await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            accepted = accepted => {
                // One that ended before it was accepted is no connection.
                if let Ok((socket, _)) = accepted {
                    connections.spawn(connection::serve(socket, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next() => {}
            order = orders.recv() => {
                let Some((order, done)) = order else { return };
                let result = match order {
                    Order::Cut => {
                        connections.shutdown().await;
                        Ok(())
                    }
                    Order::Refuse => turn(&mut port, address, false),
                    Order::Accept => turn(&mut port, address, true),
                };
                // Who asked may not wait for it.
                let _ = done.send(result);
            }
        }
    }
}

/// Opens or shuts the port. Two sockets may hold one port while neither listens.
fn turn(port: &mut Option<Port>, address: SocketAddr, open: bool) -> std::io::Result<()> {
    let bind = || -> std::io::Result<TcpSocket> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    };
    match (&*port, open) {
        (Some(Port::Open(_)), true) | (Some(Port::Shut { .. }), false) => {}
        (_, false) => {
            *port = None;
            *port = Some(Port::Shut { _socket: bind()? });
        }
        (_, true) => *port = Some(Port::Open(bind()?.listen(BACKLOG)?)),
    }
    Ok(())
}
