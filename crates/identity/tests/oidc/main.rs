//! Single sign-on against real peers: a certified provider, one that lies on request, and sockets that misbehave.

mod browser;
mod honest;
mod hostile;
mod knowledge;
mod peer;
mod reach;
mod tls;
