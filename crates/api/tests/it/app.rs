//! A whole Argus in this process: server on a free port, database of its own, simulator over HTTPS.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use argus_api::address::TrustedProxies;
use argus_api::clock::{Clock, SystemClock};
use argus_api::config::{Config, Drafting, HOME_LAB_POLICY, Profile, TrustSource};
use argus_api::limits::AddressLimit;
use argus_api::server::Server;
use argus_api::session::Lifetimes;
use argus_executor::Pace;
use argus_proxmox::{Endpoint, Token};
use argus_proxmox_sim::{Handle, Options, Scenario, Simulator};
use argus_store::testing::TestDatabase;
use argus_types::Timestamp;
use argus_types::paths;
use argus_types::person::{Role, Session};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The origin that the server takes for its own page's.
pub const ORIGIN: &str = "http://localhost:8090";
/// How much faster than real time the simulated cluster lives.
const SPEED: f64 = 20.0;
/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(40);

/// Argus with its database and its cluster.
pub struct App {
    pub simulator: Handle,
    pub database: TestDatabase,
    pub config: Config,
    /// What Argus takes for the time.
    pub clock: ManualClock,
    base: String,
    stop: CancellationToken,
    served: JoinSet<anyhow::Result<()>>,
    _folder: tempfile::TempDir,
}

/// A browser with a session.
pub struct Actor {
    base: String,
    http: reqwest::Client,
    cookie: String,
    /// What the page's address is; another one is refused.
    pub origin: String,
    pub session: Session,
}

impl App {
    /// The demo's cluster.
    pub async fn start() -> Self {
        Self::with(Scenario::lab(), SPEED, |_| {}).await
    }

    /// Another cluster, speed or configuration.
    pub async fn with(scenario: Scenario, speed: f64, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let options = Options::new(folder.path(), scenario).speed(speed);
        let simulator = Simulator::start(options).await.expect("the simulator");
        let database = TestDatabase::create().await;
        let mut config = config(&simulator, &database);
        change(&mut config);
        let clock = ManualClock::default();
        let (base, stop, served) = serve(&config, &clock).await;
        let app = Self {
            simulator,
            database,
            config,
            clock,
            base,
            stop,
            served,
            _folder: folder,
        };
        app.until_ready().await;
        app
    }

    /// Ends the server as SIGTERM does, and starts another one on the same database and cluster.
    pub async fn restart(&mut self) {
        self.stop.cancel();
        let served = self.served.join_next().await.expect("a server");
        served.expect("no panic").expect("a clean end");
        let (base, stop, served) = serve(&self.config, &self.clock).await;
        self.base = base;
        self.stop = stop;
        self.served = served;
        self.until_ready().await;
    }

    /// Ends the server and leaves database and cluster as they are.
    pub async fn stop_serving(&self) {
        self.stop.cancel();
        let url = format!("{}{}", self.base, paths::HEALTH_LIVE);
        let http = reqwest_client();
        eventually("the server has ended", async || {
            http.get(&url).send().await.is_err().then_some(())
        })
        .await;
    }

