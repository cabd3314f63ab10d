//! Another Proxmox than the demo's, and certificates that are not the right ones.

use argus_api::config::{Profile, TrustSource};
use argus_api::doctor::{self, State};
use argus_proxmox::PinSet;
use argus_proxmox_sim::Scenario;
use argus_types::person::Role;

use crate::app::App;

#[tokio::test(flavor = "multi_thread")]
async fn another_proxmox_is_served_by_its_ca_file() {
    let app = App::with(Scenario::solo(), 20.0, |_| {}).await;
    let viewer = app.sign_in(Role::Viewer).await;
    let nodes = viewer.get("/api/proxmox/nodes").await;
    assert_eq!(nodes["nodes"][0]["name"], "solo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_pin_is_enough_and_with_a_wrong_one_the_token_stays_here() {
    let app = App::start().await;
    let mut config = crate::app::config(&app.simulator, &app.database);
    config.profile = Profile::Production;
    let right = app.simulator.announcement().fingerprint.clone();
    config.trust = TrustSource::Pins(PinSet::parse(&right).unwrap());
    let findings = doctor::examine(&config).await;
    assert!(
        findings.iter().all(|finding| finding.state != State::Wrong),
        "{findings:#?}"
    );

    let wrong = format!("{}:00", &right[..right.len() - 3]);
    let wrong = if wrong == right {
        format!("{}:01", &right[..right.len() - 3])
    } else {
        wrong
    };
    config.trust = TrustSource::Pins(PinSet::parse(&wrong).unwrap());
    // The running Argus keeps asking with its token: only what the doctor adds counts.
    app.stop_serving().await;
    let before = app.simulator.requests().authorizations;
    let findings = doctor::examine(&config).await;
    let refused = findings
        .iter()
        .find(|finding| finding.state == State::Wrong)
        .expect("a refusal");
    assert!(refused.text.contains("certificate"), "{refused:?}");
    let remedy = refused.remedy.as_deref().unwrap();
    assert!(
        remedy.contains(&right),
        "the seen fingerprint is told: {remedy}"
    );
    assert_eq!(
        app.simulator.requests().authorizations,
        before,
        "no request carried the token"
    );
}
