//! What the redactor's speed is measured with: its patterns as one regular expression, an ordinary log, and texts that
//! are made to cost time.

use std::fmt::Write;

use super::command::COMMANDS;
use super::format::FORMATS;
use super::keyword::NOUNS;
use super::run::SHORTEST;

/// Each once and again without a line break makes a text that would cost more than others if anything were looked at
/// more than a few times.
pub const ADVERSARIAL: [&str; 36] = [
    "a",
    "=",
    "\"",
    "\\",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN X-----\n",
    "password=",
    "password:",
    "password ",
    "password \"",
    "token:token=",
    "key key ",
    "user:",
    "token:",
    "cookie:",
    "authorization: a b ",
    "-eyJ",
    "sk-",
    "PVE:",
    "key: \u{e4}",
    "secret is now ",
    "://",
    "://a:b",
    "://a:b/",
    "a@b!c",
    "!",
    "<<SECRET:",
    "ipmitool ",
    "ipmitool -P",
    "$6$",
    "eyJ",
    "PVE:a",
    "aB3",
    "aB3dE5fG7hJ9kL1mN-",
    "sha512-aB3dE5fG7hJ9kL1mN+",
    "argus@pve!ops=5f0e1c9a-feed-",
];

/// About `size` bytes of what a node writes into its log on a day without surprises.
pub fn ordinary_log(size: usize) -> String {
    let mut log = String::with_capacity(size + 256);
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    while log.len() < size {
        // An xorshift: the same log each time, and no line twice.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let (a, b, c) = (seed % 9000 + 100, (seed >> 16) % 255, (seed >> 32) as u32);
        let what = &LINES[(seed >> 40) as usize % LINES.len()];
        let minute = (seed >> 8) % 60;
        let _ = write!(log, "Nov 12 03:{minute:02}:{:02} pve{} ", b % 60, b % 7 + 1);
        for part in what.split_inclusive('#') {
            let Some(words) = part.strip_suffix('#') else {
                log.push_str(part);
                continue;
            };
            log.push_str(words);
            let _ = match words.as_bytes().last() {
                Some(b':') => write!(log, "{c:08X}"),
                Some(b'.') => write!(log, "{b}"),
                Some(b'/') => write!(log, "{c:08x}{c:08x}{a:x}"),
                _ => write!(log, "{a}"),
            };
        }
        log.push('\n');
    }
    log
}

/// Lines of the log; `#` is a number, how written depends on what stands before it.
const LINES: [&str; 20] = [
    "pvedaemon[#]: <root@pam> starting task UPID:pve1:#:#:#:qmstart:#:root@pam:",
    "pvedaemon[#]: <argus@pve!ops> end task UPID:pve1:#:#:#:vzdump:#:argus@pve!ops: OK",
    "pvescheduler[#]: INFO: status: 42% (#.4 GiB of #.0 GiB), duration #, read: #.1 MiB/s, write: #.0 MiB/s",
    "pvescheduler[#]: INFO: creating vzdump archive '/mnt/pve/nas/dump/vzdump-qemu-#-2025_11_12-02_00_04.vma.zst'",
    "pvescheduler[#]: INFO: Finished Backup of VM # (00:04:12)",
    "corosync[#]:   [KNET  ] link: host: 2 link: 0 is down",
    "corosync[#]:   [TOTEM ] Retransmit List: # # #",
    "pmxcfs[#]: [status] notice: received log",
    "pve-ha-lrm[#]: service status vm:# started",
    "kernel: vmbr0: port 3(tap#i0) entered forwarding state",
    "kernel: [#.#] nvme0n1: p1 p2 p3",
    "kernel: EXT4-fs (dm-#): mounted filesystem / with ordered data mode. Quota mode: none.",
    "systemd[1]: Started session-#.scope - Session # of User root.",
    "systemd[1]: Starting pve-daily-update.service - Daily PVE download activities...",
    "sshd[#]: Accepted publickey for root from 10.0.0.# port # ssh2: ED25519",
    "sshd[#]: pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)",
    "CRON[#]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)",
    "smartd[#]: Device: /dev/sda [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from # to #",
    "qm[#]: VM # qmp command 'guest-ping' failed - got timeout",
    "pvestatd[#]: status update time (#.# seconds) of /dev/disk/by-id/#",
];

/// The patterns of the redactor as one alternation, without the judgement about what they find: what somebody would
/// write who had nothing but a regular expression. It is what the redactor's speed is measured against.
pub fn alternation() -> String {
    let nouns: Vec<&str> = NOUNS.iter().map(|noun| noun.word).collect();
    let commands: Vec<String> = COMMANDS
        .iter()
        .map(|command| escape(command.name))
        .collect();
    let formats = FORMATS.iter().map(|format| {
        let least = format.least;
        format!(
            "{}{}{{{least},}}",
            escape(format.prefix),
            format.body.class()
        )
    });
    let mut patterns = vec![
        format!(
            "(?i:{})[\"']?[ \\t]*[:=][ \\t]*[\"']?[^\\s\"',;&]+",
            nouns.join("|")
        ),
        format!("(?i:{})[^\\n]* -[a-zA-Z] ?[^\\s]+", commands.join("|")),
        "(?i:authorization|cookie)[\"']?[:=][^\\n\"']+".to_owned(),
        "(?i:bearer) [A-Za-z0-9._~+/=-]{12,}".to_owned(),
        "://[^\\s/:@]*:[^\\s/@]+@".to_owned(),
        "[A-Za-z0-9._-]+@[A-Za-z0-9._-]+!(?:[A-Za-z0-9._-]+)[=: ]+[0-9a-fA-F-]{36}".to_owned(),
        "-----BEGIN [A-Z ]*KEY-----".to_owned(),
        "<<SECRET".to_owned(),
        format!("[A-Za-z0-9+/_=-]{{{SHORTEST},}}"),
    ];
    patterns.extend(formats);
    format!("(?-u:{})", patterns.join("|"))
}

/// Every character as itself.
fn escape(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c.to_string()
            } else {
                format!("\\{c}")
            }
        })
        .collect()
}
