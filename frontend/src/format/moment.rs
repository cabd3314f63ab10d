//! Moments in the reader's own time zone.

use argus_types::Timestamp;
use js_sys::Date;
use wasm_bindgen::JsValue;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `14:02:11`.
pub fn clock(at: Timestamp) -> String {
    let date = local(at);
    format!(
        "{:02}:{:02}:{:02}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

/// `14:02` today, `21 Nov 14:02` on any other day.
pub fn short(at: Timestamp, now_ms: i64) -> String {
    let date = local(at);
    let today = local_ms(now_ms);
    let time = format!("{:02}:{:02}", date.get_hours(), date.get_minutes());
    if date.to_date_string() == today.to_date_string() {
        time
    } else {
        format!("{} {} {time}", date.get_date(), month(&date))
    }
}

/// `22 Nov 2026, 14:02:11`.
pub fn full(at: Timestamp) -> String {
    let date = local(at);
    format!(
        "{} {} {}, {}",
        date.get_date(),
        month(&date),
        date.get_full_year(),
        clock(at)
    )
}

/// What a field for day and time holds, as a moment.
#[expect(
    clippy::cast_possible_truncation,
    reason = "not a number becomes zero, which is filtered; all others are far below 2^53"
)]
pub fn typed(text: &str) -> Option<Timestamp> {
    let seconds = Date::new(&JsValue::from_str(text)).get_time() / 1000.0;
    Timestamp::from_unix(seconds as i64).filter(|_| seconds > 0.0)
}

/// A moment for such a field: an hour from now, or half of the time that is left until `end`.
pub fn soon(end: Timestamp) -> String {
    let now = now_ms();
    let left = (end.unix_millis() - now).max(0);
    let date = local_ms(now + (left / 2).min(3_600_000));
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// Milliseconds since the Unix epoch, by the browser's clock.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the browser's time is a whole number far below 2^53"
)]
pub fn now_ms() -> i64 {
    Date::now() as i64
}

fn local(at: Timestamp) -> Date {
    local_ms(at.unix_millis())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of this era are far below 2^53"
)]
fn local_ms(milliseconds: i64) -> Date {
    Date::new(&JsValue::from_f64(milliseconds as f64))
}

fn month(date: &Date) -> &'static str {
    MONTHS.get(date.get_month() as usize).copied().unwrap_or("")
}
