//! One provider: the only way from a prompt to the network and back.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use super::answer::{Answer, Usage};
use super::breaker::{Breaker, Turn};
use super::exchange::{Asked, Exchange, Sealed};
use super::failure::Failure;
use super::formats::{Read, Thinking, ollama, request_id};
use super::prompt::{Model, Prompt};
use super::retry;
use super::settings::{Format, Settings, SetupError};
use super::transport::Transport;

/// A configured provider. It keeps whether its provider answers; there is one of it for each.
pub struct Provider {
    settings: Settings,
    transport: Transport,
    breaker: Breaker,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("name", &self.settings.name)
            .field("format", &self.settings.format)
            .field("model", &self.settings.model)
            .finish_non_exhaustive()
    }
}

impl Provider {
    /// Checks the settings and builds a client. Opens no connection.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        Ok(Self {
            transport: Transport::new(&settings, settings.format.path())?,
            settings,
            breaker: Breaker::default(),
        })
    }

    /// What it is configured as, but for the key.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// The model.
    pub fn model(&self) -> &str {
        &self.settings.model
    }

    /// Whether nothing that is sent to it leaves our own network.
    pub fn is_local(&self) -> bool {
        self.settings.is_local
    }

    /// How its schema is to be put.
    pub fn rendering(&self) -> crate::wire::Rendering {
        self.settings.rendering
    }

    /// How long it is left alone from now on, where it is.
    pub fn is_left_alone(&self) -> Option<Duration> {
        self.breaker.is_left_alone(Instant::now())
    }

    /// The body that asking begins with, to the byte: for whoever records or shows it before it leaves.
    pub fn seal(&self, prompt: &Prompt) -> Sealed {
        self.write(prompt, Thinking::Off)
    }

    /// The most tokens that asking can take. A token is at least one byte of the request, and Ollama may be asked twice.
    pub fn worst(&self, prompt: &Prompt) -> Usage {
        let once = Usage {
            input: self.seal(prompt).bytes().len() as u64,
            output: u64::from(self.settings.max_output_tokens),
        };
        match self.settings.format {
            Format::Ollama => once.and(once),
            _ => once,
        }
    }

    fn write(&self, prompt: &Prompt, thinking: Thinking) -> Sealed {
        self.settings.format.write(&self.settings, prompt, thinking)
    }

    async fn question(&self, prompt: &Prompt, exchanges: &mut Vec<Exchange>) -> Outcome {
        let end = Instant::now() + self.settings.limits.total;
        let body = self.write(prompt, Thinking::Off);
        let first = self.attempts(&body, end, exchanges).await;
        match &first.result {
            Ok(read)
                if self.settings.format == Format::Ollama && ollama::ignored_the_schema(read) =>
            {
                let spent = read.usage;
                tracing::debug!(
                    provider = self.name(),
                    "the schema was ignored, asking without a word about thinking"
                );
                let body = self.write(prompt, Thinking::Unsaid);
                let mut second = self.attempts(&body, end, exchanges).await;
                second.usage = Usage::together(spent, second.usage);
                second
            }
            _ => first,
        }
    }

    /// Sends until there is an answer, or a failure that another attempt would not mend.
    async fn attempts(
        &self,
        body: &Sealed,
        end: Instant,
        exchanges: &mut Vec<Exchange>,
    ) -> Outcome {
        let mut attempt = 1;
        loop {
            let tried = self.attempt(body, end, exchanges).await;
            let Err(failure) = &tried.outcome.result else {
                return tried.outcome;
            };
            let is_last =
                attempt == retry::MOST_ATTEMPTS || !retry::is_worth_it(failure, tried.status);
            let base = self.settings.limits.pause;
            let wait = retry::pause(
                attempt,
                retry::asked_for(&tried.headers),
                base,
                rand::random(),
            );
            match wait.filter(|wait| !is_last && Instant::now() + *wait < end) {
                None => return tried.outcome,
                Some(wait) => {
                    let reason = failure.reason();
                    tracing::debug!(
                        provider = self.name(),
                        reason,
                        attempt,
                        ?wait,
                        "asking again"
                    );
                    tokio::time::sleep(wait).await;
                }
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, body: &Sealed, end: Instant, exchanges: &mut Vec<Exchange>) -> Tried {
        let begin = Instant::now();
        let left = end.saturating_duration_since(begin);
        let sent = self.transport.post(body.bytes().clone(), left).await;
        let latency = begin.elapsed();
        let mut exchange = Exchange {
            provider: self.settings.name.clone(),
            sent: body.clone(),
            status: None,
            received: None,
            request_id: None,
            latency,
        };
        match sent {
            Err(broken) => {
                exchange.status = broken.status;
                // Without a connection nothing left.
                if !matches!(broken.failure, Failure::NotConnected(_)) {
                    exchanges.push(exchange);
                }
                Tried {
                    status: broken
                        .status
                        .and_then(|status| StatusCode::from_u16(status).ok()),
                    headers: HeaderMap::new(),
                    outcome: Outcome::failed(broken.failure),
                }
            }
            Ok(received) => {
                exchange.status = Some(received.status.as_u16());
                exchange.received = Some(Sealed::new(received.body.clone()));
                exchange.request_id = request_id(&received.headers);
                let result = self.settings.format.read(&self.settings, &received);
                let usage = result.as_ref().ok().and_then(|read| read.usage);
                let request_id = exchange.request_id.clone();
                exchanges.push(exchange);
                Tried {
                    status: Some(received.status),
                    headers: received.headers,
                    outcome: Outcome {
                        result,
                        usage,
                        request_id,
                        latency,
                    },
                }
            }
        }
    }

    fn note(&self, turn: Turn<'_>, outcome: &Outcome) {
        let provider = self.name();
        match &outcome.result {
            Err(failure) if failure.is_silence() => {
                if turn.silent(Instant::now()) {
                    let reason = failure.reason();
                    tracing::warn!(target: "argus::event", kind = "provider_silent", provider, reason, "the provider does not answer and is left alone for a while");
                }
            }
            _ => {
                if turn.answered() {
                    tracing::info!(target: "argus::event", kind = "provider_answers", provider, "the provider answers again");
                }
            }
        }
    }
}

impl Model for Provider {
    async fn ask(&self, prompt: &Prompt) -> Asked {
        let begin = Instant::now();
        let turn = match self.breaker.turn(begin, self.settings.limits.total / 4) {
            Ok(turn) => turn,
            Err(wait) => return Asked::not(Failure::LeftAlone { wait }),
        };
        let mut exchanges = Vec::new();
        let outcome = self.question(prompt, &mut exchanges).await;
        self.note(turn, &outcome);
        Asked {
            exchanges,
            usage: outcome.usage,
            answer: outcome.answer(),
            took: begin.elapsed(),
        }
    }
}

/// What came of one body, after its last attempt.
struct Outcome {
    result: Result<Read, Failure>,
    usage: Option<Usage>,
    request_id: Option<String>,
    latency: Duration,
}

/// What came of one attempt.
struct Tried {
    status: Option<StatusCode>,
    headers: HeaderMap,
    outcome: Outcome,
}

impl Outcome {
    fn failed(failure: Failure) -> Self {
        Self {
            result: Err(failure),
            usage: None,
            request_id: None,
            latency: Duration::ZERO,
        }
    }

    fn answer(self) -> Result<Answer, Failure> {
        let read = self.result?;
        Ok(Answer {
            text: read.text,
            usage: self.usage,
            finish: read.finish,
            request_id: self.request_id,
            latency: self.latency,
        })
    }
}
