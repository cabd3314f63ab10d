//! The client against a peer that speaks TLS and misbehaves on purpose, byte by byte.

mod answers;
mod connections;
mod keys;
mod peer;
mod trust;

use argus_proxmox::{Client, Endpoint, GuestRef, Kind, Limits, PinSet, Token, Trust};

use crate::{keys::Identity, peer::Peer};

/// The secret in every test's token; no message may repeat it.
const SECRET: &str = "5f0e1c9a-feed-4bad-8eef-0123456789ab";

fn token() -> Token {
    Token::parse(&format!("argus@pve!test={SECRET}")).expect("a valid token")
}

fn guest() -> GuestRef {
    GuestRef {
        node: "pve1".to_owned(),
        kind: Kind::Qemu,
        vmid: 100,
    }
}

fn pinned(identity: &Identity) -> Trust {
    Trust::Pins(PinSet::parse(&identity.fingerprint()).expect("a valid fingerprint"))
}

fn client(peer: &Peer, trust: Trust) -> Client {
    client_with(peer, trust, Limits::default())
}

fn client_with(peer: &Peer, trust: Trust, limits: Limits) -> Client {
    let endpoint =
        Endpoint::parse(&format!("https://127.0.0.1:{}", peer.port())).expect("a valid endpoint");
    Client::new(endpoint, token(), trust, limits).expect("a usable setting")
}

/// A complete answer on a connection that stays open.
fn answer(status_line: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status_line}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn version_answer() -> Vec<u8> {
    answer(
        "200 OK",
        r#"{"data":{"version":"9.1.5","release":"9.1","repoid":"0"}}"#,
    )
}

fn task_answer() -> Vec<u8> {
    answer(
        "200 OK",
        r#"{"data":"UPID:pve1:0003A1F2:01234567:6912AB34:qmstart:100:argus@pve!test:"}"#,
    )
}
