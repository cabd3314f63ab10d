//! Starting, announcing, remembering, ending.

use std::net::SocketAddr;

use argus_proxmox_sim::{Announcement, Error, Options, Scenario, Simulator};

use crate::{Lab, body, trusting};

#[tokio::test]
async fn what_it_announces_is_true() {
    let lab = Lab::start().await;
    let text = std::fs::read(lab.dir.path().join("sim.json")).unwrap();
    let announced: Announcement = serde_json::from_slice(&text).unwrap();
    assert_eq!(&announced, lab.sim.announcement());
    assert_eq!(announced.tokens.len(), 4);
    assert!(lab.get("version").send().await.is_ok());
}

#[tokio::test]
async fn the_state_survives_a_restart_and_a_task_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let options = || Options {
        state_file: Some(dir.path().join("state.json")),
        ..Options::new(dir.path(), Scenario::lab())
    };
    let sim = Simulator::start(options()).await.unwrap();
    let url = format!("{}/nodes/pve1/qemu/101/snapshot", sim.api_url());
    trusting(&sim)
        .post(url)
        .header(
            "Authorization",
            format!("PVEAPIToken={}", sim.token("ops").unwrap()),
        )
        .json(&serde_json::json!({ "snapname": "kept" }))
        .send()
        .await
        .unwrap();
    let fingerprint = sim.fingerprint().to_owned();
    sim.stop().await;
    let sim = Simulator::start(options()).await.unwrap();
    assert_eq!(sim.fingerprint(), fingerprint);
    assert_eq!(sim.tasks().len(), 1);
    sim.advance(10_000);
    assert_eq!(sim.guest(101).unwrap().snapshots, ["kept"]);
    sim.stop().await;
}

#[tokio::test]
async fn a_state_file_that_is_none_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("state.json");
    std::fs::write(&file, "{}").unwrap();
    let started = Simulator::start(Options {
        state_file: Some(file),
        ..Options::new(dir.path(), Scenario::lab())
    })
    .await;
    assert!(matches!(started, Err(Error::State(..))));
}

#[tokio::test]
async fn a_control_port_for_everybody_and_a_standing_clock_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let open = Options {
        control: SocketAddr::from(([0, 0, 0, 0], 0)),
        ..Options::new(dir.path(), Scenario::lab())
    };
    assert!(matches!(
        Simulator::start(open).await,
        Err(Error::ControlNotLocal(_))
    ));
    let still = Options::new(dir.path(), Scenario::lab()).speed(0.0);
    assert!(matches!(
        Simulator::start(still).await,
        Err(Error::Speed(_))
    ));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let lab = Lab::start().await;
    let address = lab
        .sim
        .control_url()
        .trim_start_matches("http://")
        .to_owned();
    let dir = tempfile::tempdir().unwrap();
    let second = Options {
        listen: address.parse().unwrap(),
        ..Options::new(dir.path(), Scenario::lab())
    };
    assert!(matches!(
        Simulator::start(second).await,
        Err(Error::Port(..))
    ));
}

#[tokio::test]
async fn two_simulators_do_not_trust_each_other() {
    let lab = Lab::start().await;
    let dir = tempfile::tempdir().unwrap();
    let other = Simulator::start(Options::new(dir.path(), Scenario::solo()))
        .await
        .unwrap();
    let url = format!("{}/version", other.api_url());
    let crossed = lab.client.get(&url).send().await;
    assert!(crossed.is_err_and(|e| e.is_connect()));
    let token = other.token("solo").unwrap().to_owned();
    let answer = trusting(&other)
        .get(&url)
        .header("Authorization", format!("PVEAPIToken={token}"))
        .send()
        .await
        .unwrap();
    assert_eq!(body(answer).await["data"]["release"], "8.4");
}

#[tokio::test]
async fn a_thousand_guests_are_served() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = Scenario::generated(1_000, 8).unwrap();
    let sim = Simulator::start(Options::new(dir.path(), scenario).speed(100.0))
        .await
        .unwrap();
    let answer = trusting(&sim)
        .get(format!("{}/cluster/resources?type=vm", sim.api_url()))
        .header(
            "Authorization",
            format!("PVEAPIToken={}", sim.token("ops").unwrap()),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(body(answer).await["data"].as_array().unwrap().len(), 1_000);
}
