//! Names that say that a secret follows: `password=`, `"cipassword": `, `OPENAI_API_KEY=`, `PSK: `.
//!
//! A name ends with a noun of the table ([`NOUNS`]); what stands before it may make it another thing (`public_key`),
//! what follows it always does (`password_file`), except for a few endings.

use std::ops::Range;

use super::Kind;
use super::address;
use super::look;
use super::text::{Finding, Text, is_blank};
use super::value::{self, Link, Value};

/// How much a noun says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// What follows is one, unless it clearly is none.
    Certain,
    /// What follows must be more than a word.
    Likely,
    /// What follows must be nothing that anybody would write by hand, unless a word before says more.
    Unclear,
}

/// A noun that ends a name.
#[derive(Debug)]
pub(super) struct Noun {
    /// In small letters.
    pub(super) word: &'static str,
    weight: Weight,
    kind: Kind,
    /// Whether it also ends words that mean something else (`compass`, `monkey`), so that it must begin a word.
    whole: bool,
}

const fn noun(word: &'static str, weight: Weight, kind: Kind, whole: bool) -> Noun {
    Noun {
        word,
        weight,
        kind,
        whole,
    }
}

/// Nouns after which secrets stand. A longer one that ends with another is not listed again.
pub(super) const NOUNS: &[Noun] = &[
    noun("password", Weight::Certain, Kind::Password, false),
    noun("passwd", Weight::Certain, Kind::Password, false),
    noun("passwort", Weight::Certain, Kind::Password, false),
    noun("kennwort", Weight::Certain, Kind::Password, false),
    noun("passphrase", Weight::Certain, Kind::Password, false),
    noun("passcode", Weight::Certain, Kind::Password, false),
    noun("pwd", Weight::Certain, Kind::Password, true),
    noun("secret", Weight::Certain, Kind::Secret, false),
    noun("psk", Weight::Certain, Kind::Key, true),
    noun("community", Weight::Certain, Kind::Community, false),
    noun("token", Weight::Likely, Kind::Token, false),
    noun("ticket", Weight::Likely, Kind::Ticket, false),
    noun("cookie", Weight::Likely, Kind::Cookie, false),
    noun("pass", Weight::Likely, Kind::Password, true),
    noun("pw", Weight::Likely, Kind::Password, true),
    noun("otp", Weight::Likely, Kind::Code, true),
    noun("pin", Weight::Unclear, Kind::Code, true),
    noun("code", Weight::Unclear, Kind::Code, true),
    noun("auth", Weight::Likely, Kind::Token, true),
    noun("keyring", Weight::Likely, Kind::Key, false),
    noun("key", Weight::Unclear, Kind::Key, true),
    noun("schl\u{fc}ssel", Weight::Unclear, Kind::Key, false),
    noun("keys", Weight::Unclear, Kind::Key, true),
    noun("sid", Weight::Unclear, Kind::Cookie, true),
    noun("session", Weight::Unclear, Kind::Cookie, true),
    noun("sessionid", Weight::Unclear, Kind::Cookie, false),
    noun("value", Weight::Unclear, Kind::Token, true),
];

/// Endings of a name after its noun that leave its meaning.
const ENDINGS: &[&str] = &[
    "", "s", "_b64", "_base64", "-base64", "_hash", "-hash", "_value", "_plain", "_text", "_raw",
    "-data", "_dev", "_prod", "_in", "_out",
];

/// Words before `key`, `code` and the like that make a secret of it.
const SECRET_WORDS: &[&str] = &[
    "api",
    "private",
    "priv",
    "secret",
    "access",
    "encryption",
    "preshared",
    "shared",
    "hmac",
    "auth",
    "signing",
    "session",
    "master",
    "account",
    "license",
    "licence",
    "activation",
    "recovery",
    "backup",
    "wireguard",
    "wg",
    "host",
    "decryption",
    "subscription",
    "app",
    "crypt",
    "luks",
    "storage",
    "kg",
    "bmc",
    "unlock",
    "verification",
    "login",
    "wlan",
    "wifi",
];
/// Words that make anything public, or a thing that is no secret.
const PUBLIC_WORDS: &[&str] = &[
    "public", "pub", "no", "lock", "max", "min", "num", "page", "next", "sort", "primary",
    "foreign", "cache", "ssh-host",
];
/// Words with which short nouns are grown together.
const PASS_OWNERS: &[&str] = &[
    "db", "root", "user", "admin", "my", "mysql", "ldap", "bind", "smtp", "auth", "priv", "wifi",
    "api",
];

/// Longest name that is looked at, in bytes.
const LONGEST: usize = 64;

/// A name as it stands in the text.
struct Name<'a> {
    range: Range<usize>,
    /// What stands before the noun, with the word before the name.
    owner: &'a [u8],
    noun: &'static Noun,
}

