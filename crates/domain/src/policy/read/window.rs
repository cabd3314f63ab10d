//! Freezes as they are written: clock times, offsets, dates.

use argus_types::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toml::Spanned;
use toml::value::Datetime;

use super::Found;
use super::raw;
use crate::policy::Window;
use crate::policy::freeze::{DAY_MIN, DAYS};

/// Farthest that a place on earth is ahead of or behind UTC, in minutes.
const FARTHEST_MIN: u16 = 14 * 60;

/// A window, or a mistake that says how one is written.
pub fn window(freeze: Spanned<raw::Freeze>, found: &mut Found<'_>) -> Option<Window> {
    let span = freeze.span();
    match freeze.into_inner() {
        raw::Freeze {
            days: Some(days),
            from: Some(from),
            to: Some(to),
            offset: Some(offset),
            starts: None,
            ends: None,
        } => weekly(days, &from, &to, &offset, found),
        raw::Freeze {
            days: None,
            from: None,
            to: None,
            offset: None,
            starts: Some(starts),
            ends: Some(ends),
        } => {
            let (at, starts) = (ends.span(), moment(starts, found));
            let (starts, ends) = (starts?, moment(ends, found)?);
            if starts >= ends {
                found.at(at, "the window ends before it starts");
                return None;
            }
            Some(Window::Once {
                starts: Some(starts),
                ends,
            })
        }
        _ => {
            found.at(
                span,
                "write a weekly window, { days = [\"fri\"], from = \"18:00\", to = \"06:00\", offset = \"+01:00\" }, \
                 or a dated one, { starts = 2026-12-20T00:00:00Z, ends = 2027-01-06T00:00:00Z }",
            );
            None
        }
    }
}

/// A moment with its offset.
pub fn moment(written: Spanned<Datetime>, found: &mut Found<'_>) -> Option<Timestamp> {
    let span = written.span();
    let parsed = OffsetDateTime::parse(&written.into_inner().to_string(), &Rfc3339);
    if let Ok(at) = parsed {
        return Some(Timestamp::new(at));
    }
    found.at(
        span,
        "a date with time and offset is needed, such as 2026-12-20T18:00:00+01:00",
    );
    None
}

fn weekly(
    days: Vec<Spanned<String>>,
    from: &Spanned<String>,
    to: &Spanned<String>,
    offset: &Spanned<String>,
    found: &mut Found<'_>,
) -> Option<Window> {
    let mut on = [false; 7];
    let mut is_right = !days.is_empty();
    if days.is_empty() {
        found.at(from.span(), "`days` is empty; name at least one day");
    }
    for day in days {
        let place = DAYS.iter().position(|name| name == day.get_ref());
        if let Some(place) = place {
            on[place] = true;
        } else {
            is_right = false;
            let message = format!("{:?} is no day; write {}", day.get_ref(), DAYS.join(", "));
            found.at(day.span(), message);
        }
    }
    let (from_min, to_min) = (clock(from, found), clock(to, found));
    let offset_min = offset_minutes(offset, found);
    let (from_min, to_min, offset_min) = (from_min?, to_min?, offset_min?);
    if from_min == DAY_MIN {
        found.at(from.span(), "a day begins at \"00:00\"");
        return None;
    }
    let lasts_min = if to_min > from_min {
        to_min - from_min
    } else {
        // Into the next day; the same time twice is a whole day.
        to_min + DAY_MIN - from_min
    };
    is_right.then_some(Window::Weekly {
        days: on,
        from_min,
        lasts_min,
        offset_min,
    })
}

/// Minutes since midnight; `24:00` is the day's end.
fn clock(text: &Spanned<String>, found: &mut Found<'_>) -> Option<u16> {
    let minutes = hours_minutes(text.get_ref()).filter(|minutes| *minutes <= DAY_MIN);
    if minutes.is_none() {
        let message = format!(
            "{:?} is no time of day; write hours and minutes, such as \"18:00\"",
            text.get_ref()
        );
        found.at(text.span(), message);
    }
    minutes
}

fn offset_minutes(text: &Spanned<String>, found: &mut Found<'_>) -> Option<i16> {
    let signed = |sign: i16, rest: &str| {
        let minutes = hours_minutes(rest).filter(|minutes| *minutes <= FARTHEST_MIN)?;
        Some(sign * i16::try_from(minutes).ok()?)
    };
    let minutes = match text.get_ref().split_at_checked(1) {
        Some(("+", rest)) => signed(1, rest),
        Some(("-", rest)) => signed(-1, rest),
        _ => None,
    };
    if minutes.is_none() {
        let message = format!(
            "{:?} is no offset from UTC; write one such as \"+01:00\" or \"+00:00\"",
            text.get_ref()
        );
        found.at(text.span(), message);
    }
    minutes
}

/// Exactly `HH:MM`.
fn hours_minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |digits: &str| {
        let is_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (minutes < 60).then_some(hours * 60 + minutes)
}
