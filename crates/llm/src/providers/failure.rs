//! Why a provider gave no answer, and what to do about it. No text here ever holds a key.

use std::borrow::Cow;
use std::time::Duration;

use super::said::Said;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// None is configured.
    #[error("no language model is configured")]
    NoProvider,
    /// It failed too often of late; nothing was sent.
    #[error("the provider has not answered for a while and is left alone for {} s; nothing was sent", wait.as_secs().max(1))]
    LeftAlone {
        /// Until it is tried again.
        wait: Duration,
    },
    /// There is no connection; nothing was sent.
    #[error("no connection to the provider: {0}")]
    NotConnected(NoConnection),
    /// It took too long.
    #[error("the provider did not answer within {} s", limit.as_secs())]
    TimedOut {
        /// Our limit.
        limit: Duration,
    },
    /// The connection ended before the answer did.
    #[error("the connection to the provider broke before the answer was complete")]
    ConnectionLost,
    /// It sends us elsewhere.
    #[error("the provider answered {status}, a redirect, which is not followed")]
    Redirected {
        /// The status.
        status: u16,
    },
    /// More than is read.
    #[error("the provider's answer is longer than {limit} bytes")]
    TooLong {
        /// Our limit.
        limit: usize,
    },
    /// Something else than an API answers.
    #[error("the provider answered with something else than JSON{content_type}")]
    NotJson {
        /// What it calls it.
        content_type: Said,
    },
    /// JSON, but not of this wire format.
    #[error("the provider's answer cannot be read: {what}")]
    Unreadable {
        /// What is missing.
        what: &'static str,
    },
    /// The key is wrong, or may not do this. The provider's own words are left out: some repeat the key.
    #[error("the provider refuses the key ({status})")]
    Unauthorised {
        /// 401 or 403.
        status: u16,
    },
    /// It has no such model.
    #[error("the provider has no model {model:?}")]
    ModelMissing {
        /// The configured name.
        model: String,
        /// The command that fetches it, where that can be said.
        command: Option<String>,
    },
    /// It does not take our schema.
    #[error("the provider refuses the schema{said}")]
    SchemaRefused {
        /// Its words.
        said: Said,
    },
    /// The request does not fit in.
    #[error("the request is too long for the model{said}")]
    PromptTooLong {
        /// Its words.
        said: Said,
    },
    /// The model's context was full, so that it saw only a part or could say only a part.
    #[error(
        "the model's context of {limit} tokens was full ({used} used): it may not have seen the whole request"
    )]
    ContextFull {
        /// Tokens read and written.
        used: u64,
        /// Tokens that fit.
        limit: u64,
    },
    /// The filter took exception to the request. Log lines and injected orders do that.
    #[error("the provider's content filter refused the request{said}")]
    PromptFiltered {
        /// Its words.
        said: Said,
    },
    /// Too many requests.
    #[error("the provider takes no more requests for now")]
    RateLimited {
        /// How long it wants to be left alone, where it says so.
        wait: Option<Duration>,
    },
    /// Nothing is left to pay with; waiting does not help.
    #[error("the provider's quota or credit is used up")]
    QuotaExhausted,
    /// The model is being loaded.
    #[error("the model is still being loaded")]
    Loading,
    /// It fails by itself.
    #[error("the provider fails ({status}){said}")]
    Unavailable {
        /// The status.
        status: u16,
        /// Its words.
        said: Said,
    },
    /// It began to answer and gave up.
    #[error("the provider broke its answer off{said}")]
    BrokeOff {
        /// Its words.
        said: Said,
    },
    /// Any other refusal.
    #[error("the provider refuses the request ({status}){said}")]
    Rejected {
        /// The status.
        status: u16,
        /// Its words.
        said: Said,
    },
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoConnection {
    /// Nobody listens.
    #[error("it is refused")]
    Refused,
    /// Its name leads nowhere, or nowhere that we would go.
    #[error("its host name leads to no address that may be dialled")]
    NotResolved,
    /// Nobody answers.
    #[error("nothing answers there in time")]
    TimedOut,
    /// Its certificate is not to be trusted.
    #[error("no trust in its certificate ({reason})")]
    Certificate {
        /// The TLS library's words.
        reason: String,
    },
    /// The network said no.
    #[error("the network fails")]
    Lost,
}

