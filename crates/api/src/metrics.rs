//! The Prometheus exporter, on its own port, away from nginx.
//!
//! Labels come from closed lists (codes, classes) and from the names of nodes and providers, never from people or guests.

use std::net::SocketAddr;

use metrics_exporter_prometheus::PrometheusBuilder;

use crate::{auth_event, limits, stream};

/// Starts the exporter and describes what it shows. Call within the runtime.
pub fn start(listen: SocketAddr) -> anyhow::Result<()> {
    PrometheusBuilder::new()
        .with_http_listener(listen)
        .install()
        .map_err(|error| anyhow::anyhow!("the metrics port {listen} cannot be used: {error}"))?;
    describe();
    auth_event::begin_at_zero();
    limits::begin_at_zero();
    argus_executor::alert::begin_at_zero();
    stream::begin_at_zero();
    Ok(())
}

fn describe() {
    metrics::describe_counter!(
        "argus_problems_total",
        "Refused or failed requests by problem code."
    );
    metrics::describe_counter!(
        "argus_collector_reads_total",
        "Reads of the cluster by outcome."
    );
    metrics::describe_gauge!(
        "argus_inventory_age_seconds",
        "Age of what Argus knows of the cluster."
    );
    metrics::describe_gauge!(
        "argus_tls_insecure",
        "1 while Proxmox's certificate is not verified."
    );
    metrics::describe_counter!(
        "argus_rate_limited_total",
        "Requests that came too often, by what they are limited by."
    );
    metrics::describe_counter!(
        "argus_auth_events_total",
        "What happened around signing in and rights, by event and class."
    );
    metrics::describe_counter!(
        "argus_sign_ins_refused_total",
        "Sign-ins that were refused."
    );
    metrics::describe_counter!("argus_alerts_total", "What somebody should look at.");
    metrics::describe_gauge!(
        "argus_access_key_age_seconds",
        "Age of the youngest key that signs access tokens."
    );
    metrics::describe_gauge!(
        "argus_access_key_max_age_seconds",
        "Age at which that key is to be replaced."
    );
    metrics::describe_gauge!("argus_emergency_stop", "1 while the emergency stop is set.");
    metrics::describe_gauge!(
        "argus_break_glass_open",
        "Plans confirmed without their approvals that nobody else has looked at."
    );
    metrics::describe_gauge!(
        "argus_executions_needing_attention",
        "Executions that wait for a person to say what became of a step."
    );
    metrics::describe_gauge!(
        "argus_node_breaker_open",
        "1 while a node that does not answer is left alone, by node."
    );
    metrics::describe_counter!(
        "argus_node_breaker_opened_total",
        "How often a node began to be left alone, by node."
    );
    metrics::describe_counter!(
        "argus_proxmox_certificate_refused_total",
        "Calls of the executor that were not made because Proxmox's certificate was refused."
    );
    metrics::describe_counter!(
        "argus_model_questions_total",
        "Questions to language models by provider and outcome."
    );
    metrics::describe_histogram!(
        "argus_model_latency_seconds",
        "Time from a question to its answer or failure, by provider."
    );
    metrics::describe_counter!(
        "argus_model_tokens_total",
        "Tokens that language models read and wrote, by provider and direction."
    );
    metrics::describe_counter!(
        "argus_model_money_millionths_total",
        "What that cost by the configured prices, in millionths, by provider."
    );
    metrics::describe_gauge!("argus_websocket_clients", "Open WebSocket connections.");
}
