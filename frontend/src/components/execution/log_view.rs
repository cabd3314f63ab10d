//! The log of one step. However long it is, only the lines in sight are in the page.

use argus_types::id::ExecutionId;
use leptos::prelude::*;

use super::journal::{Entry, Journal};
use super::left_lines::LeftLines;
use super::rows::{Row, Rows};
use super::scroll::Scroll;
use crate::components::download::download;
use crate::components::icon::{Glyph, Icon};
use crate::context::preferences::use_preferences;
use crate::context::session::use_session;
use crate::erased::{dynamic, effect, memo};
use crate::format::count::count;
use crate::format::moment;

/// Height of a line that does not wrap, in pixels; the style sheet has the same.
const LINE: f64 = 20.0;
/// Lines above and below the visible ones.
const MARGIN: usize = 30;
/// Shown at once where lines wrap, because their heights differ.
const WRAPPED: usize = 1_000;

/// The log with its tools.
#[component]
pub fn LogView(
    /// What happened.
    journal: RwSignal<Journal>,
    /// Which step.
    #[prop(into)]
    step: Signal<u16>,
    /// Which execution.
    id: ExecutionId,
) -> impl IntoView {
    let wrap = use_preferences().wrap;
    let scroll = Scroll::new();
    let left = LeftLines::new(use_session().api, id);
    let length = memo(move || {
        let step = step.get();
        journal.with(|journal| journal.step(step).map_or(0, Rows::count))
    });
    effect(move || {
        length.track();
        wrap.track();
        scroll.keep_end();
    });
    effect(move || {
        step.track();
        scroll.follow_end();
    });
    let save = move |_| {
        let step = step.get_untracked();
        let text = journal.with_untracked(|journal| {
            journal.step(step).into_iter().flat_map(Rows::entries).fold(
                String::new(),
                |mut text, entry| {
                    text.push_str(&entry.text());
                    text.push('\n');
                    text
                },
            )
        });
        download(
            &format!("execution-{id}-step-{step}.log"),
            "text/plain",
            &text,
        );
    };
    view! {
        <section class="log" aria-labelledby="log-title">
            <div class="log-tools">
                <h3 id="log-title">"Log"</h3>
                <span class="fine">{dynamic(move || count(length.get(), "line", "lines"))}</span>
                <span class="spacer"></span>
                <label class="check small">
                    <input type="checkbox" bind:checked=wrap />
                    <span>"Wrap"</span>
                </label>
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| scroll.go_to_start()
                >
                    "First line"
                </button>
                <button type="button" class="button small" on:click=save>
                    <Icon glyph=Glyph::Download />
                    "Download"
                </button>
            </div>
            <Lines journal=journal left=left step=step length=length scroll=scroll wrap=wrap />
            {dynamic(move || {
                (!scroll.at_end.get())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button small log-follow"
                                on:click=move |_| scroll.follow_end()
                            >
                                <Icon glyph=Glyph::Down />
                                "Follow the end"
                            </button>
                        }
                    })
            })}
        </section>
    }
}

#[component]
fn Lines(
    journal: RwSignal<Journal>,
    left: LeftLines,
    step: Signal<u16>,
    length: Memo<usize>,
    scroll: Scroll,
    wrap: RwSignal<bool>,
) -> impl IntoView {
    let range = memo(move || {
        let (top, height) = scroll.position.get();
        range(length.get(), wrap.get(), scroll.at_end.get(), top, height)
    });
    effect(move || {
        let (start, end) = range.get();
        let step = step.get();
        // What came may not be what is in sight by now.
        left.with(|_| ());
        let wanted = journal.with(|journal| {
            let rows = journal.step(step).map(|rows| rows.range(start, end));
            let lines = rows.into_iter().flatten().filter_map(|row| match row {
                Row::Left(line) => Some(line),
                Row::Entry(_) => None,
            });
            lines.collect::<Vec<_>>()
        });
        left.want(step, wanted);
    });
    let lines = move || {
        let (start, end) = range.get();
        let step = step.get();
        journal.with(|journal| {
            let rows = journal.step(step).map(|rows| rows.range(start, end));
            left.with(|parts| {
                rows.into_iter()
                    .flatten()
                    .map(|row| match row {
                        Row::Entry(entry) => shown(entry),
                        Row::Left(line) => {
                            let text = parts.text(step, line).unwrap_or("…");
                            row_view("log-line", line.to_string(), text)
                        }
                    })
                    .collect_view()
            })
        })
    };
    let above = move || space(range.get().0, wrap.get());
    let below = move || space(length.get().saturating_sub(range.get().1), wrap.get());
    view! {
        <div
            class="log-frame"
            class:wrap=wrap
            node_ref=scroll.frame
            role="log"
            aria-live="off"
            aria-labelledby="log-title"
            tabindex="0"
            on:scroll=move |_| scroll.measure()
        >
            {dynamic(move || left.trouble.get().map(|text| view! { <p class="log-note">{text}</p> }))}
            {dynamic(move || (length.get() == 0).then(|| view! { <p class="fine log-empty">"Nothing yet."</p> }))}
            {dynamic(move || {
                let (start, _) = range.get();
                (start > 0 && wrap.get())
                    .then(|| {
                        let text = format!("{start} earlier lines: switch Wrap off, or download.");
                        view! { <p class="log-note">{text}</p> }
                    })
            })}
            <div class="log-lines" style:padding-top=above style:padding-bottom=below>
                {lines}
            </div>
        </div>
    }
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a log")]
fn space(lines: usize, wraps: bool) -> String {
    let height = if wraps { 0.0 } else { lines as f64 * LINE };
    format!("{height}px")
}

/// First line in the page and one after the last.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "line numbers and pixels of a log"
)]
fn range(length: usize, wraps: bool, at_end: bool, top: f64, height: f64) -> (usize, usize) {
    if wraps {
        return (length.saturating_sub(WRAPPED), length);
    }
    let shown = (height / LINE) as usize + 2 * MARGIN;
    if at_end {
        return (length.saturating_sub(shown), length);
    }
    let start = ((top / LINE) as usize).saturating_sub(MARGIN).min(length);
    (start, (start + shown).min(length))
}

fn shown(entry: &Entry) -> AnyView {
    match entry {
        Entry::Line { number, text } => row_view("log-line", number.to_string(), text),
        Entry::Note { at, tone, text } => {
            let class = format!("log-line log-event {}", tone.class());
            row_view(&class, moment::clock(*at), text)
        }
        Entry::Gap { text } => row_view("log-line log-gap", "…".to_owned(), text),
        // Its lines have rows of their own.
        Entry::Left { .. } => ().into_any(),
    }
}

fn row_view(class: &str, number: String, text: &str) -> AnyView {
    view! {
        <div class=class.to_owned()>
            <span class="log-number">{number}</span>
            <span class="log-text">{text.to_owned()}</span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_keeps_few_lines_in_the_page_and_ends_at_its_end() {
        let (start, end) = range(300_000, false, true, 0.0, 400.0);
        assert_eq!(end, 300_000);
        assert!(end - start < 100);
    }

    #[test]
    fn scrolling_up_shows_what_is_there() {
        let (start, end) = range(300_000, false, false, 20.0 * 1000.0, 400.0);
        assert!(start <= 1000 && end >= 1020);
    }

    #[test]
    fn a_scroll_position_beyond_the_end_shows_nothing_rather_than_panicking() {
        assert_eq!(range(5, false, false, 1e9, 400.0), (5, 5));
        assert_eq!(range(0, true, true, 0.0, 0.0), (0, 0));
    }
}
