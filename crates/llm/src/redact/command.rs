//! Command lines and configuration lines whose secrets stand at a place, not behind a name: `ipmitool -P x`,
//! `rocommunity x`, `curl -u user:x`.

use std::ops::Range;

use super::Kind;
use super::look;
use super::text::{Finding, Text, is_blank};

/// Where the secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// After one of these options.
    After(&'static [&'static str]),
    /// After one of these options, behind the user's name and a separator.
    Behind(&'static [&'static str], &'static [u8]),
    /// Grown together with this option.
    Within(&'static str),
    /// This many words after the command.
    Word(usize),
    /// All quoted words.
    Quoted,
}

/// A command, by how it begins.
#[derive(Debug)]
pub(super) struct Command {
    /// In small letters.
    pub(super) name: &'static str,
    places: &'static [Place],
    kind: Kind,
}

const fn command(name: &'static str, places: &'static [Place], kind: Kind) -> Command {
    Command { name, places, kind }
}

/// Commands as their manuals have them. One that begins like another stands for both (`snmp`, `fence_`).
pub(super) const COMMANDS: &[Command] = &[
    command(
        "ipmitool",
        &[Place::After(&["-P", "-k", "-y"]), Place::Within("-P")],
        Kind::Password,
    ),
    command(
        "ipmiutil",
        &[Place::After(&["-P"]), Place::Within("-P")],
        Kind::Password,
    ),
    command("racadm", &[Place::After(&["-p"])], Kind::Password),
    command("ipmi-", &[Place::After(&["-p", "-k"])], Kind::Password),
    command("ipmipower", &[Place::After(&["-p"])], Kind::Password),
    command(
        "fence_",
        &[Place::After(&["-p"]), Place::Within("-p")],
        Kind::Password,
    ),
    command(
        "sshpass",
        &[Place::After(&["-p"]), Place::Within("-p")],
        Kind::Password,
    ),
    command(
        "curl",
        &[Place::Behind(&["-u", "--user", "-U", "--proxy-user"], b":")],
        Kind::Password,
    ),
    command(
        "snmp",
        &[Place::After(&["-c", "-A", "-X"])],
        Kind::Community,
    ),
    command("smbclient", &[Place::Behind(&["-U"], b"%")], Kind::Password),
    command("rpcclient", &[Place::Behind(&["-U"], b"%")], Kind::Password),
    command("mysql", &[Place::Within("-p")], Kind::Password),
    command("mariadb", &[Place::Within("-p")], Kind::Password),
    command("redis-cli", &[Place::After(&["-a"])], Kind::Password),
    command("mosquitto_", &[Place::After(&["-P"])], Kind::Password),
    command("ldapsearch", &[Place::After(&["-w"])], Kind::Password),
    command("ldapmodify", &[Place::After(&["-w"])], Kind::Password),
    command("lftp", &[Place::Behind(&["-u"], b",")], Kind::Password),
    command("xfreerdp", &[Place::Within("/p:")], Kind::Password),
    command("htpasswd", &[Place::Word(4)], Kind::Password),
    command("net user", &[Place::Word(2)], Kind::Password),
    command("set_password", &[Place::Word(2)], Kind::Password),
    command("rocommunity", &[Place::Word(1)], Kind::Community),
    command("rwcommunity", &[Place::Word(1)], Kind::Community),
    command("trapcommunity", &[Place::Word(1)], Kind::Community),
    command("com2sec", &[Place::Word(3)], Kind::Community),
    command("trapsink", &[Place::Word(2)], Kind::Community),
    command("trap2sink", &[Place::Word(2)], Kind::Community),
    command("snmp-server community", &[Place::Word(1)], Kind::Community),
    command("createuser", &[Place::Quoted], Kind::Password),
];

/// Bytes of a command line that are looked at.
const LONGEST: usize = 600;

