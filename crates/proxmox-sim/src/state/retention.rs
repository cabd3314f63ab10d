//! Which backups of a guest stay (`prune-backups`): protected ones and those that a rule wants; the others go.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::contents::{Content, Stored};
use super::series::clock_text;

/// How many backups stay, by rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Everything stays.
    pub all: bool,
    /// The newest ones.
    pub last: usize,
    /// The newest of each hour.
    pub hourly: usize,
    /// The newest of each day.
    pub daily: usize,
    /// The newest of each week.
    pub weekly: usize,
    /// The newest of each month.
    pub monthly: usize,
    /// The newest of each year.
    pub yearly: usize,
}

impl Retention {
    /// Out of `keep-last=3,keep-daily=7`; what is wrong about it otherwise.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut keep = Self::default();
        for pair in text.split(',').filter(|pair| !pair.is_empty()) {
            let (rule, count) = pair.split_once('=').unwrap_or(("", pair));
            let count: usize = count.parse().map_err(|_| {
                format!("invalid format - format error\n{rule}: type check failed\n")
            })?;
            match rule {
                "keep-all" => keep.all = count > 0,
                "keep-last" => keep.last = count,
                "keep-hourly" => keep.hourly = count,
                "keep-daily" => keep.daily = count,
                "keep-weekly" => keep.weekly = count,
                "keep-monthly" => keep.monthly = count,
                "keep-yearly" => keep.yearly = count,
                _ => {
                    return Err(format!(
                        "invalid format - format error\n{rule}: property is not defined in schema and the schema does not allow additional properties\n"
                    ));
                }
            }
        }
        Ok(keep)
    }

    /// Whether it lets anything go at all; no rule is like `keep-all`.
    pub fn prunes(&self) -> bool {
        !self.all && *self != Self::default()
    }

    /// Of backups, newest first, those that stay.
    fn staying<'a>(&self, newest_first: &[&'a Stored]) -> BTreeSet<&'a str> {
        let mut kept = BTreeSet::new();
        // The leading part of `2026-01-31 12:00:00` names the second, hour, day, month or year.
        let rules = [
            (self.last, Some(19)),
            (self.hourly, Some(13)),
            (self.daily, Some(10)),
            (self.weekly, None),
            (self.monthly, Some(7)),
            (self.yearly, Some(4)),
        ];
        for (count, length) in rules {
            let mut seen = BTreeSet::new();
            for backup in newest_first {
                let span = match length {
                    Some(length) => clock_text(backup.ctime * 1000)
                        .chars()
                        .take(length)
                        .collect(),
                    // The epoch was a Thursday: weeks begin on Mondays.
                    None => ((backup.ctime / 86_400 + 3) / 7).to_string(),
                };
                if seen.len() < count && seen.insert(span) {
                    kept.insert(backup.volid.as_str());
                }
            }
        }
        kept
    }
}

impl Machine {
    /// Removes the backups of a guest that a retention does not keep.
    pub(super) fn prune(&mut self, node: &str, storage: &str, vmid: u32, keep: &Retention) {
        let mut backups: Vec<&Stored> = self
            .stored_on(storage, node)
            .filter(|s| s.content == Content::Backup && s.vmid == Some(vmid) && !s.protected)
            .collect();
        backups.sort_by_key(|s| std::cmp::Reverse(s.ctime));
        let kept = keep.staying(&backups);
        let gone: Vec<String> = backups
            .iter()
            .filter(|s| !kept.contains(s.volid.as_str()))
            .map(|s| s.volid.clone())
            .collect();
        for volid in gone {
            self.free(node, &volid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::stock::archive_of;

    #[test]
    fn rules_are_read_and_others_refused() {
        let keep = Retention::parse("keep-last=2,keep-daily=7").unwrap();
        assert_eq!((keep.last, keep.daily, keep.prunes()), (2, 7, true));
        assert!(!Retention::parse("keep-all=1").unwrap().prunes());
        assert!(!Retention::parse("").unwrap().prunes());
        for wrong in ["keep-some=1", "keep-last=x", "3"] {
            assert!(Retention::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_rule_keeps_the_newest_of_its_spans() {
        let machine = Machine::new(&crate::Scenario::lab(), 1_767_225_600_000);
        let (guest, storage) = (
            machine.guest(101).unwrap(),
            machine.storage("nfs-vm").unwrap(),
        );
        let at = |hours: u64| {
            archive_of(
                guest,
                storage,
                "zstd",
                1_767_268_800_000 - hours * 3_600_000,
            )
        };
        let all: Vec<Stored> = [0, 1, 13, 30].map(at).into();
        let newest_first: Vec<&Stored> = all.iter().collect();
        let kept = |text: &str| Retention::parse(text).unwrap().staying(&newest_first).len();
        assert_eq!(
            (
                kept("keep-last=3"),
                kept("keep-daily=3"),
                kept("keep-yearly=9")
            ),
            (3, 2, 2)
        );
    }
}
