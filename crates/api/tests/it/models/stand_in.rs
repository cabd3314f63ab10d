//! A provider in the form of Chat Completions, over real HTTP: it does as it is told and remembers every byte.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use argus_api::config::Drafting;
use argus_api::config::drafting::ConfiguredModel;
use argus_llm::providers::{Budget, Format, Prices, Settings};
use argus_llm::redact::{Held, Kind, Redactor};
use axum::body::{Body, Bytes};
use axum::response::Response;
use axum::{Router, routing};
use http::{HeaderMap, Uri};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What it says next.
#[derive(Debug, Clone)]
pub enum Says {
    /// An answer with this text.
    Text(String),
    /// This status with this body.
    Status(u16, String),
    /// A redirect to there.
    Redirect(String),
    /// Nothing, for ever.
    Nothing,
}

/// The provider.
pub struct StandIn {
    /// Where it is.
    pub address: SocketAddr,
    told: Arc<Told>,
    _served: JoinSet<std::io::Result<()>>,
}

#[derive(Default)]
struct Told {
    says: Mutex<VecDeque<Says>>,
    seen: Mutex<Vec<Vec<u8>>>,
    whole: Mutex<Vec<u8>>,
}

impl StandIn {
    /// Says these things in their order, and the last of them again and again.
    pub async fn start(says: impl IntoIterator<Item = Says>) -> Self {
        let told = Arc::new(Told {
            says: Mutex::new(says.into_iter().collect()),
            ..Told::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = told.clone();
        let answer = move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let state = state.clone();
            async move { state.answer(&uri, &headers, &body).await }
        };
        let app = Router::new().fallback(routing::any(answer));
        let mut served = JoinSet::new();
        served.spawn(async move { axum::serve(listener, app).await });
        Self {
            address,
            told,
            _served: served,
        }
    }

    /// What it was sent, in order.
    pub fn seen(&self) -> Vec<Vec<u8>> {
        self.told.seen.lock().expect("a lock").clone()
    }

    /// Everything that it was sent, path and headers too.
    pub fn whole(&self) -> Vec<u8> {
        self.told.whole.lock().expect("a lock").clone()
    }

    /// Argus' configuration for it alone, with these secrets known and so many tokens a day.
    pub fn drafting(&self, held: &[&str], tokens: u64) -> Drafting {
        drafting(&[self.settings("main")], held, tokens)
    }

    /// Its settings under this name.
    pub fn settings(&self, name: &str) -> Settings {
        let url = format!("http://{}/v1", self.address);
        let url = url.parse().expect("an address");
        let mut settings = Settings::new(name, Format::OpenaiChat, url, "script-1");
        settings.limits.pause = Duration::from_millis(5);
        settings.limits.total = Duration::from_secs(3);
        settings.with_key("key-of-the-stand-in-1234".into())
    }
}

impl Told {
    async fn answer(&self, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Response {
        self.seen.lock().expect("a lock").push(body.to_vec());
        {
            let mut whole = self.whole.lock().expect("a lock");
            whole.extend(uri.to_string().bytes());
            for (name, value) in headers {
                if name != http::header::AUTHORIZATION {
                    whole.extend(value.as_bytes());
                }
            }
            whole.extend(body);
        }
        let says = {
            let mut says = self.says.lock().expect("a lock");
            match says.len() {
                0 => Says::Nothing,
                1 => says[0].clone(),
                _ => says.pop_front().expect("one of several"),
            }
        };
        let json = |status: u16, body: String| {
            Response::builder()
                .status(status)
                .header("content-type", "application/json")
                .body(Body::from(body))
                .expect("a response")
        };
        match says {
            Says::Text(text) => json(200, completion(&text).to_string()),
            Says::Status(status, body) => json(status, body),
            Says::Redirect(to) => Response::builder()
                .status(307)
                .header("location", to)
                .body(Body::empty())
                .expect("a response"),
            Says::Nothing => std::future::pending().await,
        }
    }
}

/// A configuration with these providers.
pub fn drafting(settings: &[Settings], held: &[&str], tokens: u64) -> Drafting {
    let held = held.iter().map(|secret| Held {
        kind: Kind::Secret,
        secret,
    });
    Drafting {
        models: settings
            .iter()
            .map(|settings| ConfiguredModel {
                settings: settings.clone(),
                prices: Prices {
                    input: "1".parse().expect("a price"),
                    output: "2".parse().expect("a price"),
                },
            })
            .collect(),
        budget: Budget {
            tokens: Some(tokens),
            money: None,
        },
        redactor: Some(Redactor::new(held).expect("a redactor")),
        ..Drafting::by_rules_alone()
    }
}

fn completion(text: &str) -> Value {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "script-1",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    })
}

/// A plan of these steps.
pub fn plan(steps: &[Value]) -> Says {
    Says::Text(
        json!({"kind": "plan", "summary": "A snapshot.", "questions": [], "refusal": "", "steps": steps})
            .to_string(),
    )
}

/// A step about a virtual machine.
pub fn step(action: &str, vmid: u32, params: Value) -> Value {
    json!({
        "action": action,
        "target": {"kind": "qemu", "vmid": vmid},
        "params": params,
        "rationale": "the request says so",
    })
}

/// A snapshot of a virtual machine.
pub fn snapshot(vmid: u32, name: Value) -> Value {
    step(
        "guest.snapshot.create",
        vmid,
        json!({"name": name, "include_memory": null}),
    )
}
