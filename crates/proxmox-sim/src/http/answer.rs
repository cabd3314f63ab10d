//! Answers as bytes: JSON with Proxmox's headers, failures with the text in the status line.

use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, PRAGMA, SERVER,
};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use hyper::ext::ReasonPhrase;
use serde_json::{Map, Value, json};

use super::BrokenOff;
use crate::failure::Failure;
use crate::routes::Answer;

/// Bytes above which Proxmox compresses.
const WORTH_COMPRESSING: usize = 1024;

/// A body that is sent whole, or broken off in the middle.
#[derive(Debug)]
pub struct Payload {
    bytes: Option<Bytes>,
    end: End,
}

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With its last byte.
    Whole,
    /// Broken off, after what is there has had a chance to be sent.
    Broken,
    /// Broken off now.
    BreakNow,
}

impl Payload {
    fn whole(bytes: Bytes) -> Self {
        Self {
            bytes: Some(bytes).filter(|b| !b.is_empty()),
            end: End::Whole,
        }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.end {
            End::Whole => Poll::Ready(None),
            End::Broken => {
                // An error throws away what is not flushed yet, and the server flushes while a body is pending.
                self.end = End::BreakNow;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::BreakNow => Poll::Ready(Some(Err(BrokenOff))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.end == End::Whole
    }

    fn size_hint(&self) -> SizeHint {
        if self.end != End::Whole {
            return SizeHint::default();
        }
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |b| b.len() as u64))
    }
}

/// What a call answered.
pub fn of(result: Result<Answer, Failure>) -> Response<Payload> {
    match result {
        Ok(Answer::Data { data, total }) => {
            let mut body = Map::from_iter([("data".to_owned(), data)]);
            if let Some(total) = total {
                body.insert("total".into(), json!(total));
            }
            plain(
                StatusCode::OK,
                "application/json;charset=UTF-8",
                Value::Object(body).to_string().into(),
            )
        }
        Ok(Answer::Text(text)) => plain(StatusCode::OK, "text/plain", text.into()),
        Err(failure) => refused(&failure),
    }
}

fn refused(failure: &Failure) -> Response<Payload> {
    let body = if failure.bodyless {
        Bytes::new()
    } else {
        let mut body = Map::from_iter([
            ("data".to_owned(), Value::Null),
            (
                "message".to_owned(),
                json!(format!("{}\n", failure.message.trim_end())),
            ),
        ]);
        if !failure.errors.is_empty() {
            body.insert("errors".into(), json!(failure.errors));
        }
        Value::Object(body).to_string().into()
    };
    fixed(failure.status, failure.reason(), body)
}

/// Any status with any reason phrase.
pub fn fixed(status: u16, reason: &str, body: Bytes) -> Response<Payload> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = plain(status, "application/json;charset=UTF-8", body);
    if let Ok(reason) = ReasonPhrase::try_from(reason.as_bytes())
        && !reason.as_bytes().is_empty()
    {
        response.extensions_mut().insert(reason);
    }
    response
}

fn plain(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Payload> {
    let mut response = Response::new(Payload::whole(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=0"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(SERVER, HeaderValue::from_static("pve-api-daemon/3.0"));
    response
}

/// Proxmox closes after every failure; the last answer of a connection says so too.
pub fn closing(mut response: Response<Payload>, last: bool) -> Response<Payload> {
    if last || response.status().as_u16() >= 400 {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// The same answer, compressed where that is worth it and the client takes it.
pub fn compressed(mut response: Response<Payload>, accepted: bool) -> Response<Payload> {
    let payload = response.body_mut();
    let worth_it = |bytes: &Bytes| accepted && bytes.len() > WORTH_COMPRESSING;
    let Some(bytes) = payload.bytes.take_if(|bytes| worth_it(bytes)) else {
        return response;
    };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    match written {
        Ok(packed) => {
            payload.bytes = Some(packed.into());
            let gzip = HeaderValue::from_static("gzip");
            response.headers_mut().insert(CONTENT_ENCODING, gzip);
        }
        Err(error) => {
            tracing::warn!(%error, "an answer could not be compressed");
            payload.bytes = Some(bytes);
        }
    }
    response
}

/// The same answer, broken off half way through its body.
pub fn halved(mut response: Response<Payload>) -> Response<Payload> {
    let payload = response.body_mut();
    let bytes = payload.bytes.take().unwrap_or_default();
    payload.bytes = Some(bytes.slice(..bytes.len() / 2));
    payload.end = End::Broken;
    let length = HeaderValue::from(bytes.len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response
}