/// What follows the noun found at `found`, if it is a secret.
pub(super) fn find(text: Text<'_>, found: &Range<usize>, noun: &'static Noun) -> Option<Finding> {
    let name = name(text, found, noun)?;
    let value = value::of_name(text, &name.range, noun.weight != Weight::Unclear)?;
    if let Some(range) = phrase(text, &name, &value) {
        return Some(Finding::secret(range, noun.kind));
    }
    let kind = judge(text, &name, &value)?;
    let whole = value.whole(text);
    let start = whole.start + address::behind_token_id(text.str.get(whole.clone())?);
    (start < whole.end).then(|| Finding::secret(start..whole.end, kind))
}

/// Whether a field of this name holds a secret whatever stands in it.
pub(super) fn names_a_secret(field: &str) -> Option<Kind> {
    let text = Text::new(field);
    NOUNS
        .iter()
        .filter(|noun| noun.weight != Weight::Unclear)
        .find_map(|noun| {
            let at = field.to_ascii_lowercase().rfind(noun.word)?;
            let name = name(text, &(at..at + noun.word.len()), noun)?;
            (name.range.end == field.len() && !is_public(name.owner)).then_some(noun.kind)
        })
}

fn name<'a>(text: Text<'a>, found: &Range<usize>, noun: &'static Noun) -> Option<Name<'a>> {
    // Most nouns are only the beginning of another word.
    if matches!(text.at(found.end), b'a'..=b'r' | b't'..=b'z') {
        return None;
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let end = text.run(found.end, 32, is_name);
    let ending = text.slice(found.end..end);
    let numbered = ending.len() < 3 && ending.iter().all(u8::is_ascii_digit);
    if !numbered
        && !ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known.as_bytes()))
    {
        return None;
    }
    let start = text.run_back(found.start, LONGEST, is_name);
    // The header is another matter; this is about names such as `PVEAuthCookie`.
    if noun.kind == Kind::Cookie
        && text.slice(start..end).len() <= "set-cookie".len()
        && noun.word == "cookie"
    {
        return None;
    }
    if noun.whole && !stands_apart(text, start, found) {
        return None;
    }
    // `api key: x`: the word before belongs to it.
    let apart = start == found.start && text.before(start) == b' ';
    let owner = if apart {
        text.run_back(start - 1, 24, is_name)
    } else {
        start
    };
    let owner = text.slice(owner..found.start);
    Some(Name {
        range: start..end,
        owner,
        noun,
    })
}

/// Whether the noun is a word of its own within its name.
fn stands_apart(text: Text<'_>, start: usize, found: &Range<usize>) -> bool {
    let before = text.slice(start..found.start);
    let Some(last) = before.last() else {
        return true;
    };
    let capital = text.at(found.start).is_ascii_uppercase();
    let shouted = capital && before.iter().all(|byte| !byte.is_ascii_lowercase());
    let is_word = |words: &[&str]| {
        words
            .iter()
            .any(|word| before.eq_ignore_ascii_case(word.as_bytes()))
    };
    !last.is_ascii_alphabetic()
        || (capital && last.is_ascii_lowercase())
        || shouted
        || text.begins_word(found.start)
        || is_word(PASS_OWNERS)
        || is_word(SECRET_WORDS)
}

