//! Long runs of letters and digits without a word on what they are, and blocks of base64 over several lines.
//!
//! Hexadecimal digits are never taken for a secret here: they are what UUIDs, digests and serial numbers are made of,
//! and a model without them is useless. So are names that a machine put together of words and numbers.

use std::ops::Range;

use super::Kind;
use super::look::Turns;
use super::text::{Finding, Text, is_base64, is_blank};

/// Bytes of the shortest run. Only every so many bytes is one looked at, which makes most of a text free.
pub(super) const SHORTEST: usize = 24;
/// Bytes without a separator that a run must have somewhere.
const PIECE: usize = 16;
/// Bytes of a line that begins a block.
const BLOCK_LINE: usize = 48;
/// How public keys of SSH begin, in base64: the length and the name of their algorithm.
const SSH_PUBLIC: [&[u8]; 5] = [
    b"AAAAB3NzaC1",
    b"AAAAC3NzaC1",
    b"AAAAE2VjZHNh",
    b"AAAAGnNrL",
    b"AAAAInNrL",
];
/// Words before a run that say it is public.
const PUBLIC: [&[u8]; 9] = [
    b"public",
    b"peer",
    b"fingerprint",
    b"sha256",
    b"sha384",
    b"sha512",
    b"digest",
    b"checksum",
    b"integrity",
];

/// Every suspicious run. `public` are blocks of certificates; `holds` tells whether a text without its line breaks has
/// a secret that Argus holds.
pub(super) fn find(
    text: Text<'_>,
    public: &[Range<usize>],
    holds: impl Fn(&str) -> bool,
    out: &mut Vec<Finding>,
) {
    let bytes = text.bytes;
    let mut published = public.iter().peekable();
    let (mut probe, mut free) = (SHORTEST - 1, 0);
    while let Some(byte) = bytes.get(probe) {
        if !IN_RUN[usize::from(*byte)] {
            probe += SHORTEST;
            continue;
        }
        let start = text.run_back(probe, probe - free, |byte| IN_RUN[usize::from(byte)]);
        let mut end = text.run(probe, usize::MAX, |byte| IN_RUN[usize::from(byte)]);
        if end - start >= SHORTEST {
            while published.next_if(|block| block.end <= start).is_some() {}
            let is_public = published.peek().is_some_and(|block| block.start <= start);
            if let Some(block) = block(text, start..end) {
                end = block.end;
                let squeezed: String = text.str[block.clone()]
                    .split(|c| !u8::try_from(c).is_ok_and(is_base64))
                    .collect();
                if !is_public || holds(&squeezed) {
                    out.push(Finding::secret(block, Kind::Encoded));
                }
            } else if !is_public {
                let mut from = start;
                while let Some(piece) = random_piece(text, from..end) {
                    let after = piece.end;
                    let found = single(text, &(start..end), piece);
                    from = found
                        .as_ref()
                        .map_or(after, |found| found.range.end.max(after));
                    out.extend(found);
                }
            }
        }
        free = end;
        probe = end + SHORTEST;
    }
}

/// Bytes of runs: base64's in both alphabets, and its padding.
const IN_RUN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
        byte -= 1;
    }
    table
};

/// The secret around one piece of the run.
fn single(text: Text<'_>, run: &Range<usize>, piece: Range<usize>) -> Option<Finding> {
    if is_public(text, run, &piece) {
        return None;
    }
    let whole = around(text, run, piece);
    let padded = text.slice(whole.clone()).ends_with(b"=");
    // `65F1C2AB:` and a signature is what Proxmox' pages send back with each request.
    let stamp = whole.start.saturating_sub(9)..whole.start;
    let is_stamped = text.at(stamp.end.wrapping_sub(1)) == b':'
        && stamp.len() == 9
        && text
            .slice(stamp.start..stamp.start + 8)
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'));
    if is_stamped && text.begins_word(stamp.start) {
        return Some(Finding::secret(stamp.start..whole.end, Kind::Csrf));
    }
    // A Telegram bot's number and its key.
    let number = text.run_back(whole.start.saturating_sub(1), 10, |byte| {
        byte.is_ascii_digit()
    });
    if whole.start - number >= 9 && text.before(whole.start) == b':' && text.begins_word(number) {
        return Some(Finding::secret(number..whole.end, Kind::Token));
    }
    let kind = if padded { Kind::Key } else { Kind::Random };
    Some(Finding::secret(whole, kind))
}

/// The first piece between separators that nobody would write.
fn random_piece(text: Text<'_>, run: Range<usize>) -> Option<Range<usize>> {
    let mut from = run.start;
    while from < run.end {
        let to = text.run(from, run.end - from, |byte| byte.is_ascii_alphanumeric());
        let piece = text.slice(from..to);
        if piece.len() >= PIECE && Turns::of(&piece[..piece.len().min(256)]).are_random() {
            return Some(from..to);
        }
        from = to + 1;
    }
    None
}

fn is_public(text: Text<'_>, run: &Range<usize>, piece: &Range<usize>) -> bool {
    let head = text.slice(run.start..(piece.start + 16).min(run.start + 48));
    let key = SSH_PUBLIC
        .iter()
        .any(|start| head.windows(start.len()).any(|part| part == *start));
    let says_so = |place: usize| {
        let line = text.run_back(place, 28, |byte| byte != b'\n');
        let before = text.slice(line..place);
        PUBLIC.iter().any(|word| {
            let mut parts = before.windows(word.len());
            parts.any(|part| part.eq_ignore_ascii_case(word))
        })
    };
    key || says_so(piece.start) || says_so((run.start + 8).min(piece.start))
}

/// How far the secret goes around its piece: in a path up to the next slash, otherwise all of the run but a name and
/// its `=` before it.
fn around(text: Text<'_>, run: &Range<usize>, piece: Range<usize>) -> Range<usize> {
    let in_path = matches!(text.at(run.start), b'/')
        || matches!(text.before(run.start), b'/' | b'.' | b'~' | b'%');
    let belongs = |byte: u8| byte != b'=' && (byte != b'/' || !in_path);
    let start = text.run_back(piece.start, piece.start - run.start, belongs);
    let end = text.run(piece.end, run.end - piece.end, belongs);
    start..text.run(end, 2.min(run.end - end), |byte| byte == b'=')
}

/// The block of base64 lines that begins with this run: it reaches its line's end, and so do those after it, which are
/// as long as it but for the last.
fn block(text: Text<'_>, run: Range<usize>) -> Option<Range<usize>> {
    let width = run.len();
    let head = text.slice(run.start..run.end.min(run.start + 256));
    if width < BLOCK_LINE || !text.breaks_line(run.end) || !Turns::of(head).are_random() {
        return None;
    }
    let mut end = run.end;
    loop {
        let mut next = end;
        while text.breaks_line(next) {
            next += if text.at(next) == b'\\' { 2 } else { 1 };
        }
        let start = text.run(next, 64, |byte| is_blank(byte) || byte == b'>');
        let line = text.run(start, width + 1, |byte| IN_RUN[usize::from(byte)]);
        let is_whole =
            line >= text.bytes.len() || text.breaks_line(line) || b"\"'".contains(&text.at(line));
        if line == start || line - start > width || !is_whole {
            break;
        }
        end = line;
        if line - start < width {
            break;
        }
    }
    (end > run.end).then_some(run.start..end)
}
