//! The whole HTTP surface: routes and the layers around them, outermost last.

use std::path::Path;
use std::time::Duration;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Router, routing};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use argus_types::paths;

use crate::address::TrustedProxies;
use crate::clock::SharedClock;
use crate::headers::ContentSecurityPolicy;
use crate::limits::RateLimits;
use crate::same_origin::PublicOrigin;
use crate::state::{Parts, Shared};
use crate::{headers, limits, openapi, page, problem, request_id, routes, same_origin, stream};

/// How long one request may take; planning reads from Proxmox, which itself may take 30 s.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Everything; `demo` adds the door for seeded people, `page_dir` the page.
pub fn build(parts: Parts, demo: bool, page_dir: Option<&Path>) -> Router {
    let api = Router::<Shared>::new()
        .merge(routes::session::router())
        .merge(routes::sign_in::router(demo))
        .merge(routes::account::router())
        .merge(routes::single_sign_on::router())
        .merge(routes::people::router())
        .merge(routes::cluster::router())
        .merge(routes::metrics::router())
        .merge(routes::logs::router())
        .merge(routes::actions::router())
        .merge(routes::drafting::router())
        .merge(routes::policy::router())
        .merge(routes::executions::router())
        .merge(routes::emergency_stop::router())
        .merge(routes::ledger::router())
        .merge(routes::health::router())
        .route(paths::OPENAPI, routing::get(openapi::serve));
    let api = in_time(api).merge(stream::router());
    let unknown = || async { StatusCode::NOT_FOUND };
    let api = match page_dir {
        Some(dir) => api
            .route("/api/{*path}", routing::any(unknown))
            .fallback_service(page::router(dir)),
        None => api.fallback(unknown),
    };
    Around::of(&parts)
        .every_answer(api)
        .with_state(Shared::from(parts))
}

/// Ends what takes too long; not for connections that stay.
pub fn in_time<S>(routes: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    routes.layer(TimeoutLayer::with_status_code(
        StatusCode::SERVICE_UNAVAILABLE,
        TIMEOUT,
    ))
}

/// What stands around every route, whoever asks.
#[derive(Clone)]
pub struct Around {
    /// What an address may do before anybody knows who is there.
    pub limits: RateLimits,
    /// Who may say for whom they speak.
    pub proxies: TrustedProxies,
    /// The console's own origin.
    pub origin: PublicOrigin,
    /// The policy of HTML answers.
    pub policy: ContentSecurityPolicy,
    /// Ids of requests.
    pub clock: SharedClock,
}

impl Around {
    /// Of the parts that a server is put together from.
    pub fn of(parts: &Parts) -> Self {
        Self {
            limits: parts.limits.clone(),
            proxies: parts.proxies.clone(),
            origin: parts.origin.clone(),
            policy: parts.policy.clone(),
            clock: parts.clock.clone(),
        }
    }

    /// Puts it around `routes`.
    pub fn every_answer<S>(self, routes: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        routes
            .layer(from_fn_with_state(
                (self.limits, self.proxies),
                limits::guard,
            ))
            .layer(from_fn_with_state(self.origin, same_origin::guard))
            .layer(CatchPanicLayer::new())
            .layer(from_fn(problem::write_problems))
            .layer(from_fn_with_state(self.policy, headers::secure))
            .layer(from_fn_with_state(self.clock, request_id::carry))
    }
}