    async fn until_ready(&self) {
        let http = reqwest_client();
        let url = format!("{}{}", self.base, paths::HEALTH_READY);
        eventually("argus is ready", async || {
            let answer = http.get(&url).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }

    /// A request without a session.
    pub fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        reqwest_client()
            .request(method, format!("{}{path}", self.base))
            .header("origin", ORIGIN)
    }

    /// Signs one of the seeded people in.
    pub async fn sign_in(&self, role: Role) -> Actor {
        let ways: Value = json_of(
            self.anonymous(Method::GET, paths::SIGN_IN_WAYS)
                .send()
                .await,
        )
        .await;
        let person = ways["demo_people"]
            .as_array()
            .expect("seeded people")
            .iter()
            .find(|person| person["role"] == role.as_str())
            .expect("one of each role");
        let answer = self
            .anonymous(Method::POST, paths::SIGN_IN_DEMO)
            .json(&json!({ "person": person["id"] }))
            .send()
            .await
            .expect("an answer");
        self.actor(answer).await
    }

    /// The session that a sign-in's answer opens.
    pub async fn actor(&self, answer: Response) -> Actor {
        Actor::of(&self.base, answer).await
    }

    /// The address of a WebSocket.
    pub fn socket_url(&self, path: &str) -> String {
        format!("{}{path}", self.base.replace("http://", "ws://"))
    }

    /// Tasks that the cluster really made, by type and vmid.
    pub fn tasks(&self, kind: &str, vmid: u32) -> usize {
        let tasks = self.simulator.tasks();
        tasks
            .iter()
            .filter(|task| task.kind == kind && task.vmid == Some(vmid))
            .count()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Actor {
    /// The session that a sign-in's answer opens, with the API at `base`.
    pub async fn of(base: &str, answer: Response) -> Self {
        assert_eq!(answer.status(), StatusCode::OK);
        Self {
            base: base.to_owned(),
            http: reqwest_client(),
            cookie: cookies_of(&answer),
            origin: ORIGIN.to_owned(),
            session: answer.json().await.expect("a session"),
        }
    }

    /// A request as the page makes it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let is_unsafe = method != Method::GET;
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header("cookie", &self.cookie);
        if !is_unsafe {
            return request;
        }
        request
            .header("origin", &self.origin)
            .header(paths::CSRF_HEADER, &self.session.csrf_token)
            .header(
                paths::IDEMPOTENCY_KEY_HEADER,
                SystemClock.new_id().to_string(),
            )
    }

    /// The cookie, for a WebSocket.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Takes the tokens of the answer to a refresh.
    pub async fn refreshed(&mut self, answer: Response) {
        assert_eq!(answer.status(), StatusCode::OK);
        self.cookie = cookies_of(&answer);
        self.session = answer.json().await.expect("a session");
    }

    /// The headers that open one of Argus' WebSockets, with a fresh ticket.
    pub async fn socket_headers(&self) -> Vec<(&'static str, String)> {
        let answer = self
            .request(Method::POST, paths::STREAM_TICKETS)
            .send()
            .await;
        let ticket = json_of(answer).await;
        vec![
            ("cookie", self.cookie.clone()),
            ("origin", self.origin.clone()),
            (
                "sec-websocket-protocol",
                format!("argus, ticket.{}", text(&ticket["ticket"])),
            ),
        ]
    }

    /// Reads JSON.
    pub async fn get(&self, path: &str) -> Value {
        json_of(self.request(Method::GET, path).send().await).await
    }

    /// Sends JSON; gives status and body.
    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let answer = self
            .request(Method::POST, path)
            .json(body)
            .send()
            .await
            .expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    /// Asks for a change that must be plannable; gives the proposal.
    pub async fn propose(&self, input: Value) -> Value {
        let (status, body) = self.post(paths::PROPOSALS, &input).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["proposal"].clone()
    }

    /// Confirms a proposal as it was read; a snapshot decision is made where one is asked for.
    pub async fn confirm(&self, proposal: &Value) -> Value {
        let mut body = json!({ "digest": proposal["digest"] });
        if proposal["risk"]["level"] != "low" {
            body["without_snapshot"] = "this is a test".into();
        }
        let path = format!("/api/actions/{}/confirm", text(&proposal["id"]));
        let (status, body) = self.post(&path, &body).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{body}");
        body["execution"].clone()
    }

    /// The execution once it has come to its end.
    pub async fn finished(&self, execution: &Value) -> Value {
        let path = format!("/api/executions/{}", text(execution));
        eventually("the execution has come to its end", async || {
            let execution = self.get(&path).await;
            let over = !matches!(text(&execution["state"]), "running" | "stopping");
            over.then_some(execution)
        })
        .await
    }
}

/// What a browser would send back of the cookies that an answer sets.
pub fn cookies_of(answer: &Response) -> String {
    let pairs: Vec<&str> = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next())
        .collect();
    assert!(!pairs.is_empty(), "the answer sets no cookie");
    pairs.join("; ")
}

/// The value of one of the cookies of a browser.
pub fn cookie_named(cookies: &str, name: &str) -> String {
    let mut pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(one, _)| *one == name);
    found.expect("a cookie of this name").1.to_owned()
}

/// The machine's clock, moved by as much as a test likes.
#[derive(Clone, Default)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Moves it on, or back.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        SystemClock
            .now()
            .plus_seconds(self.0.load(Ordering::SeqCst))
    }

    fn new_id(&self) -> uuid::Uuid {
        SystemClock.new_id()
    }
}

/// Every answer carries the headers that tell a browser what not to do with it.
pub fn assert_secured(answer: &Response, what: &str) {
    for name in [
        "x-content-type-options",
        "x-frame-options",
        "content-security-policy",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "x-request-id",
    ] {
        assert!(answer.headers().contains_key(name), "{what}: {name}");
    }
}

/// Waits for `look` to find something; fails with `what` after a while.
pub async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "it did not come true that {what}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The text of a JSON string.
pub fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// The configuration of an Argus in the demo profile for one simulated cluster.
pub fn config(simulator: &Handle, database: &TestDatabase) -> Config {
    let announcement = simulator.announcement();
    let token = simulator.token("ops").or_else(|| simulator.token("solo"));
    let token = Token::parse(token.expect("a token that may do things")).expect("a token");
    Config {
        profile: Profile::Demo,
        listen: ([127, 0, 0, 1], 0).into(),
        metrics_listen: None,
        public_origin: ORIGIN.to_owned(),
        providers: Vec::new(),
        drafting: Drafting::by_rules_alone(),
        trusted_proxies: TrustedProxies::default(),
        lifetimes: Lifetimes::default(),
        sign_in_limit: AddressLimit {
            burst: 10_000,
            every_s: 1,
        },
        page_dir: None,
        cluster: "lab".parse().expect("an id"),
        poll_interval_s: 1,
        stale_after_s: 30,
        first_policy: HOME_LAB_POLICY.to_owned(),
        endpoint: Endpoint::parse(&announcement.api_url).expect("an address"),
        token: token.clone(),
        read_token: token,
        danger_token: None,
        manage_token: None,
        trust: TrustSource::CaFile(PathBuf::from(&announcement.ca_file)),
        database_url: database.secret_url(),
        session_secret: "0123456789abcdef-0123456789abcdef".to_owned().into(),
        pace: Pace::scaled(1.0 / SPEED),
    }
}

async fn serve(
    config: &Config,
    clock: &ManualClock,
) -> (String, CancellationToken, JoinSet<anyhow::Result<()>>) {
    let clock = Arc::new(clock.clone());
    let server = Server::prepare_by(config, clock).await.expect("a server");
    let base = format!("http://{}", server.address().expect("an address"));
    let stop = server.stopper();
    let mut tasks = JoinSet::new();
    tasks.spawn(server.serve());
    (base, stop, tasks)
}

pub fn reqwest_client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(plain_tls())
        .no_proxy()
        .build()
        .expect("an HTTP client")
}

/// Plain HTTP is all that is spoken here, but the client wants a TLS set-up.
fn plain_tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

async fn json_of(answer: reqwest::Result<Response>) -> Value {
    let answer = answer.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.expect("JSON")
}
