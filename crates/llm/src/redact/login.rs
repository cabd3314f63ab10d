//! Sign-in data as people note them: `Login: root / x`, `credentials admin:x`.

use super::Kind;
use super::look;
use super::text::{Finding, Text, is_blank};

/// The password after a user's name, where the word for both ends at `end`.
pub(super) fn find(text: Text<'_>, end: usize) -> Option<Finding> {
    let end = text.run(end, 16, |byte| byte.is_ascii_alphabetic());
    let from = text.run(end, 8, |byte| {
        is_blank(byte) || matches!(byte, b':' | b'=' | b'*')
    });
    let user = |from: usize| {
        text.run(from, 40, |byte| {
            byte.is_ascii_alphanumeric() || b"._@-".contains(&byte)
        })
    };
    let user_end = user(from);
    // `Zugang iLO: root / x`: what it is for stands between.
    let (from, user_end) = if text.at(user_end) == b':' && is_blank(text.at(user_end + 1)) {
        let from = text.skip_blanks(user_end + 1);
        (from, user(from))
    } else {
        (from, user_end)
    };
    if from == end || user_end == from {
        return None;
    }
    let blanks = text.skip_blanks(user_end);
    let value = match text.at(blanks) {
        b'/' if blanks > user_end && text.at(blanks + 1) == b' ' => text.skip_blanks(blanks + 1),
        b':' if blanks == user_end && !text.at(blanks + 1).is_ascii_whitespace() => blanks + 1,
        _ => return None,
    };
    let belongs = |byte: u8| !byte.is_ascii_whitespace() && !b"\"'`,;<>|\\".contains(&byte);
    let head_end = text.head(value, belongs);
    let head = text.str.get(value..head_end)?;
    let secret = look::is_mixed(head)
        && !look::is_no_value(head)
        && !head.contains("://")
        && !look::is_path(head);
    if !secret {
        return None;
    }
    let value_end = text.run(head_end, usize::MAX, belongs);
    let value_end = text
        .run_back(value_end, 2, |byte| b".)".contains(&byte))
        .max(value);
    Some(Finding::secret(value..value_end, Kind::Password))
}

/// The password that is piped into the `chpasswd` at `start`, as in `echo 'root:x' | chpasswd`.
pub(super) fn piped(text: Text<'_>, start: usize) -> Option<Finding> {
    let end = text.run_back(start, 8, |byte| is_blank(byte) || b"|\"'\\".contains(&byte));
    let from = text.run_back(end, 200, |byte| {
        !byte.is_ascii_whitespace() && !b"\"'\\|".contains(&byte)
    });
    let colon = from
        + text
            .slice(from..end)
            .iter()
            .position(|byte| *byte == b':')?;
    let piped = text.slice(end..start).contains(&b'|') && colon > from && colon + 1 < end;
    piped.then(|| Finding::secret(colon + 1..end, Kind::Password))
}
