//! The simulator from outside: over TLS, with a client that trusts its authority.

mod faults;
mod lifetime;
mod node_calls;
mod storages;
mod transport;

use std::time::Duration;

use argus_proxmox_sim::{Fault, Handle, Options, Scenario, Simulator};
use reqwest::{Certificate, Client, RequestBuilder, Response};
use serde_json::Value;
use tempfile::TempDir;

/// A running simulator and a client that knows how to reach it.
struct Lab {
    sim: Handle,
    client: Client,
    dir: TempDir,
}

impl Lab {
    /// Without the waiting that Proxmox imposes.
    async fn start() -> Self {
        Self::with(|scenario| {
            scenario.transport.auth_delay_ms = 0;
            scenario.transport.proxy_cut_ms = 100;
        })
        .await
    }

    async fn with(change: impl FnOnce(&mut Scenario)) -> Self {
        let mut scenario = Scenario::lab();
        change(&mut scenario);
        let dir = tempfile::tempdir().expect("a scratch folder can be made");
        let sim = Simulator::start(Options::new(dir.path(), scenario))
            .await
            .expect("free ports are there");
        let client = trusting(&sim);
        Self { sim, client, dir }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.sim.api_url())
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client
            .get(self.url(path))
            .header("Authorization", self.authorization())
    }

    fn post(&self, path: &str, form: &'static str) -> RequestBuilder {
        self.client
            .post(self.url(path))
            .header("Authorization", self.authorization())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form)
    }

    fn authorization(&self) -> String {
        let token = self.sim.token("ops").expect("the lab has this token");
        format!("PVEAPIToken={token}")
    }

    /// A fault out of the JSON that the control port takes.
    fn fault(&self, text: &str) {
        let fault: Fault = serde_json::from_str(text).expect("the fault is well formed");
        self.sim.fault(fault).expect("the fault is taken");
    }
}

/// A client that trusts the simulator's authority and nobody else.
fn trusting(sim: &Handle) -> Client {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let pem = std::fs::read(sim.ca_file()).expect("the authority's file is there");
    Client::builder()
        .tls_certs_only([Certificate::from_pem(&pem).expect("the file is PEM")])
        .timeout(Duration::from_secs(20))
        .build()
        .expect("the client can be built")
}

/// The reason phrase as it stood in the status line.
fn reason(response: &Response) -> String {
    response
        .extensions()
        .get::<hyper::ext::ReasonPhrase>()
        .map_or_else(
            || {
                response
                    .status()
                    .canonical_reason()
                    .unwrap_or_default()
                    .to_owned()
            },
            |reason| String::from_utf8_lossy(reason.as_bytes()).into_owned(),
        )
}

async fn body(response: Response) -> Value {
    response.json().await.expect("the body is JSON")
}
