//! The real process: started by its environment alone, killed in the middle, asked on the shell.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use argus_proxmox_sim::{Handle, Options, Scenario, Simulator};
use argus_store::testing::TestDatabase;
use argus_types::paths;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::app::{Actor, eventually, reqwest_client, text};

/// A machine on which Argus is installed, with a cluster and a database in reach.
struct Machine {
    simulator: Handle,
    database: TestDatabase,
    folder: tempfile::TempDir,
    port: u16,
}

/// A running `argus-api serve`; killed, not asked, when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already is as good.
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

impl Machine {
    async fn new(scenario: Scenario, speed: f64) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let options = Options::new(folder.path(), scenario).speed(speed);
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        std::fs::write(
            folder.path().join("argus.toml"),
            // One person does everything here.
            format!(
                "listen = \"127.0.0.1:{port}\"\n[policy]\nfile = \"{}/../../policies/home-lab.toml\"\n",
                env!("CARGO_MANIFEST_DIR")
            ),
        )
        .expect("a written file");
        Self {
            simulator: Simulator::start(options).await.expect("the simulator"),
            database: TestDatabase::create().await,
            folder,
            port,
        }
    }

    /// The API's own program, with the four variables, the database and the cluster's authority.
    fn program(&self, arguments: &[&str]) -> Command {
        let token = self
            .simulator
            .token("ops")
            .or_else(|| self.simulator.token("solo"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_argus-api"));
        command
            .env_clear()
            .env("PROXMOX_API_URL", self.simulator.api_url())
            .env("PROXMOX_API_TOKEN", token.expect("a token"))
            .env("OPENAI_API_KEY", "")
            .env("SESSION_SECRET", "0123456789abcdef-0123456789abcdef")
            .env("DATABASE_URL", self.database.secret_url().expose_secret())
            .env("PROXMOX_CA_FILE", self.simulator.ca_file())
            .args(arguments)
            .arg("--config")
            .arg(self.config());
        command
    }

    fn config(&self) -> std::path::PathBuf {
        self.folder.path().join("argus.toml")
    }

    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    async fn serve(&self) -> Running {
        let log = std::fs::File::create(self.folder.path().join("api.log")).expect("a log");
        let child = self
            .program(&["serve"])
            .stderr(log)
            .spawn()
            .expect("a process");
        let running = Running(child);
        let url = format!("{}{}", self.base(), paths::HEALTH_READY);
        let http = reqwest_client();
        eventually("the process is ready", async || {
            let answer = http.get(&url).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        running
    }

    /// Signs the first admin in by the link that `argus-api bootstrap` prints.
    async fn admin(&self) -> Actor {
        let printed = said(&run(&mut self.program(&["bootstrap", "--name", "Ada"])));
        let token = printed
            .trim()
            .rsplit_once('#')
            .expect("a link")
            .1
            .to_owned();
        let origin = format!("http://localhost:{}", self.port);
        let answer = reqwest_client()
            .post(format!("{}{}", self.base(), paths::SIGN_IN_LINK))
            .header("origin", &origin)
            .json(&json!({ "token": token }))
            .send()
            .await
            .expect("an answer");
        let mut actor = Actor::of(&self.base(), answer).await;
        actor.origin = origin;
        actor
    }
}

fn run(command: &mut Command) -> Output {
    command
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_migration_it_ends_well_with_one_task() {
    let machine = Machine::new(Scenario::lab(), 4.0).await;
    let running = machine.serve().await;
    let admin = machine.admin().await;
    let proposal = admin
        .propose(json!({ "request": "migrate web-01 to pve2" }))
        .await;
    let execution = admin.confirm(&proposal).await;
    let migrations = || {
        let tasks = machine.simulator.tasks();
        tasks
            .into_iter()
            .filter(|task| task.kind == "qmigrate")
            .collect::<Vec<_>>()
    };
    eventually("the migration runs", async || {
        migrations()
            .iter()
            .any(|task| task.status == "running")
            .then_some(())
    })
    .await;
    drop(running);
    assert_eq!(
        migrations()[0].status,
        "running",
        "it was killed in the middle"
    );
    let _running = machine.serve().await;
    let done = admin.finished(&execution).await;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(migrations().len(), 1);
    let ledger = machine.database.store().await;
    ledger
        .verify_ledger()
        .await
        .expect("readable")
        .expect("the chain holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_four_variables_and_a_ca_file_serve_another_proxmox() {
    let machine = Machine::new(Scenario::solo(), 20.0).await;
    let _running = machine.serve().await;
    let admin = machine.admin().await;
    let nodes = admin.get(paths::NODES).await;
    assert_eq!(nodes["nodes"][0]["name"], "solo");
    let ways = admin.get(paths::SIGN_IN_WAYS).await;
    assert_eq!(ways["demo_people"], json!([]), "no door of the demo");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_wrong_pin_the_token_is_not_sent_and_the_doctor_says_what_to_do() {
    let machine = Machine::new(Scenario::lab(), 20.0).await;
    let wrong = vec!["AB"; 32].join(":");
    let output = run(machine
        .program(&["doctor"])
        .env_remove("PROXMOX_CA_FILE")
        .env("PROXMOX_FINGERPRINTS", wrong));
    assert!(!output.status.success());
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.contains(machine.simulator.fingerprint()),
        "{printed}"
    );
    assert_eq!(machine.simulator.requests().authorizations, 0);

    let healthy = said(&run(&mut machine.program(&["doctor"])));
    assert!(!healthy.contains("FAIL"), "{healthy}");
    assert!(healthy.contains("Sys.Audit on /"), "{healthy}");
    assert!(machine.simulator.requests().authorizations > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_the_configuration_is_told_at_once_without_a_secret() {
    let machine = Machine::new(Scenario::solo(), 20.0).await;
    let secret = "short-and-secret";
    let output = run(machine
        .program(&["config", "check"])
        .env("PROXMOX_API_URL", "http://pve.example")
        .env("SESSION_SECRET", secret)
        .env("PROXMOX_TLS_INSECURE", "lab"));
    assert!(!output.status.success());
    let complaint = String::from_utf8_lossy(&output.stderr);
    for place in ["PROXMOX_API_URL", "SESSION_SECRET", "PROXMOX_TLS_INSECURE"] {
        assert!(complaint.contains(place), "{place}: {complaint}");
    }
    assert!(!complaint.contains(secret), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_whole_life_holds_no_secret() {
    let machine = Machine::new(Scenario::lab(), 20.0).await;
    let running = machine.serve().await;
    let admin = machine.admin().await;
    let proposal = admin.propose(json!({ "request": "snapshot web-01" })).await;
    let execution = admin.confirm(&proposal).await;
    let done = admin.finished(&execution).await;
    assert_eq!(text(&done["state"]), "succeeded");
    drop(running);
    let log = read(&machine.folder.path().join("api.log"));
    assert!(log.lines().count() > 2);
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("one JSON object a line");
    }
    let token = machine.simulator.token("ops").expect("a token");
    let secret = token.rsplit_once('=').expect("a secret").1;
    let tokens = admin
        .cookie()
        .split("; ")
        .map(|pair| pair.split_once('=').expect("a pair").1);
    for secret in tokens.chain([
        secret,
        "0123456789abcdef-0123456789abcdef",
        &admin.session.csrf_token,
    ]) {
        assert!(!log.contains(secret));
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a log")
}
