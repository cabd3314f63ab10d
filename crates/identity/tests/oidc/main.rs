//! Single sign-on against real peers: a certified provider, one that lies on request, and sockets that misbehave.

mod honest;
mod hostile;
mod knowledge;
mod reach;
mod tls;
