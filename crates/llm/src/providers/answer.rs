//! What a model answered.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::said::Said;

/// An answer as it came, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The model's text, without the envelope that the provider puts around it.
    pub text: String,
    /// What it cost, where the provider says so.
    pub usage: Option<Usage>,
    /// Why the model ended.
    pub finish: Finish,
    /// The provider's own id of the request, for its support.
    pub request_id: Option<String>,
    /// How long the exchange took that brought it.
    pub latency: Duration,
}

/// Tokens of one answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Read by the model, whether cached or not.
    pub input: u64,
    /// Written by it, its thoughts included.
    pub output: u64,
}

/// Why a model ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// It had said everything.
    Stop,
    /// It reached the most that it may write.
    Length,
    /// The provider's filter cut it off.
    ContentFilter,
    /// It will not; the text says why, where it says so.
    Refusal,
    /// Some other word of the provider's.
    Other(Said),
}

/// Why an answer is not to be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cut {
    /// See [`Finish::Length`].
    #[error("the answer is longer than the model may write")]
    Length,
    /// See [`Finish::ContentFilter`].
    #[error("the provider's content filter cut the answer off")]
    ContentFilter,
    /// See [`Finish::Refusal`].
    #[error("the model refuses{0}")]
    Refusal(Said),
}

impl Answer {
    /// The text, if the model brought it to an end. Half an answer is none. A word for the end that is not known here is
    /// not held against it: what the text is worth shows when it is parsed.
    pub fn whole(&self) -> Result<&str, Cut> {
        match self.finish {
            Finish::Stop | Finish::Other(_) => Ok(&self.text),
            Finish::Length => Err(Cut::Length),
            Finish::ContentFilter => Err(Cut::ContentFilter),
            Finish::Refusal => Err(Cut::Refusal(Said::of(&self.text))),
        }
    }
}

impl Usage {
    /// Both together.
    pub fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }

    /// What several exchanges cost, as far as it is known of any.
    pub(crate) fn together(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) => Some(first.and(second)),
            (one, None) | (None, one) => one,
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
        }
    }
}
