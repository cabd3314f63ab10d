//! Problems on their way out: one place turns every error into an RFC 9457 body with a code from the closed list.
//!
//! A handler returns [`ApiProblem`]; the outermost middleware writes the body, so that the request id is in it,
//! and gives the same form to what axum itself refuses (unknown path, wrong method, timeout, panic).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use argus_types::problem::{FieldError, PROBLEM_JSON, Problem, ProblemCode};

use crate::request_id::RequestId;

/// A problem that ends a request.
#[derive(Debug, Clone)]
pub struct ApiProblem {
    problem: Box<Problem>,
    /// Seconds after which the request may succeed.
    retry_after_s: Option<u32>,
}

impl ApiProblem {
    /// A problem of this code; `detail` says what happened and what to do.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            problem: Box::new(Problem::new(code, detail)),
            retry_after_s: None,
        }
    }

    /// A defect: the cause goes to the log, the client learns only that there is one.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "request failed inside Argus");
        Self::new(
            ProblemCode::Internal,
            "The request could not be finished. The log has more under this request id.",
        )
    }

    /// Names the wrong places of the body.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.problem.errors = errors;
        self
    }

    /// Says after how many seconds the request may succeed.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The code.
    pub fn code(&self) -> ProblemCode {
        self.problem.code
    }

    /// What the client will read.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<argus_domain::approval::Refusal> for ApiProblem {
    fn from(refusal: argus_domain::approval::Refusal) -> Self {
        Self::new(refusal.code(), refusal.sentence())
    }
}

impl From<argus_store::Error> for ApiProblem {
    fn from(error: argus_store::Error) -> Self {
        if matches!(error, argus_store::Error::Cursor) {
            return Self::new(
                ProblemCode::BadParameter,
                "`cursor` must be the `next_cursor` of the page before.",
            );
        }
        if error.is_unavailable() {
            tracing::warn!(error = %error, "database unavailable");
            return Self::new(
                ProblemCode::DatabaseUnavailable,
                "PostgreSQL does not answer; nothing was changed. Try again, and look at the database if it stays.",
            );
        }
        Self::internal(Chain(&error))
    }
}

impl From<argus_proxmox::Error> for ApiProblem {
    fn from(error: argus_proxmox::Error) -> Self {
        use argus_proxmox::{ApiErrorKind, Error};
        tracing::warn!(error = %Chain(&error), "reading from proxmox failed");
        match &error {
            Error::NotSent { .. } | Error::Indeterminate { .. } => Self::new(
                ProblemCode::ProxmoxUnreachable,
                format!(
                    "{}. Run `argus-api doctor` on the server to see why.",
                    Chain(&error)
                ),
            ),
            Error::Decode { .. } => Self::new(
                ProblemCode::ProxmoxAnswerUnreadable,
                format!("{error}. Argus may not know this Proxmox release yet."),
            ),
            Error::Api(api) => match api.kind() {
                ApiErrorKind::Permission => Self::new(
                    ProblemCode::ProxmoxPrivilegeMissing,
                    format!("{api}. `argus-api doctor` prints the command that mends it."),
                ),
                ApiErrorKind::NodeUnreachable => {
                    Self::new(ProblemCode::ProxmoxUnreachable, api.to_string())
                }
                ApiErrorKind::NotFound => Self::new(ProblemCode::NotFound, api.to_string()),
                _ => Self::new(ProblemCode::ProxmoxRefused, api.to_string()),
            },
        }
    }
}

/// Marks an answer of 400 and more whose body is already what the client shall read.
#[derive(Debug, Clone, Copy)]
pub struct Answered;

/// An error with its sources, on one line; for the log.
pub struct Chain<'a>(pub &'a (dyn std::error::Error + 'a));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

/// A clause as a sentence: with a capital, and with a full stop where it has no end of its own.
pub fn sentence(clause: &str) -> String {
    let mut rest = clause.chars();
    let first: String = rest
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let end = if clause.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{end}", rest.as_str())
}

/// Writes the body of every refusal below `/api`.
pub async fn write_problems(request: Request, next: Next) -> Response {
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default();
    let is_api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let problem = match response.extensions_mut().remove::<ApiProblem>() {
        Some(problem) => problem,
        None if response.extensions().get::<Answered>().is_some() => return response,
        None if is_api => match of_status(response.status()) {
            Some(problem) => problem,
            None => return response,
        },
        None => return response,
    };
    let mut problem = *problem.problem;
    problem.request_id = request_id;
    metrics::counter!("argus_problems_total", "code" => problem.code.as_str()).increment(1);
    let (mut parts, _) = response.into_parts();
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    parts.status =
        StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // A problem holds strings and numbers only.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Response::from_parts(parts, body.into())
}

/// The problem for a refusal that carries none of its own.
fn of_status(status: StatusCode) -> Option<ApiProblem> {
    let (code, detail) = match status.as_u16() {
        code if code < 400 => return None,
        401 => (ProblemCode::NotSignedIn, "Sign in and try again."),
        404 => (
            ProblemCode::NotFound,
            "There is no such path; /api/openapi.json lists all of them.",
        ),
        405 => (
            ProblemCode::MethodNotAllowed,
            "The Allow header names the methods of this path.",
        ),
        408 | 503 | 504 => (
            ProblemCode::TimedOut,
            "The request took longer than 60 seconds. Look before you send it again.",
        ),
        413 => (
            ProblemCode::BodyTooLarge,
            "Send at most 128 KiB; split a longer proposal.",
        ),
        415 => (
            ProblemCode::UnsupportedMediaType,
            "Send `Content-Type: application/json`.",
        ),
        400..500 => (ProblemCode::BadParameter, "The request could not be read."),
        _ => (
            ProblemCode::Internal,
            "The request could not be finished. The log has more under this request id.",
        ),
    };
    Some(ApiProblem::new(code, detail))
}
