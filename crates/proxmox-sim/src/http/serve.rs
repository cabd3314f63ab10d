//! One request from its bytes to its answer, in Proxmox's order, with the faults in between.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body;
use percent_encoding::percent_decode_str;

use super::answer::{self, Payload};
use super::{BrokenOff, login, parameters};
use crate::failure::Failure;
use crate::faults::{FaultKind, Sight};
use crate::requests::Seen;
use crate::routes::{self, Answer, Check, Found, Method, Raw};
use crate::state::Caller;
use crate::world::{World, twist_of};

/// Bytes that a body may have.
const MAX_BODY: usize = 512 * 1024;
/// Where the API begins.
const ROOT: &str = "/api2/json";

/// The body of a request, however it comes.
pub trait Sent: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> {}

impl<B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>> Sent for B {}

/// Answers one request and notes what became of it.
pub async fn serve<B: Sent>(
    world: Arc<World>,
    request: Request<B>,
    last: bool,
) -> Result<Response<Payload>, BrokenOff> {
    let method = request.method().as_str().to_owned();
    let path = request
        .uri()
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string);
    if login::carries_authorization(request.headers()) {
        world.note_authorization();
    }
    let found = locate(&request);
    let route = match &found {
        Ok((_, found)) => found.pattern(),
        Err(_) => format!("{method} (unknown)"),
    };
    let at_ms = world.machine().now_ms();
    // Where no node is, nobody takes the call.
    let dark = !world.machine().answers();
    let call = found
        .as_ref()
        .map_or_else(|_| String::new(), |(path, _)| path.clone());
    let mut parameters = BTreeMap::new();
    let answered = match found {
        _ if dark => Err(BrokenOff),
        Ok((path, found)) => with_faults(&world, request, &path, &found, &mut parameters).await,
        Err(failure) => unknown(&world, request, failure).await,
    };
    let answered = answered.map(|response| answer::closing(response, last));
    let status = answered.as_ref().ok().map(|r| r.status().as_u16());
    world.note(
        &route,
        Seen {
            at_ms,
            method,
            path,
            call,
            parameters,
            status,
        },
    );
    answered
}

/// The call that a request line names.
fn locate<B>(request: &Request<B>) -> Result<(String, Found), Failure> {
    let text = request.method().as_str();
    let method = Method::parse(text)
        .ok_or_else(|| Failure::with(501, format!("method '{text}' not available")))?;
    if request.headers().contains_key(TRANSFER_ENCODING) {
        return Err(Failure::with(
            501,
            "chunked transfer encoding not supported",
        ));
    }
    let path = request.uri().path();
    let below = path
        .strip_prefix(ROOT)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .ok_or_else(|| Failure::with(501, format!("no such file '{path}'")))?;
    let segments = below
        .split('/')
        .filter(|s| !s.is_empty())
        .map(|s| percent_decode_str(s).decode_utf8().map(String::from))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Failure::with(400, "path is not UTF-8"))?;
    let found = routes::find(method, &segments)?;
    Ok((format!("/{}", segments.join("/")), found))
}

/// A path that is not there still asks who wants to know.
async fn unknown<B>(
    world: &World,
    request: Request<B>,
    failure: Failure,
) -> Result<Response<Payload>, BrokenOff> {
    let method = Method::parse(request.method().as_str());
    let below = request.uri().path().starts_with(ROOT);
    let chunked = request.headers().contains_key(TRANSFER_ENCODING);
    let refused = method
        .filter(|_| below && !chunked)
        .and_then(|method| login::caller(&world.machine(), request.headers(), method).err());
    match refused {
        Some(refused) => Ok(late_refusal(world, refused).await),
        None => Ok(answer::of(Err(failure))),
    }
}

