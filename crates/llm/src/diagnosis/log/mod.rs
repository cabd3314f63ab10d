//! A quarantined reader of logs: lines go in, classes and counts come out, and no word of a line ever does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

mod named;

pub use named::is_about_another;

/// Most bytes of one line that are looked at.
const LONGEST_LINE: usize = 2_000;
/// Most lines that are looked at.
const MOST_LINES: usize = 20_000;

/// Declares the classes: their word, what they are in a sentence, and what lines of them hold, in lower case.
macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $phrase:literal, [$($mark:literal),* $(,)?];)*) => {
        /// What a line of a log tells of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Class {
            $($(#[$doc])* $name,)*
        }

        impl Class {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// How a sentence says it.
            pub fn phrase(self) -> &'static str {
                match self { $(Self::$name => $phrase,)* }
            }
        }

        const MARKS: &[(Class, &str)] = &[$($((Class::$name, $mark),)*)*];
    };
}

classes! {
    /// The kernel killed a process for want of memory.
    OutOfMemory = "out_of_memory", "memory ran out", [
        "out of memory", "oom-kill", "oom_reaper", "invoked oom-killer", "cannot allocate memory",
        "memory cgroup out of memory",
    ];
    /// A disk failed to read or write.
    IoError = "io_error", "a disk failed to read or write", [
        "i/o error", "input/output error", "blk_update_request", "buffer i/o error", "critical medium error",
        "unrecovered read error", "failed command: read", "failed command: write", "uncorrectable error",
        "read-only file system", "ext4-fs error", "xfs_do_force_shutdown",
    ];
    /// A disk, file system or quota is full.
    DiskFull = "disk_full", "a disk is full", [
        "no space left on device", "disk quota exceeded", "thin pool is full", "data space is full",
        "out of data space", "insufficient free space", "not enough space", "enospc",
    ];
    /// A link or an address is not there.
    NetworkDown = "network_down", "the network failed", [
        "link is down", "nic link is down", "network is unreachable", "no route to host", "connection refused",
        "name or service not known", "temporary failure in name resolution", "carrier lost",
        "link is not ready", "host is down",
    ];
    /// Somebody could not sign in.
    AuthFailure = "auth_failure", "a sign-in failed", [
        "authentication failure", "authentication failed", "failed password", "permission denied",
        "invalid credentials", "access denied", "401 unauthorized", "login failed",
    ];
    /// Something took too long.
    Timeout = "timeout", "something took too long", [
        "timed out", "timeout", "hung_task", "blocked for more than", "soft lockup", "rcu_sched self-detected stall",
        "got no worker upid", "deadline exceeded",
    ];
    /// A lock was not to be had.
    LockHeld = "lock_held", "a lock was not to be had", [
        "can't lock file", "can't acquire lock", "trying to acquire lock", "is locked (", "unable to acquire lock",
    ];
    /// The cluster lost its quorum or a member.
    ClusterTrouble = "cluster_trouble", "the cluster lost its quorum or a member", [
        "cluster not ready - no quorum", "quorum lost", "lost quorum", "this node is within the non-primary component",
        "retransmit list", "a processor failed, forming new configuration", "node lost lock", "no quorum",
    ];
    /// A process crashed.
    Crash = "crash", "a process crashed", [
        "segfault", "segmentation fault", "kernel panic", "general protection fault", "core dumped",
        "call trace:", "kernel bug at", "got signal 11", "got signal 6",
    ];
    /// Hardware complains.
    Hardware = "hardware", "the hardware complains", [
        "machine check", "mce: [hardware error]", "temperature above threshold", "cpu clock throttled",
        "edac mc", "pcie bus error", "smart error", "prefailure",
    ];
    /// A certificate or key is not trusted.
    Certificate = "certificate", "a certificate is not trusted", [
        "certificate verify failed", "certificate has expired", "self-signed certificate", "self signed certificate",
        "fingerprint verification failed", "host key verification failed",
    ];
}

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .build(MARKS.iter().map(|(_, mark)| mark))
        .expect("the marks are few and short")
});

/// What lines told of, as classes and counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    counts: BTreeMap<Class, u32>,
    lines: u32,
}

impl Summary {
    /// Reads lines. Each counts once for each class that it tells of; the longest and the last are cut off.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut summary = Self::default();
        for line in lines.into_iter().take(MOST_LINES) {
            summary.add(line);
        }
        summary
    }

    fn add(&mut self, line: &str) {
        self.lines += 1;
        let bytes = &line.as_bytes()[..line.len().min(LONGEST_LINE)];
        let mut found: Vec<Class> = FINDER
            .find_overlapping_iter(bytes)
            .map(|hit| MARKS[hit.pattern().as_usize()].0)
            .collect();
        found.sort_unstable();
        found.dedup();
        for class in found {
            *self.counts.entry(class).or_default() += 1;
        }
    }

    /// The classes that were found, with how many lines told of each; the most frequent first.
    pub fn classes(&self) -> Vec<(Class, u32)> {
        let mut all: Vec<(Class, u32)> = self
            .counts
            .iter()
            .map(|(class, count)| (*class, *count))
            .collect();
        all.sort_by_key(|(class, count)| (std::cmp::Reverse(*count), *class));
        all
    }

    /// How many lines told of this.
    pub fn count(&self, class: Class) -> u32 {
        self.counts.get(&class).copied().unwrap_or_default()
    }

    /// How many lines were read.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (class, count) in &other.counts {
            *self.counts.entry(*class).or_default() += count;
        }
        self.lines += other.lines;
        self
    }
}
