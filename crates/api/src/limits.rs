//! Rate limits: how often an address, an account and a session may ask for what costs or what could be guessed.
//!
//! They are kept in this process' memory. Several replicas allow several times as much, and a restart forgets them:
//! they slow guessing down, while what is guessed has 80 bits and more. An allowance fills up again steadily, so a
//! key that is not used is forgotten after a minute or two.
//!
//! The address is the peer's or what a trusted proxy says ([`crate::address`]): nobody gets another allowance by
//! writing `X-Forwarded-For`. Refusals are counted and stand in no ledger, where they would be a way to fill it.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use argus_types::id::SessionId;
use argus_types::paths;
use argus_types::problem::ProblemCode;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::Method;

use crate::address::TrustedProxies;
use crate::problem::ApiProblem;

/// What one address may do before anybody knows who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressLimit {
    /// Requests at once.
    pub burst: u32,
    /// Seconds until one more.
    pub every_s: u32,
}

impl Default for AddressLimit {
    fn default() -> Self {
        Self {
            burst: 20,
            every_s: 3,
        }
    }
}

/// One account or credential, whoever asks: ten at once, then two a minute.
const ACCOUNT: (u32, Duration) = (10, Duration::from_secs(30));
/// Recovery codes from one address: five at once, then two a minute.
const RECOVERY: (u32, Duration) = (5, Duration::from_secs(30));
/// One session's refreshes and tickets: no page asks for as many.
const SESSION: (u32, Duration) = (60, Duration::from_secs(1));

/// Requests that were refused, by what they are limited by.
const RATE_LIMITED: &str = "argus_rate_limited_total";

/// What requests are limited by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Address,
    Recovery,
    Account,
    Session,
}

impl Limit {
    const ALL: [Self; 4] = [Self::Address, Self::Recovery, Self::Account, Self::Session];

    fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Recovery => "recovery",
            Self::Account => "account",
            Self::Session => "session",
        }
    }
}

/// As [`crate::auth_event::begin_at_zero`].
pub fn begin_at_zero() {
    for limit in Limit::ALL {
        metrics::counter!(RATE_LIMITED, "limit" => limit.as_str()).increment(0);
    }
}

/// The limits of this process. Cheap to clone.
#[derive(Clone)]
pub struct RateLimits(Arc<Inner>);

struct Inner {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    recovery: DefaultKeyedRateLimiter<IpAddr>,
    accounts: DefaultKeyedRateLimiter<Vec<u8>>,
    sessions: DefaultKeyedRateLimiter<SessionId>,
    clock: DefaultClock,
}

impl RateLimits {
    /// Limits with nobody in them.
    pub fn new(address: AddressLimit) -> Self {
        let every = Duration::from_secs(address.every_s.max(1).into());
        Self::by_quota(quota((address.burst, every)))
    }

    fn by_quota(address: Quota) -> Self {
        Self(Arc::new(Inner {
            addresses: RateLimiter::keyed(address),
            recovery: RateLimiter::keyed(quota(RECOVERY)),
            accounts: RateLimiter::keyed(quota(ACCOUNT)),
            sessions: RateLimiter::keyed(quota(SESSION)),
            clock: DefaultClock::default(),
        }))
    }

    /// Takes one of what an address may do.
    pub fn address(&self, address: IpAddr) -> Result<(), ApiProblem> {
        self.take(Limit::Address, &self.0.addresses, &network(address))
    }

    /// Takes one of the recovery codes that an address may try.
    pub fn recovery(&self, address: IpAddr) -> Result<(), ApiProblem> {
        self.take(Limit::Recovery, &self.0.recovery, &network(address))
    }

    /// Takes one of the tries that an account or credential has, whether or not there is such a one.
    pub fn account(&self, key: &[u8]) -> Result<(), ApiProblem> {
        self.take(Limit::Account, &self.0.accounts, &key.to_vec())
    }

    /// Takes one of a session's refreshes and tickets.
    pub fn session(&self, session: SessionId) -> Result<(), ApiProblem> {
        self.take(Limit::Session, &self.0.sessions, &session)
    }

    /// Forgets whoever has their whole allowance again.
    pub fn forget_idle(&self) {
        fn forget<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        forget(&self.0.addresses);
        forget(&self.0.recovery);
        forget(&self.0.accounts);
        forget(&self.0.sessions);
    }

