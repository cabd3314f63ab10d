//! The part of Proxmox's calendar events that scenarios use: a time of day, perhaps on some days of the week.
//!
//! `02:30`, `sat 02:30`, `mon,wed 02:30` and `mon..fri 02:30`; times are UTC, which the simulated nodes keep.

/// Days in the order of the epoch's weeks: 1970-01-01 was a Thursday.
const DAYS: [&str; 7] = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
const DAY_S: u64 = 86_400;

/// The first moment after `after` (both in epoch seconds); none where the event is not one of these.
pub fn next(event: &str, after: u64) -> Option<u64> {
    let (days, time) = match event.trim().rsplit_once(' ') {
        Some((days, time)) => (weekdays(days)?, time),
        None => ([true; 7], event.trim()),
    };
    let of_day = time_of_day(time)?;
    let today = after / DAY_S;
    // Eight days hold every weekday after `after` at least once.
    (today..today + 8)
        .filter(|day| days.get(usize::try_from(day % 7).unwrap_or(0)) == Some(&true))
        .map(|day| day * DAY_S + of_day)
        .find(|moment| *moment > after)
}

fn time_of_day(text: &str) -> Option<u64> {
    let (hour, minute) = text.split_once(':')?;
    let hour: u64 = hour.parse().ok().filter(|hour| *hour < 24)?;
    let minute: u64 = minute.parse().ok().filter(|minute| *minute < 60)?;
    Some(hour * 3600 + minute * 60)
}

fn weekdays(text: &str) -> Option<[bool; 7]> {
    let place = |name: &str| DAYS.iter().position(|day| *day == name.trim());
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = match part.split_once("..") {
            Some((first, last)) => (place(first)?, place(last)?),
            None => (place(part)?, place(part)?),
        };
        let mut day = first;
        loop {
            if let Some(on) = days.get_mut(day) {
                *on = true;
            }
            if day == last {
                break;
            }
            day = (day + 1) % 7;
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01 00:00:00 UTC, a Thursday.
    const THURSDAY: u64 = 1_767_225_600;
    const HOUR: u64 = 3600;

    #[test]
    fn a_time_of_day_comes_every_day_and_is_over_when_it_has_come() {
        assert_eq!(next("02:30", THURSDAY), Some(THURSDAY + 9000));
        let then = THURSDAY + 9000;
        assert_eq!(next("02:30", then), Some(then + DAY_S));
        assert_eq!(next("02:30", then - 1), Some(then));
    }

    #[test]
    fn days_of_the_week_are_waited_for() {
        assert_eq!(
            next("sat 01:00", THURSDAY),
            Some(THURSDAY + 2 * DAY_S + HOUR)
        );
        assert_eq!(
            next("mon..wed 01:00", THURSDAY),
            Some(THURSDAY + 4 * DAY_S + HOUR)
        );
        assert_eq!(next("thu 00:00", THURSDAY), Some(THURSDAY + 7 * DAY_S));
        assert_eq!(next("sun,fri 00:00", THURSDAY), Some(THURSDAY + DAY_S));
    }

    #[test]
    fn anything_else_is_no_moment() {
        for event in [
            "",
            "24:00",
            "02:60",
            "noon",
            "*/15",
            "xyz 02:30",
            "mon..xyz 02:30",
        ] {
            assert_eq!(next(event, THURSDAY), None, "{event}");
        }
    }
}
