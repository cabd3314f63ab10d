//! The program itself: its one line, its files, and how it ends when it is told to.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use argus_proxmox_sim::Announcement;

fn start(dir: &Path, more: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_proxmox-sim"))
        .arg("--dir")
        .arg(dir)
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is built with its tests");
    let mut line = String::new();
    let output = child.stdout.as_mut().expect("its output is piped");
    BufReader::new(output)
        .read_line(&mut line)
        .expect("its output is text");
    (child, line)
}

/// Asks it to end, and answers whether it ended well.
fn terminate(mut child: Child) -> bool {
    let asked = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .expect("there is a kill command");
    let ended = child.wait().expect("it is our child");
    asked.success() && ended.success()
}

#[test]
fn it_says_where_it_is_and_ends_well_with_its_state_written() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state.json");
    let state_text = state.to_str().unwrap();
    let (child, line) = start(dir.path(), &["--state", state_text]);
    let announced = std::fs::read(dir.path().join("sim.json")).unwrap();
    let announced: Announcement = serde_json::from_slice(&announced).unwrap();
    assert!(line.contains(&announced.api_url), "{line}");
    assert!(line.contains(&announced.fingerprint), "{line}");
    assert!(terminate(child));
    assert!(state.exists());
    let (again, line) = start(dir.path(), &["--state", state_text]);
    assert!(
        line.contains(&announced.fingerprint),
        "the certificate stays"
    );
    assert!(terminate(again));
}

#[test]
fn it_makes_a_cluster_of_any_size() {
    let dir = tempfile::tempdir().unwrap();
    let (child, line) = start(dir.path(), &["--guests", "200", "--nodes", "5"]);
    assert!(line.starts_with("proxmox-sim https://127.0.0.1:"), "{line}");
    assert!(terminate(child));
}

#[test]
fn it_refuses_what_it_cannot_do_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    for (wrong, reason) in [
        (["--scenario", "/nowhere.toml"], "/nowhere.toml"),
        (["--speed", "0"], "speed"),
        (["--control", "0.0.0.0:0"], "loopback"),
    ] {
        let (mut child, line) = start(dir.path(), &wrong);
        assert!(!child.wait().unwrap().success());
        let mut said = String::new();
        child.stderr.unwrap().read_to_string(&mut said).unwrap();
        assert!(line.is_empty() && said.contains(reason), "{said}");
    }
}
