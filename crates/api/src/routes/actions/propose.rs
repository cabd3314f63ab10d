//! `POST /api/actions/proposals`.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use futures_util::{FutureExt, Stream, StreamExt, stream};
use http::{HeaderMap, HeaderValue, header};
use tokio::sync::mpsc;

use argus_types::drafting::{DraftingLine, NDJSON};
use argus_types::paths;
use argus_types::problem::Problem;
use argus_types::proposal::{ProposalInput, ProposalOutcome};

use crate::extract::{Caller, Checked, IdempotencyKey, act};
use crate::problem::ApiProblem;
use crate::request_id::RequestId;
use crate::service::progress::Progress;
use crate::service::propose::Propose;
use crate::service::{Once, Reply};
use crate::session::Reach;

/// Between two lines that say nothing new.
const BEAT: Duration = Duration::from_secs(1);

/// Makes a proposal out of words or typed actions. Changes nothing in the cluster.
///
/// With `Accept: application/x-ndjson` the answer is 200 and a line of JSON for each stage of drafting; the last line has
/// the outcome, or the problem. Closing the connection stops the draft. Without it the answer comes whole, within a minute.
#[utoipa::path(post, path = paths::PROPOSALS, tag = "actions", request_body = ProposalInput,
    params(("Idempotency-Key" = String, Header), ("X-CSRF-Token" = String, Header)),
    responses((status = 201, body = ProposalOutcome),
        (status = 200, description = "Questions, a refusal or findings; or lines, where those are accepted",
            content((ProposalOutcome = "application/json"), (DraftingLine = "application/x-ndjson"))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub async fn propose(
    State(service): State<Propose>,
    caller: Caller<act::Propose>,
    key: IdempotencyKey,
    Extension(request_id): Extension<RequestId>,
    headers: HeaderMap,
    body: Checked<ProposalInput>,
) -> Result<Response, ApiProblem> {
    let token = caller.token().map(|token| token.id);
    let once =
        Once::new(caller.person(), key, paths::PROPOSALS, body.fingerprint).with_token(token);
    if accepts_lines(&headers) {
        let work = Work {
            service,
            once,
            reach: caller.reach().clone(),
            input: body.value,
            request_id,
        };
        return Ok(in_lines(work));
    }
    let nobody = Progress::default();
    let reply = service
        .run(&once, caller.reach(), body.value, &nobody)
        .await?;
    Ok(reply.into_response())
}

fn accepts_lines(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split(',')
            .filter_map(|part| part.split(';').next())
            .any(|part| part.trim().eq_ignore_ascii_case(NDJSON))
    })
}

/// A request whose answer is lines.
struct Work {
    service: Propose,
    once: Once,
    reach: Reach,
    input: ProposalInput,
    request_id: RequestId,
}

/// The answer. Its work goes on only while somebody reads it.
fn in_lines(work: Work) -> Response {
    let body = Body::from_stream(lines(work).map(|line| {
        let mut text = serde_json::to_vec(&line).unwrap_or_default();
        text.push(b'\n');
        Ok::<_, Infallible>(Bytes::from(text))
    }));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx hands each line on as it comes.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn lines(work: Work) -> impl Stream<Item = DraftingLine> + Send {
    let (sender, receiver) = mpsc::unbounded_channel();
    let progress = Progress::to(sender.clone());
    let made = async move {
        let mut beat = tokio::time::interval(BEAT);
        let run = work
            .service
            .run(&work.once, &work.reach, work.input, &progress);
        tokio::pin!(run);
        let reply = loop {
            tokio::select! {
                biased;
                reply = &mut run => break reply,
                // Whoever reads is about to be gone where this fails, and this with them.
                _ = beat.tick() => { let _ = sender.send(DraftingLine::Waiting); }
            }
        };
        let _ = sender.send(last(reply, &work.request_id));
    };
    let received = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|line| (Some(line), receiver))
    });
    stream::select(received, made.map(|()| None).into_stream()).filter_map(std::future::ready)
}

/// What came of it, as the last line.
fn last(reply: Result<Reply, ApiProblem>, request_id: &RequestId) -> DraftingLine {
    let reply = reply.and_then(|reply| {
        let outcome = reply.outcome().map_err(ApiProblem::internal)?;
        Ok((reply.status(), outcome))
    });
    match reply {
        Ok((status, outcome)) => DraftingLine::Outcome {
            status,
            outcome: Box::new(outcome),
        },
        Err(problem) => {
            let mut problem = problem.problem().clone();
            problem.request_id = request_id.to_string();
            metrics::counter!("argus_problems_total", "code" => problem.code.as_str()).increment(1);
            DraftingLine::Problem {
                problem: Box::new(problem),
            }
        }
    }
}
