//! Every path of the API, once.

use crate::id::{ExecutionId, ProposalId};

/// Nodes.
pub const NODES: &str = "/api/proxmox/nodes";
/// The inventory snapshot.
pub const CLUSTER: &str = "/api/cluster";
/// Series of one node (`?node=`) or guest (`?kind=&vmid=`), with `timeframe`.
pub const METRICS: &str = "/api/metrics";
/// Log lines: `?source=cluster|syslog&node=&limit=&cursor=`.
pub const LOGS: &str = "/api/logs";
/// Makes a proposal.
pub const PROPOSALS: &str = "/api/actions/proposals";
/// Lists proposals: `?state=&limit=&cursor=`.
pub const ACTIONS: &str = "/api/actions";
/// One proposal.
pub const ACTION: &str = "/api/actions/{id}";
/// Starts exactly this plan.
pub const CONFIRM: &str = "/api/actions/{id}/confirm";
/// Withdraws, or stops the execution.
pub const CANCEL: &str = "/api/actions/{id}/cancel";
/// Plans anew with snapshots first.
pub const SNAPSHOTS: &str = "/api/actions/{id}/snapshots";
/// One execution.
pub const EXECUTION: &str = "/api/executions/{id}";
/// Its journal, live: WebSocket, `?after=` a sequence number.
pub const EXECUTION_STREAM: &str = "/api/executions/{id}/stream";
/// What changes anywhere, live: WebSocket.
pub const STREAM: &str = "/api/stream";
/// The emergency stop: read and set.
pub const EMERGENCY_STOP: &str = "/api/emergency-stop";
/// Releases it.
pub const EMERGENCY_STOP_RELEASE: &str = "/api/emergency-stop/release";
/// Ledger records, newest first: `?limit=&cursor=&subject=`.
pub const LEDGER: &str = "/api/ledger";
/// The caller's session: read, or end with DELETE.
pub const SESSION: &str = "/api/session";
/// How one can sign in here.
pub const SIGN_IN_WAYS: &str = "/api/auth/ways";
/// Sign in as a seeded person; demo profile only.
pub const SIGN_IN_DEMO: &str = "/api/auth/demo";
/// Sign in by a one-time link.
pub const SIGN_IN_LINK: &str = "/api/auth/link";
/// The process answers.
pub const HEALTH_LIVE: &str = "/api/health/live";
/// It can work.
pub const HEALTH_READY: &str = "/api/health/ready";
/// The OpenAPI document.
pub const OPENAPI: &str = "/api/openapi.json";

/// Header that makes an unsafe request safe to send again.
pub const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";
/// Header that carries [`crate::person::Session::csrf_token`].
pub const CSRF_HEADER: &str = "x-csrf-token";
/// Header that follows a request through logs, ledger and problem bodies.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// [`ACTION`] of one proposal.
pub fn action(id: ProposalId) -> String {
    ACTION.replace("{id}", &id.to_string())
}

/// [`CONFIRM`] of one proposal.
pub fn confirm(id: ProposalId) -> String {
    CONFIRM.replace("{id}", &id.to_string())
}

/// [`CANCEL`] of one proposal.
pub fn cancel(id: ProposalId) -> String {
    CANCEL.replace("{id}", &id.to_string())
}

/// [`SNAPSHOTS`] of one proposal.
pub fn snapshots(id: ProposalId) -> String {
    SNAPSHOTS.replace("{id}", &id.to_string())
}

/// [`EXECUTION`] of one execution.
pub fn execution(id: ExecutionId) -> String {
    EXECUTION.replace("{id}", &id.to_string())
}

/// [`EXECUTION_STREAM`] of one execution, resuming after the given entry (0 for all).
pub fn execution_stream(id: ExecutionId, after: u64) -> String {
    format!(
        "{}?after={after}",
        EXECUTION_STREAM.replace("{id}", &id.to_string())
    )
}
