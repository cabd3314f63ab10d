//! Times within which plans must not start.
//!
//! Weekly windows are read in the fixed offset from UTC that they name. Summer time is nobody's secret rule here: who
//! wants a window to move with it writes another document in spring.

use argus_types::Timestamp;
use serde::Serialize;

/// Minutes of a day.
pub(super) const DAY_MIN: u16 = 24 * 60;
/// Seconds of a day.
const DAY_S: i64 = 86_400;
/// More windows than this one after the other count as one without an end.
const MOST_IN_A_ROW: usize = 2_000;
/// The names of the days, Monday first.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A time within which a plan must not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Every week.
    Weekly {
        /// On which days it begins, Monday first.
        days: [bool; 7],
        /// The minute of the day at which it begins.
        from_min: u16,
        /// How many minutes it lasts, a day at most; it may reach into the next day.
        lasts_min: u16,
        /// What the days and minutes are ahead of UTC, in minutes.
        offset_min: i16,
    },
    /// Once.
    Once {
        /// From this moment on; from ever where absent.
        starts: Option<Timestamp>,
        /// Until this moment.
        ends: Timestamp,
    },
}

impl Window {
    /// When it ends, where `at` lies within it.
    pub fn end_at(&self, at: Timestamp) -> Option<Timestamp> {
        match *self {
            Self::Once { starts, ends } => {
                (starts.is_none_or(|starts| starts <= at) && at < ends).then_some(ends)
            }
            Self::Weekly {
                days,
                from_min,
                lasts_min,
                offset_min,
            } => {
                let local = at.get().unix_timestamp() + i64::from(offset_min) * 60;
                let today = local.div_euclid(DAY_S);
                // It lasts a day at most: only one that began today or yesterday can still be on.
                [today, today - 1].into_iter().find_map(|day| {
                    let begins = day * DAY_S + i64::from(from_min) * 60;
                    let ends = begins + i64::from(lasts_min) * 60;
                    let is_on = days[weekday(day)] && (begins..ends).contains(&local);
                    let end = Timestamp::from_unix(ends - i64::from(offset_min) * 60);
                    end.filter(|_| is_on)
                })
            }
        }
    }
}

/// The day of the week, Monday first, of a day counted from 1970-01-01, which was a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}

/// Until when something is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// It is not.
    Not,
    /// Until then.
    Then(Timestamp),
    /// No moment is left open.
    NoEnd,
}

/// Until when some of `windows` is on without a break, from `now` on.
pub(super) fn until(windows: &[Window], now: Timestamp) -> Until {
    let mut at = now;
    for _ in 0..MOST_IN_A_ROW {
        match windows.iter().filter_map(|window| window.end_at(at)).max() {
            Some(end) => at = end,
            None if at == now => return Until::Not,
            None => return Until::Then(at),
        }
    }
    Until::NoEnd
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23, a Monday, at midnight UTC, and minutes from it.
    fn monday(minutes: i64) -> Timestamp {
        Timestamp::from_unix(1_795_392_000 + minutes * 60).expect("within the calendar")
    }

    fn weekly(day: usize, from_min: u16, lasts_min: u16, offset_min: i16) -> Window {
        let mut days = [false; 7];
        days[day] = true;
        Window::Weekly {
            days,
            from_min,
            lasts_min,
            offset_min,
        }
    }

    #[test]
    fn a_weekly_window_begins_at_its_minute_and_is_over_at_its_end() {
        let window = weekly(0, 18 * 60, 120, 0);
        assert_eq!(window.end_at(monday(18 * 60 - 1)), None);
        assert_eq!(window.end_at(monday(18 * 60)), Some(monday(20 * 60)));
        assert_eq!(window.end_at(monday(20 * 60 - 1)), Some(monday(20 * 60)));
        assert_eq!(window.end_at(monday(20 * 60)), None);
        assert_eq!(window.end_at(monday(24 * 60 + 18 * 60)), None, "on Tuesday");
        let next = monday(7 * 24 * 60 + 18 * 60);
        assert!(window.end_at(next).is_some(), "a week later");
    }

    #[test]
    fn a_window_reaches_into_the_next_day_and_stands_in_its_own_offset() {
        let night = weekly(6, 22 * 60, 8 * 60, 60);
        // From Sunday 22:00 to Monday 06:00 at +01:00.
        assert_eq!(night.end_at(monday(-3 * 60 - 1)), None);
        assert_eq!(night.end_at(monday(-3 * 60)), Some(monday(5 * 60)));
        assert_eq!(night.end_at(monday(5 * 60 - 1)), Some(monday(5 * 60)));
        assert_eq!(night.end_at(monday(5 * 60)), None);
    }

    #[test]
    fn windows_that_meet_are_one_and_a_whole_week_has_no_end() {
        let evening = weekly(0, 18 * 60, 6 * 60, 0);
        let night = weekly(1, 0, 360, 0);
        let now = monday(19 * 60);
        assert_eq!(until(&[evening, night], now), Until::Then(monday(30 * 60)));
        assert_eq!(until(&[night], now), Until::Not);
        let always = Window::Weekly {
            days: [true; 7],
            from_min: 0,
            lasts_min: DAY_MIN,
            offset_min: 0,
        };
        assert_eq!(until(&[always], now), Until::NoEnd);
    }

    #[test]
    fn a_window_without_a_start_holds_from_ever_to_its_end() {
        let window = Window::Once {
            starts: None,
            ends: monday(0),
        };
        assert_eq!(window.end_at(monday(-1)), Some(monday(0)));
        assert_eq!(window.end_at(monday(0)), None);
    }
}
