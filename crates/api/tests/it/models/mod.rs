//! Drafting with a language model: what is sent and kept, and that nothing but a draft comes of what it says.

mod bad_providers;
mod canaries;
mod kept;
mod people;
mod stand_in;
mod suspects;

use argus_proxmox_sim::Scenario;
use argus_types::paths;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{Actor, App};
use stand_in::StandIn;

/// Words that the rules leave open and that are about web-01.
const REQUEST: &str = "snapshot web-01 because reasons";

/// An Argus that asks this provider, with plenty of tokens.
async fn asking(provider: &StandIn) -> App {
    let drafting = provider.drafting(&[], 10_000_000);
    App::with(Scenario::lab(), 20.0, |config| config.drafting = drafting).await
}

/// Writes notes to web-01, as somebody in the cluster might.
async fn note(operator: &Actor, notes: &str) {
    let action = json!({
        "action": "guest.config.set",
        "target": {"kind": "qemu", "vmid": 101},
        "set": {"description": notes},
    });
    let proposal = operator
        .propose(json!({ "draft": {"actions": [action]} }))
        .await;
    let execution = operator.confirm(&proposal).await;
    let ended = operator.finished(&execution).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
}

/// The request in words.
fn words() -> Value {
    json!({ "request": REQUEST })
}

/// Asks, to be told stage by stage.
async fn ask_in_lines(operator: &Actor, body: &Value) -> Response {
    operator
        .request(Method::POST, paths::PROPOSALS)
        .header("accept", "application/x-ndjson")
        .json(body)
        .send()
        .await
        .expect("an answer")
}
