//! The log of one step: starts at the end and stays there until somebody scrolls up. However long the log,
//! only the lines in sight are in the page.

use leptos::html;
use leptos::prelude::*;

use super::journal::{Entry, Journal};
use crate::components::download::download;
use crate::components::icon::{Glyph, Icon};
use crate::context::preferences::use_preferences;
use crate::format::count::count;
use crate::format::moment;

/// Height of a line that does not wrap, in pixels; the style sheet has the same.
const LINE: f64 = 20.0;
/// Lines above and below the visible ones.
const MARGIN: usize = 30;
/// Shown at once where lines wrap, because their heights differ.
const WRAPPED: usize = 1_000;
/// This close to the end counts as at the end, in pixels.
const NEAR_END: i32 = 24;

/// The log.
#[component]
pub fn LogView(
    /// What happened.
    journal: RwSignal<Journal>,
    /// Which step.
    #[prop(into)]
    step: Signal<u16>,
    /// The saved file's name, without the step.
    name: String,
) -> impl IntoView {
    let wrap = use_preferences().wrap;
    let frame = NodeRef::<html::Div>::new();
    let at_end = RwSignal::new(true);
    let scroll = RwSignal::new((0.0, 400.0));
    let length = Memo::new(move |_| {
        let step = step.get();
        journal.with(|journal| journal.step(step).len())
    });
    let range = Memo::new(move |_| {
        let (top, height) = scroll.get();
        range(length.get(), wrap.get(), at_end.get(), top, height)
    });
    let on_scroll = move |_| {
        if let Some(frame) = frame.get_untracked() {
            let (top, height) = (frame.scroll_top(), frame.client_height());
            scroll.set((f64::from(top), f64::from(height)));
            at_end.set(frame.scroll_height() - top - height < NEAR_END);
        }
    };
    let go_to_end = move || {
        if let Some(frame) = frame.get_untracked() {
            frame.set_scroll_top(frame.scroll_height());
        }
    };
    Effect::new(move |_| {
        length.track();
        wrap.track();
        if at_end.get_untracked() {
            request_animation_frame(go_to_end);
        }
    });
    Effect::new(move |_| {
        step.track();
        at_end.set(true);
        request_animation_frame(go_to_end);
    });
    let save = move |_| {
        let step = step.get_untracked();
        let text = journal.with_untracked(|journal| {
            journal
                .step(step)
                .iter()
                .map(|entry| entry.text() + "\n")
                .collect::<String>()
        });
        download(&format!("{name}-step-{step}.log"), "text/plain", &text);
    };
    let lines = move || {
        let (start, end) = range.get();
        journal.with(|journal| {
            journal
                .step(step.get())
                .get(start..end)
                .unwrap_or_default()
                .iter()
                .map(row)
                .collect_view()
        })
    };
    view! {
        <section class="log" aria-labelledby="log-title">
            <div class="log-tools">
                <h3 id="log-title">"Log"</h3>
                <span class="fine">{move || count(length.get(), "line", "lines")}</span>
                <span class="spacer"></span>
                <label class="check small">
                    <input type="checkbox" bind:checked=wrap />
                    <span>"Wrap"</span>
                </label>
                <button type="button" class="button small" on:click=save>
                    <Icon glyph=Glyph::Download />
                    "Download"
                </button>
            </div>
            <div
                class="log-frame"
                class:wrap=wrap
                node_ref=frame
                role="log"
                aria-live="off"
                aria-labelledby="log-title"
                tabindex="0"
                on:scroll=on_scroll
            >
                {move || {
                    (length.get() == 0)
                        .then(|| view! { <p class="fine log-empty">"Nothing yet."</p> })
                }}
                {move || {
                    let (start, _) = range.get();
                    (start > 0 && wrap.get())
                        .then(|| {
                            view! {
                                <p class="log-note">
                                    {format!("{start} earlier lines: switch Wrap off, or download.")}
                                </p>
                            }
                        })
                }}
                <div class="log-lines" style:padding-top=move || space(range.get().0, wrap.get())>
                    {lines}
                </div>
                <div
                    aria-hidden="true"
                    style:height=move || space(length.get().saturating_sub(range.get().1), wrap.get())
                ></div>
            </div>
            {move || {
                (!at_end.get())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button small log-follow"
                                on:click=move |_| {
                                    at_end.set(true);
                                    request_animation_frame(go_to_end);
                                }
                            >
                                <Icon glyph=Glyph::Down />
                                "Follow the end"
                            </button>
                        }
                    })
            }}
        </section>
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

fn row(entry: &Entry) -> AnyView {
    match entry {
        Entry::Line { number, text } => view! {
            <div class="log-line">
                <span class="log-number" aria-hidden="true">
                    {*number}
                </span>
                <span class="log-text">{text.clone()}</span>
            </div>
        }
        .into_any(),
        Entry::Note { at, tone, text } => view! {
            <div class=format!("log-line log-event {}", tone.class())>
                <span class="log-number">{moment::clock(*at)}</span>
                <span class="log-text">{text.clone()}</span>
            </div>
        }
        .into_any(),
        Entry::Gap { text } => view! {
            <div class="log-line log-gap">
                <span class="log-number">"…"</span>
                <span class="log-text">{text.clone()}</span>
            </div>
        }
        .into_any(),
    }
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