/// Puts the secrets of the command at `start` into `out`; where it ends, so that nobody looks through it twice.
pub(super) fn find(
    text: Text<'_>,
    start: usize,
    command: &Command,
    out: &mut Vec<Finding>,
) -> usize {
    let before = text.before(start);
    if !text.begins_word(start) || before == b'-' || before == b'.' {
        return start;
    }
    let mut place = text.run(start + command.name.len(), 40, |byte| {
        byte.is_ascii_alphanumeric() || b"_-.6".contains(&byte)
    });
    let end = start + LONGEST;
    let mut words = 0;
    let mut last: Option<Range<usize>> = None;
    while place < end {
        let from = text.run(place, LONGEST, is_blank);
        if from == place && words > 0 {
            break;
        }
        let Some((word, after)) = word(text, from) else {
            return from;
        };
        if words > 0 && begins_another(text, command, &word) {
            return word.start;
        }
        words += 1;
        let quoted = after != word.end;
        let option = last.as_ref().map(|last| text.slice(last.clone()));
        for rule in command.places {
            if let Some(secret) = rule.secret(text, words, option, &word, quoted)
                && let secret = without_quotes(text, secret)
                && !text.str.get(secret.clone()).is_none_or(look::is_no_value)
            {
                out.push(Finding::secret(secret, command.kind));
            }
        }
        last = Some(word);
        place = after;
    }
    place
}

/// Whether the word, without the folder that it is in, is another command.
fn begins_another(text: Text<'_>, this: &Command, word: &Range<usize>) -> bool {
    let found = text.slice(word.start..word.end.min(word.start + 64));
    let folder = found
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |slash| slash + 1);
    let name = &found[folder..];
    COMMANDS.iter().any(|command| {
        let known = command.name.as_bytes();
        command.name != this.name
            && name.len() >= known.len()
            && name[..known.len()].eq_ignore_ascii_case(known)
    })
}

impl Place {
    fn secret(
        self,
        text: Text<'_>,
        words: usize,
        last: Option<&[u8]>,
        word: &Range<usize>,
        quoted: bool,
    ) -> Option<Range<usize>> {
        let follows =
            |options: &[&str]| options.iter().any(|option| last == Some(option.as_bytes()));
        let found = text.slice(word.clone());
        match self {
            Self::After(options) => {
                (follows(options) && !found.starts_with(b"-")).then(|| word.clone())
            }
            Self::Behind(options, sign) => {
                let at = found.windows(sign.len()).position(|part| part == sign)?;
                (follows(options) && at + sign.len() < found.len())
                    .then(|| word.start + at + sign.len()..word.end)
            }
            Self::Within(option) => {
                let grown = found.starts_with(option.as_bytes()) && found.len() >= option.len() + 4;
                grown.then(|| word.start + option.len()..word.end)
            }
            Self::Word(number) => {
                let noted = words == number && !matches!(found.first(), Some(b'-' | b'=' | b'/'));
                (noted && !text.str.get(word.clone()).is_none_or(look::is_prose))
                    .then(|| word.clone())
            }
            Self::Quoted => quoted.then(|| word.clone()),
        }
    }
}

/// Quotes that stand within a word or close one that began before it are not the secret.
fn without_quotes(text: Text<'_>, secret: Range<usize>) -> Range<usize> {
    let start = text.run(secret.start, 1.min(secret.len()), |byte| byte == b'\'');
    start..text.run_back(secret.end, 1.min(secret.end - start), |byte| byte == b'\'')
}

/// The word at `from` without its quotes, and where it ends with them; nothing at the end of the command.
fn word(text: Text<'_>, from: usize) -> Option<(Range<usize>, usize)> {
    let first = text.at(from);
    if matches!(first, 0 | b'\n' | b'\r' | b';' | b'|' | b'&') {
        return None;
    }
    if matches!(first, b'"' | b'\'') {
        let end = text.run(from + 1, LONGEST, |byte| byte != first && byte != b'\n');
        if text.at(end) == first {
            return Some((from + 1..end, end + 1));
        }
    }
    let end = text.run(from, LONGEST, |byte| {
        !byte.is_ascii_whitespace() && !matches!(byte, 0 | b'"' | b'`' | b'|' | b';')
    });
    // A quote within a word belongs to it.
    let end = if end == from { from + 1 } else { end };
    text.str
        .is_char_boundary(end.min(text.bytes.len()))
        .then_some((from..end.min(text.bytes.len()), end))
}
