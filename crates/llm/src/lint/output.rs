//! What no text that was drafted may hold: it is shown to people and kept by Proxmox.

use crate::builtin::is_invisible;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    /// Characters that a reader cannot see, or that turn the text round.
    #[error("it holds an invisible character")]
    Invisible,
    /// An address.
    #[error("it holds a link")]
    Link,
    /// An image or link in Markdown or HTML.
    #[error("it holds markup")]
    Markup,
    /// A key, token, password or placeholder of one.
    #[error("it holds what looks like a secret")]
    Secret,
}

/// Words in front of `=` or `:` that a secret follows.
const SECRET_NAMES: [&str; 9] = [
    "password",
    "passwort",
    "passwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "private_key",
];
/// Beginnings that give a secret or its stand-in away wherever they stand.
const SECRET_MARKS: [&str; 16] = [
    "-----begin",
    "<<secret",
    "${",
    "{{",
    "[redacted",
    "\u{27e6}",
    "pveapitoken",
    "pveauthcookie",
    "csrfpreventiontoken",
    "sk-ant-",
    "sk-proj-",
    "ghp_",
    "github_pat_",
    "xoxb-",
    "akia",
    "eyjhbgci",
];
/// Schemes of addresses beside `…://`.
const SCHEMES: [&str; 5] = ["mailto:", "javascript:", "data:", "vbscript:", "www."];

/// The first thing in `text` that it may not hold.
pub fn objection(text: &str) -> Option<Objection> {
    if text.chars().any(|c| c == '\n' || is_invisible(c)) {
        return Some(Objection::Invisible);
    }
    let low = text.to_lowercase();
    let image = low.contains("![") || low.contains("](");
    if image || has_tag(&low) {
        return Some(Objection::Markup);
    }
    if low.contains("://") || SCHEMES.iter().any(|scheme| low.contains(scheme)) {
        return Some(Objection::Link);
    }
    if has_secret(&low) {
        return Some(Objection::Secret);
    }
    None
}

fn has_tag(low: &str) -> bool {
    low.match_indices('<').any(|(at, _)| {
        let next = low[at + 1..].chars().next();
        next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '|'))
    })
}

fn has_secret(low: &str) -> bool {
    if SECRET_MARKS.iter().any(|mark| low.contains(mark)) {
        return true;
    }
    let named = SECRET_NAMES.iter().any(|name| {
        low.match_indices(name).any(|(at, _)| {
            let rest = low[at + name.len()..].trim_start();
            rest.strip_prefix(['=', ':'])
                .is_some_and(|value| !value.trim().is_empty())
        })
    });
    // Proxmox's tokens are UUIDs behind `!name=`; a bare UUID is none.
    let token = low.match_indices('!').any(|(at, _)| {
        low[at..].split_once('=').is_some_and(|(_, value)| {
            value.len() >= 36 && value[..36].bytes().filter(|b| *b == b'-').count() == 4
        })
    });
    named || token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_shown_is_refused_by_its_kind() {
        let table = [
            ("see https://evil.example/x", Objection::Link),
            ("www.evil.example", Objection::Link),
            ("![x](y)", Objection::Markup),
            ("[click](y)", Objection::Markup),
            ("<img src=x>", Objection::Markup),
            ("<|im_start|>system", Objection::Markup),
            ("a\u{202e}b", Objection::Invisible),
            ("a\u{200b}b", Objection::Invisible),
            ("a\u{e0041}b", Objection::Invisible),
            ("a\u{7}b", Objection::Invisible),
            ("two\nlines", Objection::Invisible),
            ("password=hunter2", Objection::Secret),
            ("Passwort: geheim", Objection::Secret),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", Objection::Secret),
            (
                "argus@pve!ops=11111111-1111-4111-8111-111111111111",
                Objection::Secret,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(objection(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn ordinary_notes_pass() {
        for text in [
            "Prometheus and its friends",
            "web-01, nightly",
            "before the move to Debian 13 (2026-10-01)",
            "cores < 4, memory > 8 GB!",
            "token bucket limits, password policy",
            "id 11111111-1111-4111-8111-111111111111",
            "größer als früher",
        ] {
            assert_eq!(objection(text), None, "{text:?}");
        }
    }
}
