//! What somebody should look at reaches them: the shipped rules, in a real Prometheus and a real Alertmanager.

use argus_api::auth_event::Alert;
use argus_proxmox_sim::Scenario;
use argus_types::paths;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, reqwest_client, text};
use crate::break_glass::break_glass;
use crate::cast::{ADA, OTTO, hard_stop};
use crate::monitoring::{Monitoring, RULES, free_address, promtool};

const REASON: &str = "the storage is on fire and nobody answers";

#[test]
fn the_rules_are_sound_and_fire_on_what_they_are_for_and_on_nothing_else() {
    promtool(&["check", "rules", "argus.rules.yml"]);
    promtool(&[
        "test",
        "rules",
        "argus.rules.test.yml",
        "argus.rules.days.test.yml",
    ]);
}

#[test]
fn every_event_to_look_at_has_a_rule_and_every_rule_a_test_and_a_page() {
    let read = |path: &str| {
        std::fs::read_to_string(format!("{RULES}/{path}")).expect("a file of the repository")
    };
    let rules = read("argus.rules.yml");
    let tests = read("argus.rules.test.yml") + &read("argus.rules.days.test.yml");
    let manual = read("../../docs/operations.md");
    for alert in Alert::ALL {
        let selector = format!("argus_alerts_total{{alert=\"{}\"}}", alert.as_str());
        assert!(rules.contains(&selector), "no rule for {alert:?}");
    }
    let named = |mark: &str| -> Vec<String> {
        let lines = rules.lines().filter_map(|line| line.split_once(mark));
        lines.map(|(_, rest)| rest.trim().to_owned()).collect()
    };
    let names = named("- alert: ");
    assert!(names.len() > Alert::ALL.len(), "{names:?}");
    for name in &names {
        assert!(tests.contains(&format!("alertname: {name}\n")), "{name}");
        assert!(manual.contains(&format!("| `{name}` |")), "{name}");
    }
    let pages = named("runbook: docs/operations.md#");
    assert_eq!(pages.len(), names.len(), "each says what to do");
    for anchor in pages {
        let found = manual.lines().any(|line| {
            let title = line.trim_start_matches('#');
            title != line && title.trim().to_lowercase().replace(' ', "-") == anchor
        });
        assert!(found, "docs/operations.md has no heading {anchor}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_glass_and_a_burst_of_failing_sign_ins_are_told_without_a_secret() {
    let exporter = free_address();
    let app = App::with(Scenario::lab(), 20.0, |config| {
        config.metrics_listen = Some(exporter);
    })
    .await;
    let mut monitoring = Monitoring::start(exporter).await;
    monitoring.sees("argus_break_glass_open", "0").await;
    monitoring.sees("argus_sign_ins_refused_total", "0").await;
    assert_eq!(monitoring.firing().await, [""; 0]);

    app.change(ADA, "break_glass = true").await;
    let (otto, ada) = (app.sign_in_as(OTTO).await, app.sign_in_as(ADA).await);
    let proposal = otto.propose(hard_stop()).await;
    let (status, confirmed) = break_glass(&app, &ada, &proposal, REASON).await;
    assert_eq!(status, 202, "{confirmed:#}");
    let glass = monitoring.told().await;
    assert_told(&glass, "ArgusBreakGlass", "critical");

    for _ in 0..40 {
        let refused = app
            .anonymous(Method::POST, paths::SIGN_IN_LINK)
            .json(&json!({ "token": "A".repeat(43) }))
            .send()
            .await;
        let status = refused.expect("an answer").status().as_u16();
        assert!((400..500).contains(&status), "{status}");
    }
    let burst = monitoring.told().await;
    assert_told(&burst, "ArgusSignInBurst", "warning");

    let exported = reqwest_client()
        .get(format!("http://{exporter}/metrics"))
        .send()
        .await;
    let exported = exported.expect("an answer").text().await.expect("text");
    let cluster = app.simulator.token("ops").expect("a token");
    let tokens = ada.cookie().split("; ").chain(otto.cookie().split("; "));
    let secrets = tokens
        .map(|pair| pair.split_once('=').expect("a pair").1)
        .chain([
            cluster.rsplit_once('=').expect("a secret").1,
            "0123456789abcdef-0123456789abcdef",
            ada.session.csrf_token.as_str(),
            text(&proposal["digest"]),
        ]);
    // Nor who, what and why: those stand behind a sign-in.
    for secret in secrets.chain([REASON, "Ada", "Otto", "127.0.0.1:8006"]) {
        for said in [&glass.to_string(), &burst.to_string(), &exported] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}

/// One firing alert with its three labels, a text for people and where to read on.
fn assert_told(notification: &Value, name: &str, severity: &str) {
    let alerts = notification["alerts"].as_array().expect("alerts");
    assert_eq!(alerts.len(), 1, "{notification:#}");
    let alert = &alerts[0];
    assert_eq!(alert["status"], "firing");
    let labels = json!({ "alertname": name, "severity": severity, "area": "people" });
    assert_eq!(alert["labels"], labels);
    let annotations = alert["annotations"].as_object().expect("annotations");
    let told: Vec<&str> = annotations.keys().map(String::as_str).collect();
    assert_eq!(told, ["description", "runbook", "summary"]);
}
