//! The network address of a client: the peer's own, or what a trusted proxy says it is.
//!
//! nginx overwrites `X-Forwarded-For` with the one address it saw. Only a peer out of `trusted_proxies` is believed,
//! and of a list only the last entry, which that proxy wrote itself; whatever a client sends is no part of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::problem::ApiProblem;
use crate::session::{Visit, device};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Networks whose peers may say for whom they speak.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Arc<[IpNet]>);

impl TrustedProxies {
    /// The client behind a peer's request.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.0.iter().any(|network| network.contains(&peer)) {
            return peer;
        }
        let last = headers.get_all(FORWARDED_FOR).iter().next_back();
        last.and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|entry| entry.trim().parse::<IpAddr>().ok())
            .map_or(peer, |address| address.to_canonical())
    }
}

impl<S> FromRequestParts<S> for Visit
where
    S: Send + Sync,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .ok_or_else(|| ApiProblem::internal("the server does not know its peer"))?;
        let address = TrustedProxies::from_ref(state).client(peer.0.ip(), &parts.headers);
        let agent = parts.headers.get(USER_AGENT);
        let agent = agent.and_then(|value| value.to_str().ok());
        Ok(Self {
            device: device(agent.unwrap_or_default()),
            address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies(Arc::from(["127.0.0.0/8".parse::<IpNet>().unwrap()]));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let peer: IpAddr = peer.parse().unwrap();
        proxies.client(peer, &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_says_who_the_client_is() {
        assert_eq!(client("127.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("::ffff:127.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("192.0.2.9", &["10.0.0.1"]), "192.0.2.9");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn what_the_client_wrote_itself_does_not_count() {
        assert_eq!(client("127.0.0.1", &["1.2.3.4, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("127.0.0.1", &["1.2.3.4", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(client("127.0.0.1", &["1.2.3.4, nonsense"]), "127.0.0.1");
    }
}
