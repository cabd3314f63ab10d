//! Secrets that show what they are by how they begin.

use super::Kind;
use super::text::{Finding, Text};

/// What may follow the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// Letters and digits.
    Alphanumeric,
    /// The same with `-` and `_`.
    UrlSafe,
    /// The same with `.`, for what has several parts.
    Parts,
    /// What password hashes are made of.
    Crypt,
    /// Everything up to a blank, a quote or a separator; `::` is in it, plain or URL-escaped.
    Ticket,
    /// The rest of the address.
    Address,
}

/// A beginning, and what must follow it.
#[derive(Debug)]
pub(super) struct Format {
    /// As it stands in the text, in that case.
    pub(super) prefix: &'static str,
    pub(super) body: Body,
    /// Bytes of the body at least.
    pub(super) least: usize,
    pub(super) kind: Kind,
}

const fn format(prefix: &'static str, body: Body, least: usize, kind: Kind) -> Format {
    Format {
        prefix,
        body,
        least,
        kind,
    }
}

/// The formats, by where they come from. Proxmox's are those of its `PVE::Ticket`, `PVE::AccessControl` and of
/// crypt(3); the others those that their services document.
pub(super) const FORMATS: &[Format] = &[
    // Proxmox: tickets of each product, and their licence keys.
    format("PVE:", Body::Ticket, 24, Kind::Ticket),
    format("PVEVNC:", Body::Ticket, 24, Kind::Ticket),
    format("PBS:", Body::Ticket, 24, Kind::Ticket),
    format("PBSVNC:", Body::Ticket, 24, Kind::Ticket),
    format("PMG:", Body::Ticket, 24, Kind::Ticket),
    format("PMGVNC:", Body::Ticket, 24, Kind::Ticket),
    format("PDM:", Body::Ticket, 24, Kind::Ticket),
    format("PVE%3A", Body::Ticket, 24, Kind::Ticket),
    format("PVEVNC%3A", Body::Ticket, 24, Kind::Ticket),
    format("PBS%3A", Body::Ticket, 24, Kind::Ticket),
    format("PMG%3A", Body::Ticket, 24, Kind::Ticket),
    format("pve1b-", Body::Alphanumeric, 10, Kind::Key),
    format("pve1c-", Body::Alphanumeric, 10, Kind::Key),
    format("pve1p-", Body::Alphanumeric, 10, Kind::Key),
    format("pve1s-", Body::Alphanumeric, 10, Kind::Key),
    format("pve2b-", Body::Alphanumeric, 10, Kind::Key),
    format("pve2c-", Body::Alphanumeric, 10, Kind::Key),
    format("pve2p-", Body::Alphanumeric, 10, Kind::Key),
    format("pve2s-", Body::Alphanumeric, 10, Kind::Key),
    format("pve4b-", Body::Alphanumeric, 10, Kind::Key),
    format("pve4c-", Body::Alphanumeric, 10, Kind::Key),
    format("pve4p-", Body::Alphanumeric, 10, Kind::Key),
    format("pve4s-", Body::Alphanumeric, 10, Kind::Key),
    format("pve8b-", Body::Alphanumeric, 10, Kind::Key),
    format("pve8c-", Body::Alphanumeric, 10, Kind::Key),
    format("pve8p-", Body::Alphanumeric, 10, Kind::Key),
    format("pve8s-", Body::Alphanumeric, 10, Kind::Key),
    format("pbsb-", Body::Alphanumeric, 10, Kind::Key),
    format("pbsc-", Body::Alphanumeric, 10, Kind::Key),
    format("pbss-", Body::Alphanumeric, 10, Kind::Key),
    format("pbsp-", Body::Alphanumeric, 10, Kind::Key),
    // Password hashes.
    format("$1$", Body::Crypt, 20, Kind::Hash),
    format("$5$", Body::Crypt, 20, Kind::Hash),
    format("$6$", Body::Crypt, 20, Kind::Hash),
    format("$7$", Body::Crypt, 20, Kind::Hash),
    format("$y$", Body::Crypt, 20, Kind::Hash),
    format("$gy$", Body::Crypt, 20, Kind::Hash),
    format("$2a$", Body::Crypt, 20, Kind::Hash),
    format("$2b$", Body::Crypt, 20, Kind::Hash),
    format("$2y$", Body::Crypt, 20, Kind::Hash),
    format("$apr1$", Body::Crypt, 20, Kind::Hash),
    format("$argon2", Body::Crypt, 20, Kind::Hash),
    format("$scrypt$", Body::Crypt, 20, Kind::Hash),
    format("$pbkdf2", Body::Crypt, 20, Kind::Hash),
    format("{SSHA", Body::Crypt, 20, Kind::Hash),
    format("{CRYPT}", Body::Crypt, 20, Kind::Hash),
    // Tokens of other services.
    format("eyJ", Body::Parts, 20, Kind::Token),
    format("AKIA", Body::Alphanumeric, 16, Kind::Token),
    format("ASIA", Body::Alphanumeric, 16, Kind::Token),
    format("AIza", Body::UrlSafe, 30, Kind::Token),
    format("ghp_", Body::Alphanumeric, 30, Kind::Token),
    format("gho_", Body::Alphanumeric, 30, Kind::Token),
    format("ghu_", Body::Alphanumeric, 30, Kind::Token),
    format("ghs_", Body::Alphanumeric, 30, Kind::Token),
    format("ghr_", Body::Alphanumeric, 30, Kind::Token),
    format("github_pat_", Body::UrlSafe, 30, Kind::Token),
    format("glpat-", Body::UrlSafe, 18, Kind::Token),
    format("gldt-", Body::UrlSafe, 18, Kind::Token),
    format("xoxa-", Body::UrlSafe, 10, Kind::Token),
    format("xoxb-", Body::UrlSafe, 10, Kind::Token),
    format("xoxp-", Body::UrlSafe, 10, Kind::Token),
    format("xoxr-", Body::UrlSafe, 10, Kind::Token),
    format("xoxs-", Body::UrlSafe, 10, Kind::Token),
    format("xapp-", Body::UrlSafe, 10, Kind::Token),
    format("hooks.slack.com/services/", Body::Address, 20, Kind::Token),
    format("discord.com/api/webhooks/", Body::Address, 20, Kind::Token),
    format(
        "discordapp.com/api/webhooks/",
        Body::Address,
        20,
        Kind::Token,
    ),
    format("hc-ping.com/", Body::Address, 30, Kind::Token),
    format("sk-", Body::UrlSafe, 20, Kind::Token),
    format("sk_live_", Body::Alphanumeric, 16, Kind::Token),
    format("rk_live_", Body::Alphanumeric, 16, Kind::Token),
    format("npm_", Body::Alphanumeric, 30, Kind::Token),
    format("pypi-", Body::UrlSafe, 40, Kind::Token),
    format("hf_", Body::Alphanumeric, 30, Kind::Token),
    format("dop_v1_", Body::Alphanumeric, 40, Kind::Token),
    format("dckr_pat_", Body::UrlSafe, 20, Kind::Token),
    format("hvs.", Body::UrlSafe, 20, Kind::Token),
    format("hvb.", Body::UrlSafe, 20, Kind::Token),
    format("SG.", Body::Parts, 40, Kind::Token),
    format("tskey-", Body::UrlSafe, 16, Kind::Token),
    format("glsa_", Body::UrlSafe, 30, Kind::Token),
    format("tk_", Body::Alphanumeric, 29, Kind::Token),
    format("AGE-SECRET-KEY-1", Body::Alphanumeric, 40, Kind::Key),
    format("otpauth://", Body::Address, 12, Kind::Code),
];

