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
/// Makes a proposal; with `Accept: application/x-ndjson` it says how far it is ([`crate::drafting::DraftingLine`]).
pub const PROPOSALS: &str = "/api/actions/proposals";
/// Lists proposals: `?state=&limit=&cursor=`.
pub const ACTIONS: &str = "/api/actions";
/// One proposal.
pub const ACTION: &str = "/api/actions/{id}";
/// Starts exactly this plan.
pub const CONFIRM: &str = "/api/actions/{id}/confirm";
/// A drill of the emergency stop.
pub const EMERGENCY_STOP_DRILL: &str = "/api/emergency-stop/drill";
/// Puts the start off, or takes that back.
pub const SCHEDULE: &str = "/api/actions/{id}/schedule";
/// Withdraws, or stops the execution.
pub const CANCEL: &str = "/api/actions/{id}/cancel";
/// Plans anew with snapshots first.
pub const SNAPSHOTS: &str = "/api/actions/{id}/snapshots";
/// One execution.
pub const EXECUTION: &str = "/api/executions/{id}";
/// Its journal, live: WebSocket, `?after=` a sequence number.
pub const EXECUTION_STREAM: &str = "/api/executions/{id}/stream";
/// What to look at where Argus could not decide.
pub const EVIDENCE: &str = "/api/executions/{id}/evidence";
/// Says what became of it.
pub const RESOLUTION: &str = "/api/executions/{id}/resolution";
/// Proposes to take back what it did.
pub const UNDO: &str = "/api/executions/{id}/undo";
/// What a step's task wrote, a part at a time: `?start=&limit=`.
pub const STEP_LOG: &str = "/api/executions/{id}/steps/{number}/log";
/// What changes anywhere, live: WebSocket.
pub const STREAM: &str = "/api/stream";
/// Who drafts.
pub const DRAFTING: &str = "/api/drafting";
/// The caller's own draft that a model is asked for: stop it with DELETE.
pub const DRAFTING_CURRENT: &str = "/api/drafting/current";
/// Language models, for admins.
pub const DRAFTING_PROVIDERS: &str = "/api/drafting/providers";
/// Tests the connection to one of them.
pub const DRAFTING_PROVIDER_TEST: &str = "/api/drafting/providers/{name}/test";
/// How good drafts are, for admins.
pub const DRAFTING_SCORECARD: &str = "/api/drafting/scorecard";
/// How the draft of a proposal came about.
pub const ACTION_DRAFTING: &str = "/api/actions/{id}/drafting";
/// The emergency stop: read and set.
pub const EMERGENCY_STOP: &str = "/api/emergency-stop";
/// Releases it.
pub const EMERGENCY_STOP_RELEASE: &str = "/api/emergency-stop/release";
/// Ledger records, newest first: `?limit=&cursor=&subject=`.
pub const LEDGER: &str = "/api/ledger";
/// The caller's session: read, or end with DELETE.
pub const SESSION: &str = "/api/session";
/// A new access token for the refresh cookie; POST, without a body.
pub const REFRESH: &str = "/api/auth/refresh";
/// A ticket for one WebSocket.
pub const STREAM_TICKETS: &str = "/api/stream/tickets";
/// Begins single sign-on.
pub const OIDC_BEGIN: &str = "/api/auth/oidc/begin";
/// Ends it.
pub const OIDC_FINISH: &str = "/api/auth/oidc/finish";
/// Begins signing in with a passkey.
pub const PASSKEY_SIGN_IN: &str = "/api/auth/passkey";
/// Ends it.
pub const PASSKEY_SIGN_IN_FINISH: &str = "/api/auth/passkey/finish";
/// Signs in with a recovery code.
pub const RECOVERY: &str = "/api/auth/recovery";
/// A program asks for an API token.
pub const DEVICE: &str = "/api/auth/device";
/// It polls for the decision.
pub const DEVICE_TOKEN: &str = "/api/auth/device/token";
/// What the caller has to get in with.
pub const ACCOUNT: &str = "/api/account";
/// The caller's sessions: read, or end all others with DELETE.
pub const ACCOUNT_SESSIONS: &str = "/api/account/sessions";
/// One of them: end it with DELETE.
pub const ACCOUNT_SESSION: &str = "/api/account/sessions/{id}";
/// Begins enrolling a passkey.
pub const PASSKEYS: &str = "/api/account/passkeys";
/// Ends it.
pub const PASSKEYS_FINISH: &str = "/api/account/passkeys/finish";
/// One of them: rename with PATCH, remove with DELETE.
pub const PASSKEY: &str = "/api/account/passkeys/{id}";
/// Makes recovery codes anew.
pub const RECOVERY_CODES: &str = "/api/account/recovery-codes";
/// Begins a step-up.
pub const STEP_UP: &str = "/api/account/step-up";
/// Ends it.
pub const STEP_UP_FINISH: &str = "/api/account/step-up/finish";
/// The caller's API tokens: read, or make one.
pub const API_TOKENS: &str = "/api/account/tokens";
/// One of them: revoke it with DELETE.
pub const API_TOKEN: &str = "/api/account/tokens/{id}";
/// What a device's code asks for.
pub const DEVICE_LOOK: &str = "/api/account/devices/look";
/// Decides on it.
pub const DEVICE_DECIDE: &str = "/api/account/devices/decide";
/// Everybody, for admins.
pub const PEOPLE: &str = "/api/people";
/// One person: change with PATCH.
pub const PERSON: &str = "/api/people/{id}";
/// End all their sessions with DELETE.
pub const PERSON_SESSIONS: &str = "/api/people/{id}/sessions";
/// Invites somebody.
pub const INVITATIONS: &str = "/api/people/invitations";
/// Approvals of one proposal: read, or decide with POST.
pub const APPROVALS: &str = "/api/actions/{id}/approvals";
/// The plan with its signed approvals, to be checked offline.
pub const APPROVALS_EXPORT: &str = "/api/actions/{id}/approvals/export";
/// Takes one's own approval back.
pub const APPROVALS_REVOKE: &str = "/api/actions/{id}/approvals/revoke";
/// Asks for another plan.
pub const CHANGES: &str = "/api/actions/{id}/changes";
/// What is different from the plan that it came in place of.
pub const DIFF: &str = "/api/actions/{id}/diff";
/// What the plan would meet if it started now.
pub const COLLISIONS: &str = "/api/actions/{id}/collisions";
/// Ways to choose from: read, or choose one with POST.
pub const ALTERNATIVES: &str = "/api/actions/{id}/alternatives";
/// Whether the cluster still is as its plan relies on.
pub const DRIFT: &str = "/api/actions/{id}/drift";
/// Confirms without the missing approvals.
pub const BREAK_GLASS: &str = "/api/actions/{id}/break-glass";
/// Looks at a broken glass afterwards.
pub const BREAK_GLASS_REVIEW: &str = "/api/actions/{id}/break-glass/review";
/// Every time that glass was broken, those that nobody looked at first.
pub const BROKEN_GLASS: &str = "/api/break-glass";
/// The policy that judges plans now.
pub const POLICY: &str = "/api/policy";
/// All its versions, the youngest first.
pub const POLICY_VERSIONS: &str = "/api/policy/versions";
/// One of them, with what it changes.
pub const POLICY_VERSION: &str = "/api/policy/versions/{number}";
/// Says what a document would change, before anybody proposes it.
pub const POLICY_CHECK: &str = "/api/policy/check";
/// Proposes a change of the policy.
pub const POLICY_PROPOSALS: &str = "/api/policy/proposals";
/// Decides on one.
pub const POLICY_APPROVALS: &str = "/api/policy/proposals/{number}/approvals";
/// Puts it into force.
pub const POLICY_CONFIRM: &str = "/api/policy/proposals/{number}/confirm";
/// Takes it back.
pub const POLICY_WITHDRAW: &str = "/api/policy/proposals/{number}/withdraw";
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
/// What every WebSocket speaks.
pub const STREAM_PROTOCOL: &str = "argus";
/// Before the ticket in the subprotocol that carries it.
pub const STREAM_TICKET_PREFIX: &str = "ticket.";
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