/// Whether one of the words of `owner` is among `words`.
fn has_word(owner: &[u8], words: &[&str]) -> bool {
    owner
        .split(|byte| !byte.is_ascii_alphanumeric())
        .any(|part| {
            words
                .iter()
                .any(|word| part.eq_ignore_ascii_case(word.as_bytes()))
        })
        || words.iter().any(|word| {
            // Grown together, as in `secretKey`.
            word.len() > 4
                && owner.len() >= word.len()
                && owner[owner.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
        })
}

fn is_public(owner: &[u8]) -> bool {
    has_word(owner, PUBLIC_WORDS)
}

fn judge(text: Text<'_>, name: &Name<'_>, value: &Value) -> Option<Kind> {
    let Name { noun, owner, .. } = name;
    let found = text.str.get(value.range.clone())?;
    let kind = noun.kind;
    if look::is_no_value(found) || is_public(owner) {
        return None;
    }
    let named = has_word(owner, SECRET_WORDS);
    let secret = match (noun.weight, value.link) {
        _ if noun.word == "value" => {
            let of_token = look::is_uuid(found) && is_of_token(text, name);
            value.link == Link::Sign && (of_token || is_named_before(text, name))
        }
        _ if look::is_path(found) || address::is_token_id(found) => false,
        (Weight::Certain, _)
            if look::is_numeric(found)
                && found.bytes().filter(|byte| *byte == b'.').count() == 3 =>
        {
            false
        }
        (Weight::Certain, Link::Sign) => value.quoted || is_said(text, name, value, found),
        (Weight::Certain | Weight::Likely, Link::Option) => {
            !found.starts_with('-') && !look::is_prose(found)
        }
        (Weight::Certain | Weight::Likely, Link::Blank) if is_configured(text, name, value) => {
            found.len() >= 4 && !look::is_prose(found)
        }
        (Weight::Certain, Link::Verb | Link::Blank) => is_worth(found) && look::is_mixed(found),
        (Weight::Likely, Link::Verb) => {
            is_worth(found)
                && look::is_mixed(found)
                && (noun.kind == Kind::Password || found.len() >= 12)
        }
        (Weight::Likely, Link::Sign) => match noun.kind {
            Kind::Password => {
                is_worth(found) && (look::is_mixed(found) || follows_user(text, name))
            }
            Kind::Code => found.len() >= 6,
            _ => {
                found.len() >= 8
                    && is_worth(found)
                    && (look::is_mixed(found) || look::is_uuid(found))
            }
        },
        (Weight::Unclear, Link::Sign) if noun.kind == Kind::Code => match noun.word {
            "pin" => {
                (4..=8).contains(&found.len()) && found.bytes().all(|byte| byte.is_ascii_digit())
            }
            _ => named && found.len() >= 4 && found.bytes().any(|byte| byte.is_ascii_digit()),
        },
        (Weight::Unclear, Link::Sign) if named => {
            is_worth(found) && found.len() >= 8 && look::is_mixed(found)
        }
        (Weight::Unclear, Link::Option) if named => is_worth(found) && look::is_mixed(found),
        (Weight::Unclear, Link::Sign | Link::Option) => {
            is_worth(found) && !look::is_hex(found) && look::is_random(found, 16)
        }
        (Weight::Likely, Link::Blank) => look::is_random(found, 16),
        // Not looked for.
        (Weight::Unclear, Link::Verb | Link::Blank) => false,
    };
    secret.then_some(kind)
}

/// More than a number, a sentence's word, an address or a mail address.
fn is_worth(found: &str) -> bool {
    found.len() >= 4 && !look::is_numeric(found) && !look::is_prose(found) && !found.contains("://")
}

/// After a sign and without quotes: a sentence may go on there ("wrong password: try again").
fn is_said(text: Text<'_>, name: &Name<'_>, value: &Value, found: &str) -> bool {
    if look::is_prose(found) {
        return false;
    }
    let plain = found
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    let tight = text.before(value.range.start) != b' ';
    if !plain || tight || value::is_alone(text, name.range.start) {
        return true;
    }
    // A plain word in the middle of a line counts where the clause ends with it.
    let next = text.skip_blanks(value.range.end);
    next >= text.bytes.len() || text.breaks_line(next) || b",;)|/\"'".contains(&text.at(next))
}

/// A line of its own with a name and a value, indented as in the files below `/etc/pve`.
fn is_configured(text: Text<'_>, name: &Name<'_>, value: &Value) -> bool {
    let start = text.run_back(name.range.start, 16, is_blank);
    let ends = value.range.end >= text.bytes.len() || text.breaks_line(value.range.end);
    start < name.range.start && text.before(start) == b'\n' && ends
}

/// `user: root, pass: x`: whose it is stands shortly before.
fn follows_user(text: Text<'_>, name: &Name<'_>) -> bool {
    let start = text.run_back(name.range.start, 40, |byte| byte != b'\n');
    let before = text.slice(start..name.range.start);
    [&b"user"[..], b"login", b"admin", b"root"]
        .iter()
        .any(|word| {
            before
                .windows(word.len())
                .any(|part| part.eq_ignore_ascii_case(word))
        })
}

/// `- name: DB_PASSWORD` on the line before says what the value is.
fn is_named_before(text: Text<'_>, name: &Name<'_>) -> bool {
    let line = text.run_back(name.range.start, 64, |byte| byte != b'\n');
    let above = text.run_back(line.saturating_sub(1), 160, |byte| byte != b'\n');
    let Some(above) = text.str.get(above..line) else {
        return false;
    };
    let named = above.split_once("name:").map(|(_, named)| named);
    named.is_some_and(|named| names_a_secret(named.trim().trim_matches(['"', '\''])).is_some())
}

/// Whether it belongs to what Proxmox answers when it makes an API token: a table or an object that names it before.
fn is_of_token(text: Text<'_>, name: &Name<'_>) -> bool {
    let before = text.slice(name.range.start.saturating_sub(800)..name.range.start);
    before.windows(7).any(|part| part == b"tokenid")
}

/// A pass phrase goes on to the line's end: three small words or more, and nothing else.
fn phrase(text: Text<'_>, name: &Name<'_>, value: &Value) -> Option<Range<usize>> {
    let spoken = matches!(value.link, Link::Sign | Link::Verb);
    let value = &value.range;
    if name.noun.kind != Kind::Password || !spoken || text.at(value.end) != b' ' {
        return None;
    }
    let end = text.run(value.end, 120, |byte| {
        byte.is_ascii_lowercase() || byte == b' '
    });
    let ends = end >= text.bytes.len() || text.breaks_line(end) || text.at(end) == b'"';
    let mut words = text.str.get(value.start..end)?.split(' ');
    let is_word = |word: &str| {
        (3..=9).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && !look::is_prose(word)
    };
    (ends && words.clone().count() >= 3 && words.all(is_word)).then_some(value.start..end)
}