/// The secret that begins at `start`, if what follows the beginning is as it must be.
pub(super) fn find(text: Text<'_>, start: usize, format: &Format) -> Option<Finding> {
    let from = start + format.prefix.len();
    let begins = text.begins_word(start) || !text.at(start).is_ascii_alphanumeric();
    if text.slice(start..from) != format.prefix.as_bytes() || !begins {
        return None;
    }
    let head = text.slice(from..text.head(from, |byte| format.body.has(byte)));
    if head.len() < format.least || !format.body.is_whole(head) || !format.fits(head) {
        return None;
    }
    let end = text.run(from + head.len(), usize::MAX, |byte| format.body.has(byte));
    let end = if format.body == Body::Crypt || format.body == Body::Parts {
        text.run_back(end, 3, |byte| matches!(byte, b'.' | b','))
            .max(from)
    } else {
        end
    };
    // Which service an address belongs to is no secret.
    let secret = if format.body == Body::Address && format.kind == Kind::Token {
        from
    } else {
        start
    };
    Some(Finding::secret(secret..end, format.kind))
}

impl Format {
    /// What the table cannot say: licence keys are `pve2p-` and ten hexadecimal digits; words like `sk-` and `tk_`
    /// begin other names too.
    fn fits(&self, body: &[u8]) -> bool {
        match self.prefix {
            "sk-" | "npm_" | "hf_" | "tk_" | "pypi-" | "hvs." | "hvb." => {
                body.iter().any(u8::is_ascii_digit)
            }
            prefix if prefix.starts_with("pve") || prefix.starts_with("pbs") => {
                body.len() == 10 && body.iter().all(u8::is_ascii_hexdigit)
            }
            _ => true,
        }
    }
}

impl Body {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::UrlSafe => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Self::Parts => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'),
            Self::Crypt => byte.is_ascii_alphanumeric() || b"./$,=+-_}".contains(&byte),
            Self::Ticket => !byte.is_ascii_whitespace() && !b"\"'`;,&<>\\|()".contains(&byte),
            Self::Address => !byte.is_ascii_whitespace() && !b"\"'`<>\\|()".contains(&byte),
        }
    }

    /// Whether the parts are there that it must have.
    fn is_whole(self, body: &[u8]) -> bool {
        match self {
            // Far from the start there is nothing new to learn.
            Self::Ticket => {
                let body = &body[..body.len().min(512)];
                [&b"::"[..], b"%3a%3a"]
                    .iter()
                    .any(|sign| is_stamped(body, sign))
            }
            Self::Parts => body.contains(&b'.'),
            Self::Crypt => body[..body.len().min(512)]
                .iter()
                .any(|byte| matches!(byte, b'$' | b'}')),
            _ => true,
        }
    }

    /// The same as a regular expression's class, for who measures against one.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Alphanumeric => "[A-Za-z0-9]",
            Self::UrlSafe => "[A-Za-z0-9_-]",
            Self::Parts => "[A-Za-z0-9_.-]",
            Self::Crypt => "[A-Za-z0-9./$,=+_}-]",
            Self::Ticket => "[^\\s\"'`;,&<>\\\\|()]",
            Self::Address => "[^\\s\"'`<>\\\\|()]",
        }
    }
}

/// Whether `sign` follows a time in eight hexadecimal digits, as in every ticket.
fn is_stamped(body: &[u8], sign: &[u8]) -> bool {
    let mut stamped = body.windows(8 + sign.len());
    stamped.any(|found| {
        found[8..].eq_ignore_ascii_case(sign) && found[..8].iter().all(u8::is_ascii_hexdigit)
    })
}