impl Failure {
    /// Whether it is the silence of somebody who is not there, by which the breaker opens. A provider that says no is
    /// there.
    pub(crate) fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::NotConnected(_)
                | Self::TimedOut { .. }
                | Self::ConnectionLost
                | Self::Unavailable { .. }
                | Self::Loading
                | Self::BrokeOff { .. }
        )
    }

    /// Whether another provider may be asked the same: this one is not there, or will not. Not after half an answer, nor
    /// after a wait that was the whole time, nor where something is set up wrongly and should be noticed.
    pub fn is_worth_another(&self) -> bool {
        matches!(
            self,
            Self::LeftAlone { .. }
                | Self::NotConnected(_)
                | Self::Unauthorised { .. }
                | Self::ModelMissing { .. }
                | Self::SchemaRefused { .. }
                | Self::RateLimited { .. }
                | Self::QuotaExhausted
                | Self::Loading
                | Self::Unavailable { .. }
        )
    }

    /// A stable word for metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoProvider => "no_provider",
            Self::LeftAlone { .. } => "left_alone",
            Self::NotConnected(_) => "not_connected",
            Self::TimedOut { .. } => "timed_out",
            Self::ConnectionLost => "connection_lost",
            Self::Redirected { .. } => "redirected",
            Self::TooLong { .. } => "answer_too_long",
            Self::NotJson { .. } => "not_json",
            Self::Unreadable { .. } => "answer_unreadable",
            Self::Unauthorised { .. } => "unauthorised",
            Self::ModelMissing { .. } => "model_missing",
            Self::SchemaRefused { .. } => "schema_refused",
            Self::PromptTooLong { .. } => "prompt_too_long",
            Self::ContextFull { .. } => "context_full",
            Self::PromptFiltered { .. } => "prompt_filtered",
            Self::RateLimited { .. } => "rate_limited",
            Self::QuotaExhausted => "quota_exhausted",
            Self::Loading => "loading",
            Self::Unavailable { .. } => "unavailable",
            Self::BrokeOff { .. } => "broke_off",
            Self::Rejected { .. } => "rejected",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> Cow<'static, str> {
        let text = match self {
            Self::NoProvider => {
                "configure a provider, or ask in words that the built-in rules know"
            }
            Self::LeftAlone { .. } | Self::Loading => {
                "wait, or ask in words that the built-in rules know"
            }
            Self::NotConnected(NoConnection::Certificate { .. }) => {
                "put the authority that signed the provider's certificate into its `ca_file`"
            }
            Self::NotConnected(_) => "start the provider, or mend its `base_url`",
            Self::TimedOut { .. } => "ask for less at once, or take a smaller model",
            Self::ConnectionLost | Self::Unavailable { .. } | Self::BrokeOff { .. } => {
                "look at the provider and at its log"
            }
            Self::Redirected { .. } => {
                "set `base_url` to the address that the provider itself uses"
            }
            Self::NotJson { .. } | Self::Unreadable { .. } | Self::TooLong { .. } => {
                "mend `base_url` or `format`: something else than this wire format answers there"
            }
            Self::Unauthorised { .. } => "put a key into the configuration that may use this model",
            Self::ModelMissing {
                command: Some(command),
                ..
            } => {
                return format!("run `{command}` on the provider's machine").into();
            }
            Self::ModelMissing { command: None, .. } => "mend `model`: the provider has others",
            Self::SchemaRefused { .. } => "set `rendering` to `flat`, or take another provider",
            Self::PromptTooLong { .. } | Self::ContextFull { .. } => {
                "ask about fewer guests at once, or give the model a larger context"
            }
            Self::PromptFiltered { .. } => "ask without the text that the filter took exception to",
            Self::RateLimited { .. } => "wait, and ask less often",
            Self::QuotaExhausted => "look at the provider's bill",
            Self::Rejected { .. } => {
                "mend the provider's settings: its words say what it does not take"
            }
        };
        text.into()
    }
}