async fn with_faults<B: Sent>(
    world: &World,
    request: Request<B>,
    path: &str,
    found: &Found,
    parameters: &mut BTreeMap<String, String>,
) -> Result<Response<Payload>, BrokenOff> {
    let fault = world.strike(&Sight {
        method: found.route.method,
        path,
        node: found.node(),
        task: found.route.upid,
    });
    match &fault {
        Some(FaultKind::DropBefore) => return Err(BrokenOff),
        Some(FaultKind::Status { code, reason, body }) => {
            let body = body.clone().map(Bytes::from).unwrap_or_default();
            return Ok(answer::fixed(*code, reason, body));
        }
        _ => {}
    }
    let entry = world.machine().entry_node().name.clone();
    let behind_proxy = found.behind_proxy(&entry);
    let gzip = takes_gzip(&request);
    let result = carry_out(world, request, found, fault.as_ref(), parameters).await;
    if let Err(failure) = &result
        && failure.status == 401
    {
        return Ok(late_refusal(world, failure.clone()).await);
    }
    let response = answer::compressed(answer::of(result), gzip);
    match fault {
        Some(FaultKind::AcceptThenDrop) => Err(BrokenOff),
        Some(FaultKind::Truncate) => Ok(answer::halved(response)),
        Some(FaultKind::Slow { ms }) => Ok(late(world, response, Some(ms), behind_proxy).await),
        Some(FaultKind::Stall) => Ok(late(world, response, None, behind_proxy).await),
        _ => Ok(response),
    }
}

fn takes_gzip<B>(request: &Request<B>) -> bool {
    request
        .headers()
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"))
}

/// Authentication, parameters, and the call itself. What came is noted in `parameters`.
async fn carry_out<B: Sent>(
    world: &World,
    request: Request<B>,
    found: &Found,
    fault: Option<&FaultKind>,
    parameters: &mut BTreeMap<String, String>,
) -> Result<Answer, Failure> {
    let caller = sign_in(world, &request, found)?;
    let raw = read(request, found.route.method).await?;
    *parameters = raw
        .iter()
        .map(|(name, value)| (name.clone(), value.text()))
        .collect();
    let mut machine = world.machine();
    machine.bend_next_task(twist_of(fault));
    let result = routes::call(&mut machine, caller.as_ref(), found, &raw);
    machine.bend_next_task(None);
    result
}

fn sign_in<B>(
    world: &World,
    request: &Request<B>,
    found: &Found,
) -> Result<Option<Caller>, Failure> {
    if found.route.check == Check::World {
        return Ok(None);
    }
    login::caller(&world.machine(), request.headers(), found.route.method).map(Some)
}

async fn read<B: Sent>(request: Request<B>, method: Method) -> Result<Raw, Failure> {
    let (head, body) = request.into_parts();
    let length = head
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    if !method.has_body() {
        if length > 0 {
            return Err(Failure::with(
                501,
                format!("Unexpected content for method '{}'", method.as_str()),
            ));
        }
        return parameters::form(head.uri.query().unwrap_or_default());
    }
    let bytes = Limited::new(body, MAX_BODY)
        .collect()
        .await
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                Failure::with(413, "for data too large")
            } else {
                Failure::with(400, "request body ended early")
            }
        })?
        .to_bytes();
    let kind = head
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    parameters::body(kind, &bytes)
}

/// Whoever is not let in has to wait for the answer.
async fn late_refusal(world: &World, failure: Failure) -> Response<Payload> {
    tokio::time::sleep(Duration::from_millis(world.transport.auth_delay_ms)).await;
    answer::of(Err(failure))
}

/// An answer that takes its time; behind a proxy 596 comes instead once the proxy has lost patience.
async fn late(
    world: &World,
    response: Response<Payload>,
    ms: Option<u64>,
    behind_proxy: bool,
) -> Response<Payload> {
    let cut = world.transport.proxy_cut_ms;
    match ms {
        Some(ms) if !behind_proxy || ms < cut => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            response
        }
        None if !behind_proxy => std::future::pending().await,
        _ => {
            tokio::time::sleep(Duration::from_millis(cut)).await;
            answer::of(Err(Failure::gateway(596, "Connection timed out")))
        }
    }
}
