//! What storages, snapshots and backups show.

use super::{Limits, Reasons, days, evidence, percent, real, seconds};
use crate::diagnosis::finding::{Cause, Measure, Severity, Unit};
use crate::diagnosis::inquiry::{About, Symptom};
use crate::diagnosis::observed::StorageState;

const FILL: Limits = Limits(0.85, 0.95);
const DAY_S: i64 = 86_400;
/// Snapshots of this age hold more than they are worth.
const OLD_DAYS: i64 = 30;
/// More than this many snapshots slow some storages down.
const MANY: usize = 5;
/// A backup of a week and a day was missed.
const STALE_DAYS: i64 = 8;

impl Reasons<'_> {
    pub(super) fn of_what_is_kept(&mut self) {
        for storage in self.observed.storages.iter().flatten() {
            self.storage(storage);
        }
        if let About::Guest(target) = self.inquiry.about {
            let subject = format!("{}/{}", target.kind.as_str(), target.vmid);
            self.snapshots(&subject);
            self.backups(&subject);
        }
    }

    fn storage(&mut self, storage: &StorageState) {
        let subject = format!("storage/{}", storage.name);
        if !storage.available {
            let state = evidence(Measure::State, &subject, 0.0, Unit::Number, Some(1.0));
            self.add(
                (Cause::StorageAway, Severity::Critical),
                &[
                    Symptom::Down,
                    Symptom::Stuck,
                    Symptom::Failed,
                    Symptom::Slow,
                    Symptom::Unreachable,
                ],
                format!("The storage {} cannot be used.", storage.name),
                vec![state],
            );
            return;
        }
        let (Some(used), Some(total)) = (storage.used, storage.total.filter(|total| *total > 0))
        else {
            return;
        };
        let share = real(used) / real(total);
        let Some((severity, limit)) = FILL.judge(share) else {
            return;
        };
        let free = real(total.saturating_sub(used));
        self.add(
            (Cause::StorageFull, severity),
            &[
                Symptom::Full,
                Symptom::Failed,
                Symptom::Stuck,
                Symptom::Down,
                Symptom::Slow,
            ],
            format!("The storage {} is {} full.", storage.name, percent(share)),
            vec![
                evidence(
                    Measure::StorageShare,
                    &subject,
                    share,
                    Unit::Share,
                    Some(limit),
                ),
                evidence(Measure::StorageFree, &subject, free, Unit::Bytes, None),
            ],
        );
    }

    fn snapshots(&mut self, subject: &str) {
        let Some(snapshots) = &self.observed.snapshots else {
            return;
        };
        let now_s = self.observed.now_s;
        let before = now_s - OLD_DAYS * DAY_S;
        let ages = snapshots.iter().filter_map(|one| one.taken_s);
        let old: Vec<i64> = ages.filter(|taken| *taken < before).collect();
        if let Some(oldest) = old.iter().min() {
            let age = now_s - oldest;
            let limit = Some(seconds(OLD_DAYS * DAY_S));
            self.add(
                (Cause::OldSnapshots, Severity::Notice),
                &[Symptom::Full],
                format!(
                    "It has {} older than {OLD_DAYS} days, the oldest of {}: each holds all that changed since.",
                    count(old.len(), "snapshot"),
                    days(age)
                ),
                vec![
                    evidence(Measure::Age, subject, seconds(age), Unit::Seconds, limit),
                    evidence(Measure::Count, subject, real(old.len() as u64), Unit::Number, None),
                ],
            );
            self.mend(format!(
                "delete all snapshots of {subject} older than {OLD_DAYS} days"
            ));
        }
        if snapshots.len() > MANY {
            let there = real(snapshots.len() as u64);
            let limit = Some(real(MANY as u64));
            self.add(
                (Cause::ManySnapshots, Severity::Notice),
                &[Symptom::Full, Symptom::Slow],
                format!(
                    "It has {}: on some storages each one slows its disks.",
                    count(snapshots.len(), "snapshot")
                ),
                vec![evidence(
                    Measure::Count,
                    subject,
                    there,
                    Unit::Number,
                    limit,
                )],
            );
        }
    }

    fn backups(&mut self, subject: &str) {
        let Some(backups) = &self.observed.backups else {
            return;
        };
        let newest = backups.iter().filter_map(|one| one.taken_s).max();
        let limit = seconds(STALE_DAYS * DAY_S);
        let (text, told) = match newest.map(|taken| self.observed.now_s - taken) {
            Some(age) if age > STALE_DAYS * DAY_S => (
                format!("Its newest backup is {} old.", days(age)),
                evidence(
                    Measure::Age,
                    subject,
                    seconds(age),
                    Unit::Seconds,
                    Some(limit),
                ),
            ),
            // Without a date there is no telling.
            None if backups.is_empty() => (
                "It has no backup.".to_owned(),
                evidence(Measure::Count, subject, 0.0, Unit::Number, Some(1.0)),
            ),
            _ => return,
        };
        self.add(
            (Cause::OldBackup, Severity::Notice),
            &[Symptom::Failed],
            text,
            vec![told],
        );
        self.mend(format!("back up {subject}"));
    }
}

/// `one snapshot`, `3 snapshots`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("one {noun}"),
        number => format!("{number} {noun}s"),
    }
}
