//! Secrets within addresses and of Proxmox's API tokens: what stands before an `@` or behind a `!`.

use super::Kind;
use super::look;
use super::text::{Finding, Text};

/// Longest user part of an address, in bytes.
const LONGEST: usize = 300;

/// The password of the address whose `://` begins at `start`.
pub(super) fn in_url(text: Text<'_>, start: usize) -> Option<Finding> {
    let from = start + 3;
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"\"'`<>\\".contains(&byte);
    let strict = text.run(from, LONGEST, |byte| {
        !ends(byte) && !matches!(byte, b'/' | b'?' | b'#')
    });
    let user = text.slice(from..strict);
    let colon = user.iter().position(|byte| *byte == b':');
    let mut at = user
        .iter()
        .rposition(|byte| *byte == b'@')
        .map(|at| from + at);
    // A password with a raw slash: what follows the colon is no port, and an `@` comes before the next blank.
    if let (None, Some(colon)) = (at, colon) {
        let port = user[colon + 1..].iter().all(u8::is_ascii_digit);
        if !port {
            let mut end = text.run(strict, LONGEST, |byte| !ends(byte) && byte != b':');
            end = if text.slice(end..end + 3) == b"://" {
                strict
            } else {
                end
            };
            at = text
                .slice(strict..end)
                .iter()
                .rposition(|byte| *byte == b'@')
                .map(|at| strict + at);
        }
    }
    let at = at?;
    let secret = match colon.map(|colon| from + colon) {
        Some(colon) if colon < at => colon + 1..at,
        // Without a colon the user may be a token itself.
        _ => {
            let user = text.str.get(from..at)?;
            (look::is_random(user, 16)).then_some(from..at)?
        }
    };
    let value = text.str.get(secret.clone())?;
    (!look::is_no_value(value)).then(|| Finding::secret(secret, Kind::Password))
}

/// Where the secret begins in `value`, which is one as a whole unless it begins with the name of an API token;
/// its end where it is no more than that name.
pub(super) fn behind_token_id(value: &str) -> usize {
    let text = Text::new(value);
    let after = |from: usize, signs: &[&[u8]]| {
        let end = text.run(from, 64, |byte| {
            byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
        });
        let sign = signs.iter().find(|sign| text.says(end, sign))?;
        (end > from).then_some(end + sign.len())
    };
    let secret = after(0, &[b"@", b"%40"])
        .and_then(|realm| after(realm, &[b"!", b"%21"]))
        .and_then(|id| after(id, &[b"=", b":", b"%3D", b"%3A"]));
    let is_behind = |start: &usize| value.len() >= start + 16 || value.len() == *start;
    secret.filter(is_behind).unwrap_or(0)
}

/// Whether `value` names an API token, `user@realm!id`, without its secret.
pub(super) fn is_token_id(value: &str) -> bool {
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        !name.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let parts = value
        .split_once('@')
        .and_then(|(user, rest)| Some((user, rest.split_once('!')?)));
    parts.is_some_and(|(user, (realm, id))| is_name(user) && is_name(realm) && is_name(id))
}

/// The secret of `user@realm!id=secret`, whose `!` (or its escape) lies at `start..after`.
pub(super) fn in_api_token(text: Text<'_>, start: usize, after: usize) -> Option<Finding> {
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || b"._-%".contains(&byte);
    let realm = text.run_back(start, 48, is_id);
    let escaped = text
        .slice(realm..start)
        .windows(3)
        .any(|part| part == b"%40");
    if (text.before(realm) != b'@' && !escaped) || realm == start {
        return None;
    }
    let id = text.run(after, 130, |byte| is_id(byte) && byte != b'%');
    if id == after {
        return None;
    }
    let quotes = text.run(id, 3, |byte| b"\"'\\".contains(&byte));
    let mut from = text.skip_blanks(quotes);
    if text.says(from, b"%3D") || text.says(from, b"%3A") {
        from += 3;
    }
    from = text.run(from, 3, |byte| matches!(byte, b'=' | b':' | b'>' | b','));
    from = text.skip_blanks(from);
    for name in [&b"secret"[..], b"value", b"token"] {
        if text.says(from, name) {
            from = text.run(from + name.len(), 8, |byte| b" =:\"'\\".contains(&byte));
        }
    }
    from = text.run(from, 3, |byte| b"\"'\\".contains(&byte));
    if from == id {
        return None;
    }
    let end = text.run(from, 128, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
    });
    let value = text.str.get(from..end)?;
    let sign = matches!(text.before(from), b'=' | b'D');
    (look::is_uuid(value)
        || (sign && value.len() >= 16 && value.bytes().any(|byte| byte.is_ascii_digit())))
    .then(|| Finding::secret(from..end, Kind::Token))
}
