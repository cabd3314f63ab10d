//! Providers as child processes: `e2e/peers/*.mjs`, run by node.

use std::{
    io::{BufRead, BufReader, Read, Seek},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use time::OffsetDateTime;

use crate::oidc::{Issuer, Provider, ProviderConfig, ProviderId};

/// Where the browser is sent back to. Nobody listens there; the browser of these tests stops before it.
pub const BACK: &str = "http://localhost:1/back";

const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/peers");

/// A running provider. It ends with this value, and with this process.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    /// What it calls itself.
    pub issuer: String,
}

impl Peer {
    /// Starts a provider that keeps to the standard, for a client at [`BACK`].
    pub fn honest(users: &Value, options: &[&str]) -> Self {
        Self::honest_for(BACK, users, options)
    }

    /// Starts a provider that keeps to the standard, for a client at `back`.
    ///
    /// # Panics
    /// Where it does not start, with what it said.
    pub fn honest_for(back: &str, users: &Value, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the users");
        let file = folder.path().join("users.json");
        std::fs::write(&file, users.to_string()).expect("the users are written");
        let mut all = vec!["--redirect-uri", back, "--users", path(&file)];
        all.extend_from_slice(options);
        Self::start("honest-provider.mjs", &all)
    }

    /// Starts a provider that lies on request.
    pub fn hostile() -> Self {
        Self::start("hostile-provider.mjs", &[])
    }

    fn start(script: &str, options: &[&str]) -> Self {
        let mut complaints = tempfile::tempfile().expect("a file for what it complains about");
        let mut child = Command::new("node")
            .current_dir(PEERS)
            .args([script, "--with-stdin"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints.try_clone().expect("a second handle"))
            .spawn()
            .expect("node runs; `cargo xtask setup` installs it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output is piped"))
            .read_line(&mut line)
            .expect("its output is text");
        let Ok(ready) = serde_json::from_str::<Value>(&line) else {
            let mut said = String::new();
            complaints.rewind().expect("the file has a beginning");
            complaints
                .read_to_string(&mut said)
                .expect("what it complains about is text");
            panic!("{script} did not start; `cargo xtask setup` installs its packages:\n{said}");
        };
        let issuer = ready["issuer"].as_str().expect("its issuer").to_owned();
        Self { child, issuer }
    }

    /// What Argus is told about it: a public client at [`BACK`] with every claim.
    ///
    /// # Panics
    /// Never: the peer's own address is an issuer.
    pub fn config(&self) -> ProviderConfig {
        ProviderConfig {
            id: ProviderId::parse("idp").expect("an id"),
            name: "Test provider".to_owned(),
            issuer: Issuer::parse(&self.issuer).expect("an issuer"),
            client_id: "argus".to_owned(),
            client_secret: None,
            ca_file: None,
            scopes: ["profile", "email", "groups"].map(str::to_owned).to_vec(),
            redirect_uri: BACK.parse().expect("an address"),
            groups_claim: "groups".to_owned(),
            person_claim: Some("employee_id".to_owned()),
            name_claim: "name".to_owned(),
        }
    }

    /// The client for it.
    ///
    /// # Panics
    /// Never: the configuration is usable.
    pub fn provider(&self) -> Provider {
        Provider::new(self.config()).expect("a usable configuration")
    }

    /// Ends it, as if its machine had lost power.
    ///
    /// # Panics
    /// Where it cannot be ended.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be ended");
        self.child.wait().expect("it ended");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended before, which is no reason to fail while another failure unwinds.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The present: peers have no manual clock.
pub fn now() -> OffsetDateTime {
    OffsetDateTime::from(std::time::SystemTime::now())
}

/// A path as an argument.
///
/// # Panics
/// Where it is not text.
pub fn path(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}