/// [`SCHEDULE`] of one proposal.
pub fn schedule(id: ProposalId) -> String {
    SCHEDULE.replace("{id}", &id.to_string())
}

/// [`APPROVALS`] of one proposal.
pub fn approvals(id: ProposalId) -> String {
    APPROVALS.replace("{id}", &id.to_string())
}

/// [`APPROVALS_EXPORT`] of one proposal.
pub fn approvals_export(id: ProposalId) -> String {
    APPROVALS_EXPORT.replace("{id}", &id.to_string())
}

/// [`APPROVALS_REVOKE`] of one proposal.
pub fn approvals_revoke(id: ProposalId) -> String {
    APPROVALS_REVOKE.replace("{id}", &id.to_string())
}

/// [`CHANGES`] of one proposal.
pub fn changes(id: ProposalId) -> String {
    CHANGES.replace("{id}", &id.to_string())
}

/// [`DRIFT`] of one proposal.
pub fn drift(id: ProposalId) -> String {
    DRIFT.replace("{id}", &id.to_string())
}

/// [`DIFF`] of one proposal.
pub fn diff(id: ProposalId) -> String {
    DIFF.replace("{id}", &id.to_string())
}

/// [`COLLISIONS`] of one proposal.
pub fn collisions(id: ProposalId) -> String {
    COLLISIONS.replace("{id}", &id.to_string())
}

