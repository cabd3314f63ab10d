//! Moments and lengths of time on the screen.

use argus_types::Timestamp;
use leptos::prelude::*;

use crate::context::clock::use_clock;
use crate::erased::{dynamic, memo};
use crate::format::duration::duration;
use crate::format::moment;

/// A moment, short; its full form is the title.
#[component]
pub fn Moment(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time datetime=at.to_string() title=moment::full(at)>
            {moment::short(at, clock.now_untracked())}
        </time>
    }
}

/// What is left until a moment, by the browser's clock. Argus decides by its own.
#[component]
pub fn Countdown(
    /// Until when.
    until: Timestamp,
) -> impl IntoView {
    let clock = use_clock();
    let left = memo(move || until.unix_millis() - clock.now());
    view! {
        <time
            class="countdown"
            class:countdown-short=move || left.get() < 600_000
            datetime=until.to_string()
            title=moment::full(until)
        >
            {dynamic(move || {
                if left.get() > 0 {
                    format!("expires in {}", duration(left.get()))
                } else {
                    "expired".to_owned()
                }
            })}
        </time>
    }
}

/// How long ago a moment is.
#[component]
pub fn Age(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time datetime=at.to_string() title=moment::full(at)>
            {dynamic(move || format!("{} ago", duration(clock.now() - at.unix_millis())))}
        </time>
    }
}