    fn take<K: Hash + Eq + Clone>(
        &self,
        limit: Limit,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<(), ApiProblem> {
        let Err(until) = limiter.check_key(key) else {
            return Ok(());
        };
        metrics::counter!(RATE_LIMITED, "limit" => limit.as_str()).increment(1);
        let wait = until.wait_time_from(self.0.clock.now());
        Err(wait_for(wait))
    }
}

/// The problem that a request came too early by `wait`.
pub fn wait_for(wait: Duration) -> ApiProblem {
    // Up to the next whole second: whoever waits that long is let in.
    let seconds = u32::try_from(wait.as_secs())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    ApiProblem::new(
        ProblemCode::TooManyRequests,
        format!("Wait {seconds} s and try again."),
    )
    .retry_after(seconds)
}

/// Holds every address to its limit in asking for a session or a token.
pub async fn guard(
    State((limits, proxies)): State<(RateLimits, TrustedProxies)>,
    request: Request,
    next: Next,
) -> Response {
    if is_limited(request.method(), request.uri().path()) {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let taken = match peer {
            Some(peer) => limits.address(proxies.client(peer.0.ip(), request.headers())),
            None => Err(ApiProblem::internal("the server does not know its peer")),
        };
        if let Err(problem) = taken {
            return problem.into_response();
        }
    }
    next.run(request).await
}

/// Whether a request is held to its address' limit before anything is known of it.
///
/// Not among them: what a session or a waiting program sends again and again, whose route takes from the address'
/// allowance only where it turns out that there is no such session or program; and the demo profile's door, which
/// lets in whoever asks, so there is nothing to guess.
fn is_limited(method: &Method, path: &str) -> bool {
    *method == Method::POST
        && path.starts_with("/api/auth/")
        && !matches!(
            path,
            paths::REFRESH | paths::DEVICE_TOKEN | paths::SIGN_IN_DEMO
        )
}

/// Whoever has one IPv6 address has a /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let network = v6.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn quota((burst, every): (u32, Duration)) -> Quota {
    let one_a_minute = Quota::per_minute(NonZeroU32::MIN);
    // None only for no time at all, which nobody passes.
    let quota = Quota::with_period(every).unwrap_or(one_a_minute);
    quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(burst: u32) -> RateLimits {
        RateLimits::new(AddressLimit { burst, every_s: 60 })
    }

    #[test]
    fn an_address_that_asked_too_often_waits_and_others_do_not() {
        let limits = limits(2);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!(limits.address(one).is_ok() && limits.address(one).is_ok());
        let problem = limits.address(one).unwrap_err();
        assert_eq!(problem.code(), ProblemCode::TooManyRequests);
        let answer = problem.into_response();
        let wait: u32 = answer.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        assert!(limits.address(other).is_ok());
    }

    #[test]
    fn one_ipv6_network_has_one_allowance() {
        let limits = limits(1);
        assert!(limits.address("2001:db8::1".parse().unwrap()).is_ok());
        assert!(limits.address("2001:db8::2".parse().unwrap()).is_err());
        assert!(limits.address("2001:db8:0:1::1".parse().unwrap()).is_ok());
        assert!(limits.address("192.0.2.1".parse().unwrap()).is_ok());
        assert!(limits.address("::ffff:192.0.2.1".parse().unwrap()).is_err());
    }

    #[test]
    fn whoever_has_their_whole_allowance_again_is_forgotten() {
        let limits = RateLimits::by_quota(quota((1, Duration::from_nanos(1))));
        for number in 0..1000_u128 {
            let address = Ipv6Addr::from_bits(number << 64);
            limits.address(address.into()).unwrap();
        }
        assert_eq!(limits.0.addresses.len(), 1000);
        limits.forget_idle();
        assert_eq!(limits.0.addresses.len(), 0);
    }

    #[test]
    fn what_asks_for_a_session_is_limited_and_what_has_one_is_not() {
        for (method, path, limited) in [
            (Method::POST, paths::PASSKEY_SIGN_IN, true),
            (Method::POST, paths::PASSKEY_SIGN_IN_FINISH, true),
            (Method::POST, paths::SIGN_IN_LINK, true),
            (Method::POST, paths::RECOVERY, true),
            (Method::POST, paths::OIDC_BEGIN, true),
            (Method::POST, paths::DEVICE, true),
            (Method::POST, paths::DEVICE_TOKEN, false),
            (Method::POST, paths::REFRESH, false),
            (Method::GET, paths::SIGN_IN_WAYS, false),
            (Method::POST, paths::PROPOSALS, false),
        ] {
            assert_eq!(is_limited(&method, path), limited, "{method} {path}");
        }
    }
}
