//! The gate between what Argus knows and what a language model is told.
//!
//! [`Redacted`] is the only text that a provider's adapter may send, and only a [`Redaction`] makes one. A [`Redactor`]
//! is built once from the secrets that Argus holds; each request begins a [`Redaction`] of its own, in which every
//! secret has one placeholder such as `<<SECRET:token:7>>`, and which alone knows what it stands for. Dropping it wipes
//! that. Nothing here reads, writes or logs.
//!
//! What is looked for, from what is certain to what is likely:
//!
//! - fields that hold secrets, in JSON and by name ([`fields`]);
//! - secrets that Argus holds, plain and encoded ([`held`]);
//! - formats that show themselves ([`format`], [`armour`], [`address`], [`header`]);
//! - what stands behind a name or at a place of a command ([`keyword`], [`command`]);
//! - runs of characters that nobody would choose ([`run`]).
//!
//! UUIDs, digests, UPIDs, addresses, volume ids and the like stay: a model without them is useless. What is promised
//! and what is not is in `docs/redaction.md`.

mod address;
mod armour;
mod automaton;
mod command;
mod fields;
mod format;
mod header;
mod held;
mod keyword;
mod kind;
mod login;
mod look;
mod mapping;
pub mod measure;
mod placeholder;
mod run;
mod scan;
mod text;
mod value;

use std::sync::Arc;

use zeroize::Zeroizing;

pub use held::{Held, SHORTEST, Unfit};
pub use kind::Kind;
pub use placeholder::{Placeholder, carries_placeholder, placeholders};

use mapping::Mapping;
use scan::Scanner;
use text::{Finding, What};

/// Text without secrets: what was one is a placeholder such as `<<SECRET:token:7>>`.
///
/// Only a [`Redaction`] makes one out of what was not written with this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted(String);

impl Redacted {
    /// Text that this crate was written with, in which there is nothing to redact.
    pub(crate) fn of_our_own(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Knows what to look for. Built once; clones share it.
#[derive(Clone)]
pub struct Redactor(Arc<Scanner>);

impl Redactor {
    /// One that knows these secrets beside everything that is a secret by its looks.
    ///
    /// Fails where a secret cannot be told from ordinary text; nothing may be sent to a model then.
    pub fn new<'a>(held: impl IntoIterator<Item = Held<'a>>) -> Result<Self, Unfit> {
        Scanner::new(held).map(|scanner| Self(Arc::new(scanner)))
    }

    /// Begins a request.
    pub fn begin(&self) -> Redaction {
        Redaction {
            scanner: Arc::clone(&self.0),
            mapping: Mapping::default(),
        }
    }
}

/// How often what a placeholder uncovers is looked for; once is nearly always enough.
const ROUNDS: usize = 8;

/// The secrets of one request and their placeholders. Wiped when dropped; it cannot be printed, copied or serialised.
pub struct Redaction {
    scanner: Arc<Scanner>,
    mapping: Mapping,
}

impl Redaction {
    /// `text` with a placeholder for each secret. A placeholder that it brings along becomes `<<FORGED:…>>`.
    pub fn text(&mut self, text: &str) -> Redacted {
        Redacted(self.replace(text))
    }

    /// The value of a field: as a whole where its name is a secret's, otherwise like text that stands beside its name.
    pub fn field(&mut self, name: &str, value: &str) -> Redacted {
        match fields::kind_of(name) {
            Some(kind) => Redacted(self.whole(kind, value)),
            None => Redacted(self.beside(name, value)),
        }
    }

    /// JSON with a placeholder for each secret, written without blanks. Whatever stands below the name of a secret is
    /// one; a number there becomes a string.
    pub fn json(&mut self, value: &serde_json::Value) -> Redacted {
        let written = self.tree(value).to_string();
        // What was apart in the tree may be a held secret as it is written.
        Redacted(self.replace_held(&written))
    }

    /// Parts one below the other, as one text.
    pub fn lines<'a>(&mut self, parts: impl IntoIterator<Item = &'a Redacted>) -> Redacted {
        let parts: Vec<&str> = parts.into_iter().map(Redacted::as_str).collect();
        Redacted(self.replace_held(&parts.join("\n")))
    }

    /// `text` with every secret of this request back in its place, for somebody who may see them. Never for a model,
    /// a log or a field that is carried out.
    pub fn restore(&self, text: &str) -> Zeroizing<String> {
        self.mapping.restore(text)
    }

    /// How many secrets have a placeholder.
    pub fn count(&self) -> usize {
        self.mapping.len()
    }

    fn replace(&mut self, text: &str) -> String {
        let findings = self.scanner.findings(text);
        let (mut redacted, mut placed) = self.apply(text, &findings);
        for _ in 0..ROUNDS {
            let more = self.scanner.secrets_beside(&redacted, &placed);
            if more.is_empty() {
                break;
            }
            (redacted, placed) = self.apply(&redacted, &more);
        }
        redacted
    }

    fn replace_held(&mut self, text: &str) -> String {
        let findings = self.scanner.held_in(text);
        self.apply(text, &findings).0
    }

    /// All of `value`, blanks around it and placeholders apart.
    fn whole(&mut self, kind: Kind, value: &str) -> String {
        let inside = value.trim();
        if inside.is_empty() {
            return value.to_owned();
        }
        let placeholder = self.mapping.placeholder(kind, inside);
        value.replacen(inside, &placeholder, 1)
    }

    /// `value` as it would be seen in the line `name: "value"`.
    fn beside(&mut self, name: &str, value: &str) -> String {
        match self.scanner.beside(name, value) {
            Some(kind) => self.whole(kind, value),
            None => self.replace(value),
        }
    }

    /// `text` with these changes, and where the placeholders in it end.
    fn apply(&mut self, text: &str, findings: &[Finding]) -> (String, Vec<usize>) {
        let mut redacted = String::with_capacity(text.len() + findings.len() * 8);
        let mut placed = Vec::new();
        let mut done = 0;
        for Finding { range, what } in findings {
            redacted.push_str(&text[done..range.start]);
            match what {
                What::Secret(kind) => {
                    let placeholder = self.mapping.placeholder(*kind, &text[range.clone()]);
                    redacted.push_str(&placeholder);
                    placed.push(redacted.len());
                }
                What::Forged => redacted.push_str(placeholder::FORGED_WORD),
            }
            done = range.end;
        }
        redacted.push_str(&text[done..]);
        (redacted, placed)
    }
}
