//! A real Prometheus with the shipped rules, a real Alertmanager, and whom that tells.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;
use url::Url;

use crate::app::{eventually, reqwest_client, text};

/// The folder of the rules that are shipped.
pub const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docker/prometheus");

/// A child process of a test; killed, not asked, when it is dropped.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        // Gone already is as good.
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// Both, and the receiver of the notifications.
pub struct Monitoring {
    prometheus: String,
    notifications: UnboundedReceiver<Value>,
    _peers: [Peer; 2],
    _receiver: JoinSet<()>,
    _folder: tempfile::TempDir,
}

impl Monitoring {
    /// Watches the exporter at `exporter`, as often as Prometheus can.
    pub async fn start(exporter: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let (receiver_address, notifications, receiver) = receiver().await;
        let (alertmanager, prometheus) = (free_address(), free_address());
        let peers = [
            start_alertmanager(folder.path(), alertmanager, receiver_address),
            start_prometheus(folder.path(), prometheus, exporter, alertmanager),
        ];
        let monitoring = Self {
            prometheus: format!("http://{prometheus}"),
            notifications,
            _peers: peers,
            _receiver: receiver,
            _folder: folder,
        };
        let ready = format!("http://{alertmanager}/-/ready");
        eventually("the alertmanager is ready", async || {
            let answer = reqwest_client().get(&ready).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        monitoring
    }

    /// Waits until Prometheus knows this series with this value.
    pub async fn sees(&self, series: &str, value: &str) {
        let url = format!("{}/api/v1/query", self.prometheus);
        let url = Url::parse_with_params(&url, [("query", series)]).expect("an address");
        eventually(
            &format!("prometheus sees {series} at {value}"),
            async || {
                let answer = reqwest_client().get(url.clone()).send().await.ok()?;
                let answer: Value = answer.json().await.ok()?;
                (answer["data"]["result"][0]["value"][1] == value).then_some(())
            },
        )
        .await;
    }

    /// The alerts that Prometheus would tell.
    pub async fn firing(&self) -> Vec<String> {
        let url = format!("{}/api/v1/alerts", self.prometheus);
        let answer = reqwest_client().get(&url).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        let alerts = answer["data"]["alerts"].as_array().expect("alerts");
        let firing = alerts.iter().filter(|alert| alert["state"] == "firing");
        firing
            .map(|alert| text(&alert["labels"]["alertname"]).to_owned())
            .collect()
    }

    /// The next notification that the receiver gets.
    pub async fn told(&mut self) -> Value {
        let patience = std::time::Duration::from_secs(60);
        tokio::time::timeout(patience, self.notifications.recv())
            .await
            .expect("a notification within a minute")
            .expect("a receiver")
    }
}

/// Where notifications go, and what comes out there.
async fn receiver() -> (SocketAddr, UnboundedReceiver<Value>, JoinSet<()>) {
    let (told, notifications) = unbounded_channel();
    let app = Router::new().route(
        "/told",
        post(async move |Json(notification): Json<Value>| {
            // A test that is over listens no more.
            let _over = told.send(notification);
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut serving = JoinSet::new();
    serving.spawn(async move { axum::serve(listener, app).await.expect("a receiver") });
    (address, notifications, serving)
}

fn start_alertmanager(folder: &Path, listen: SocketAddr, receiver: SocketAddr) -> Peer {
    let config = write(
        &folder.join("alertmanager.yml"),
        &format!(
            "route: {{ receiver: test, group_by: [alertname], group_wait: 0s, group_interval: 1s }}\n\
             receivers: [{{ name: test, webhook_configs: [{{ url: 'http://{receiver}/told' }}] }}]\n"
        ),
    );
    start(
        "prometheus-alertmanager",
        folder,
        &[
            format!("--config.file={}", config.display()),
            format!("--storage.path={}", folder.join("alertmanager").display()),
            format!("--web.listen-address={listen}"),
            // Alone: it listens for no other one.
            "--cluster.listen-address=".to_owned(),
        ],
    )
}

fn start_prometheus(
    folder: &Path,
    listen: SocketAddr,
    exporter: SocketAddr,
    alertmanager: SocketAddr,
) -> Peer {
    let config = write(
        &folder.join("prometheus.yml"),
        &format!(
            "global: {{ scrape_interval: 500ms, scrape_timeout: 400ms, evaluation_interval: 500ms }}\n\
             rule_files: ['{RULES}/argus.rules.yml']\n\
             scrape_configs: [{{ job_name: argus, static_configs: [{{ targets: ['{exporter}'] }}] }}]\n\
             alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['{alertmanager}'] }}] }}] }}\n"
        ),
    );
    start(
        "prometheus",
        folder,
        &[
            format!("--config.file={}", config.display()),
            format!(
                "--storage.tsdb.path={}",
                folder.join("prometheus").display()
            ),
            format!("--web.listen-address={listen}"),
            "--rules.alert.resend-delay=2s".to_owned(),
        ],
    )
}

fn start(program: &str, folder: &Path, arguments: &[String]) -> Peer {
    let child = Command::new(program)
        .current_dir(folder)
        .args(arguments)
        .arg("--log.level=warn")
        .stdin(Stdio::null())
        .spawn()
        .expect("it runs; `cargo xtask setup` installs it");
    Peer(child)
}

fn write(path: &Path, text: &str) -> PathBuf {
    std::fs::write(path, text).expect("a written file");
    path.to_owned()
}

/// A port that nobody has.
pub fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
}

/// Has promtool look at the shipped rules; fails with its words.
pub fn promtool(arguments: &[&str]) {
    let output = Command::new("promtool")
        .current_dir(RULES)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it runs; `cargo xtask setup` installs it");
    assert!(output.status.success(), "{output:?}");
}
