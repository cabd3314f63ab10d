//! Which guests a line of a node's log names, by the shapes in which Proxmox and the kernel write their numbers.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

/// What stands right before a guest's number: words, resources, volumes, network devices, units and files.
const BEFORE: &[&str] = &[
    "vm ",
    "ct ",
    "vm:",
    "ct:",
    "vm/",
    "ct/",
    "vmid ",
    "guest ",
    "qemu/",
    "lxc/",
    "vm-",
    "base-",
    "subvol-",
    "basevol-",
    "tap",
    "veth",
    "fwbr",
    "fwln",
    "fwpr",
    "qemu.slice/",
    "qemu-server/",
    "pve-container@",
    "lock-",
];

/// Numbers that a guest may have in Proxmox.
const VMIDS: RangeInclusive<u32> = 100..=999_999_999;

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .build(BEFORE)
        .expect("the words are few and short")
});

/// Whether a line names guests and this one is not among them. A line that names none is about everybody on the node.
pub fn is_about_another(line: &str, vmid: u32) -> bool {
    let line = &line.as_bytes()[..line.len().min(super::LONGEST_LINE)];
    let mut named = by_shape(line).chain(by_task(line)).peekable();
    named.peek().is_some() && !named.any(|one| one == vmid)
}

fn by_shape(line: &[u8]) -> impl Iterator<Item = u32> + '_ {
    FINDER.find_overlapping_iter(line).filter_map(|hit| {
        let begins_a_word = match hit.start().checked_sub(1) {
            None => true,
            Some(before) => !line[before].is_ascii_alphanumeric(),
        };
        begins_a_word.then(|| number(&line[hit.end()..])).flatten()
    })
}

/// `UPID:{node}:{pid}:{pstart}:{starttime}:{type}:{id}:{user}:`, whose id is a guest's number, alone or before an `@`.
fn by_task(line: &[u8]) -> impl Iterator<Item = u32> + '_ {
    const MARK: &[u8] = b"UPID:";
    let starts = line.windows(MARK.len()).enumerate();
    starts
        .filter(|(_, part)| *part == MARK)
        .filter_map(|(at, _)| {
            let id = line[at + MARK.len()..].split(|byte| *byte == b':').nth(5)?;
            number(id)
        })
}

/// The number at the start of this, where it is one that a guest may have and goes on with no further digit.
fn number(rest: &[u8]) -> Option<u32> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = std::str::from_utf8(&rest[..digits]).ok()?;
    text.parse().ok().filter(|number| VMIDS.contains(number))
}
