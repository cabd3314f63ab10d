//! The Proxmox simulator, and how to reach it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::console::PATIENCE;
use crate::process::Server;
use crate::workspace;

/// `sim.json`: how to reach the simulator.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Simulated {
    /// As `PROXMOX_API_URL`.
    pub api_url: String,
    /// The control port, for faults and the truth.
    pub control_url: String,
    /// The authority that signed its certificate.
    pub ca_file: PathBuf,
    /// API tokens by their last name, as `user@realm!name=secret`.
    pub tokens: BTreeMap<String, String>,
}

impl Simulated {
    /// A token by its last name, as `user@realm!name=secret`.
    pub(super) fn token(&self, name: &str) -> Result<String> {
        self.tokens
            .get(name)
            .cloned()
            .with_context(|| format!("sim.json has no token {name}"))
    }
}

/// Starts it and waits until it says where it is.
pub(super) fn start(state: &Path, logs: &Path, speed: u32) -> Result<(Server, Simulated)> {
    let folder = state.join("simulator");
    std::fs::create_dir_all(&folder)?;
    let about = folder.join("sim.json");
    // An old one would be taken for the new process' answer.
    match std::fs::remove_file(&about) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", about.display()));
        }
        _ => {}
    }
    let mut command = Command::new(workspace::binary("proxmox-sim")?);
    command
        .args([
            "--listen",
            "127.0.0.1:0",
            "--control",
            "127.0.0.1:0",
            "--dir",
        ])
        .arg(&folder)
        .arg("--state")
        .arg(folder.join("state.json"))
        .args(["--speed", &speed.to_string()]);
    let mut server = Server::start("the simulator", &mut command, &logs.join("simulator.log"))?;
    let proxmox = server.wait_until(PATIENCE, || {
        let Ok(text) = std::fs::read_to_string(&about) else {
            return Ok(None);
        };
        // Not whole yet, if it was not written in one go.
        Ok(serde_json::from_str::<Simulated>(&text).ok())
    })?;
    Ok((server, proxmox))
}
