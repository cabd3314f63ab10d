//! Two processes and many requests at once: one effect.

use std::sync::Arc;

use argus_api::server::Server;
use argus_proxmox_sim::Scenario;
use argus_types::account::StepUpAct;
use argus_types::paths;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::{Actor, App, ORIGIN, text};
use crate::cast::{ADA, OTTO, outcome};

const ROUNDS: usize = 20;
const AT_ONCE: usize = 20;

/// The same person in two browsers, each with another process before it.
struct Pair([Arc<Actor>; 2]);

async fn second_process(app: &App) -> (String, JoinSet<anyhow::Result<()>>) {
    let clock = Arc::new(app.clock.clone());
    let server = Server::prepare_by(&app.config, clock).await;
    let server = server.expect("a second process");
    let base = format!("http://{}", server.address().expect("an address"));
    let mut tasks = JoinSet::new();
    tasks.spawn(server.serve());
    (base, tasks)
}

async fn pair(app: &App, base: &str, number: u128) -> Pair {
    let first = app.sign_in_as(number).await;
    let answer = crate::app::reqwest_client()
        .request(Method::POST, format!("{base}{}", paths::SIGN_IN_DEMO))
        .header("origin", ORIGIN)
        .json(&json!({ "person": Uuid::from_u128(number) }))
        .send()
        .await
        .expect("an answer");
    Pair([Arc::new(first), Arc::new(Actor::of(base, answer).await)])
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_approvals_and_confirmations_at_once_in_two_processes_one_has_an_effect() {
    let app = App::with(Scenario::lab(), 60.0, |config| {
        config.first_policy = config.first_policy.replace("low = 0", "low = 1");
    })
    .await;
    let (base, _served) = second_process(&app).await;
    let (ada, otto) = (pair(&app, &base, ADA).await, pair(&app, &base, OTTO).await);
    for round in 0..ROUNDS {
        let proposal = otto.0[0]
            .propose(json!({ "request": "snapshot web-01" }))
            .await;
        let digest = text(&proposal["digest"]).to_owned();
        let mut step_ups = Vec::new();
        for index in 0..AT_ONCE {
            let actor = &ada.0[index % 2];
            step_ups.push(app.step_up(actor, StepUpAct::Approve, &digest).await);
        }
        let mut racing = JoinSet::new();
        for (index, step_up) in step_ups.into_iter().enumerate() {
            let (actor, proposal) = (Arc::clone(&ada.0[index % 2]), proposal.clone());
            racing.spawn(async move { actor.approve_with(&proposal, Some(step_up)).await });
        }
        assert_one(&racing.join_all().await, 200, round);

        let mut racing = JoinSet::new();
        for index in 0..AT_ONCE {
            let (actor, proposal) = (Arc::clone(&otto.0[index % 2]), proposal.clone());
            racing.spawn(async move { actor.try_confirm(&proposal).await });
        }
        let answers = racing.join_all().await;
        let won = assert_one(&answers, 202, round);
        let done = otto.0[0].finished(&won["execution"]).await;
        assert_eq!(done["state"], "succeeded", "round {round}: {done:#}");
    }
    assert_eq!(app.tasks("qmsnapshot", 101), ROUNDS);
    for (kind, each) in [("proposal.approved", 1), ("proposal.confirmed", 1)] {
        let path = "/api/ledger?limit=200";
        let mut cursor = String::new();
        let mut found = 0;
        loop {
            let page = otto.0[0].get(&format!("{path}{cursor}")).await;
            let items = page["items"].as_array().unwrap();
            found += items.iter().filter(|record| record["kind"] == kind).count();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, each * ROUNDS, "{kind}");
    }
}

/// The one answer with this status; all others are refusals.
fn assert_one(answers: &[(u16, Value)], status: u16, round: usize) -> &Value {
    let won: Vec<_> = answers.iter().filter(|answer| answer.0 == status).collect();
    assert_eq!(won.len(), 1, "round {round}: {answers:?}");
    for lost in answers.iter().filter(|answer| answer.0 != status) {
        let (code, problem) = outcome(lost);
        assert!(
            matches!(
                (code, problem),
                (403, "second_person_needed") | (409, "wrong_state")
            ),
            "round {round}: {lost:?}"
        );
    }
    &won[0].1
}