/// [`ALTERNATIVES`] of one proposal.
pub fn alternatives(id: ProposalId) -> String {
    ALTERNATIVES.replace("{id}", &id.to_string())
}

/// [`BREAK_GLASS`] of one proposal.
pub fn break_glass(id: ProposalId) -> String {
    BREAK_GLASS.replace("{id}", &id.to_string())
}

/// [`BREAK_GLASS_REVIEW`] of one proposal.
pub fn break_glass_review(id: ProposalId) -> String {
    BREAK_GLASS_REVIEW.replace("{id}", &id.to_string())
}

/// [`CANCEL`] of one proposal.
pub fn cancel(id: ProposalId) -> String {
    CANCEL.replace("{id}", &id.to_string())
}

/// [`SNAPSHOTS`] of one proposal.
pub fn snapshots(id: ProposalId) -> String {
    SNAPSHOTS.replace("{id}", &id.to_string())
}

/// [`ACTION_DRAFTING`] of one proposal.
pub fn action_drafting(id: ProposalId) -> String {
    ACTION_DRAFTING.replace("{id}", &id.to_string())
}

/// [`DRAFTING_PROVIDER_TEST`] of one provider. Names of providers are letters, digits, `_` and `-`.
pub fn drafting_provider_test(name: &str) -> String {
    DRAFTING_PROVIDER_TEST.replace("{name}", name)
}

/// A path about one version of the policy.
pub fn of_policy(path: &str, number: u32) -> String {
    path.replace("{number}", &number.to_string())
}

/// [`EXECUTION`] of one execution.
pub fn execution(id: ExecutionId) -> String {
    EXECUTION.replace("{id}", &id.to_string())
}

/// [`EVIDENCE`] of one execution.
pub fn evidence(id: ExecutionId) -> String {
    EVIDENCE.replace("{id}", &id.to_string())
}

/// [`RESOLUTION`] of one execution.
pub fn resolution(id: ExecutionId) -> String {
    RESOLUTION.replace("{id}", &id.to_string())
}

/// [`UNDO`] of one execution.
pub fn undo(id: ExecutionId) -> String {
    UNDO.replace("{id}", &id.to_string())
}

/// [`STEP_LOG`] of one step: at most `limit` lines after the first `start`.
pub fn step_log(id: ExecutionId, step: u16, start: u32, limit: u32) -> String {
    let path = STEP_LOG
        .replace("{id}", &id.to_string())
        .replace("{number}", &step.to_string());
    format!("{path}?start={start}&limit={limit}")
}

/// [`EXECUTION_STREAM`] of one execution, resuming after the given entry (0 for all).
pub fn execution_stream(id: ExecutionId, after: u64) -> String {
    format!(
        "{}?after={after}",
        EXECUTION_STREAM.replace("{id}", &id.to_string())
    )
}
