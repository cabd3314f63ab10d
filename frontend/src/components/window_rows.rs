//! Which rows of a long list are worth being in the page: the visible ones and some on either side.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::erased::{effect, memo};

/// Shorter lists are shown whole: the browser's own search then finds everything.
const WHOLE: usize = 200;
/// Rows above and below the visible ones.
const MARGIN: usize = 20;
/// Taken until the first row has been measured, in pixels.
const GUESS: f64 = 41.0;

/// The rows to show, and the space of the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// First row.
    pub start: usize,
    /// One after the last.
    pub end: usize,
    /// Height of the rows above, in pixels.
    pub above: f64,
    /// Height of the rows below, in pixels.
    pub below: f64,
}

/// Follows the scrolling of the page; `body` holds the rows and `count` how many there are.
pub fn window_rows(body: NodeRef<html::Tbody>, count: Signal<usize>) -> Memo<Window> {
    let position = RwSignal::new((0.0, 800.0, GUESS));
    let measure = move || {
        let Some(body) = body.get_untracked() else {
            return;
        };
        let row = body
            .query_selector("tr[data-row]")
            .ok()
            .flatten()
            .and_then(|row| row.dyn_into::<HtmlElement>().ok())
            .map_or(GUESS, |row| f64::from(row.offset_height()).max(1.0));
        let hidden = -body.get_bounding_client_rect().top();
        let height = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or(800.0);
        position.set((hidden.max(0.0), height, row));
    };
    let scrolling = window_event_listener(ev::scroll, move |_| measure());
    let resizing = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || {
        scrolling.remove();
        resizing.remove();
    });
    effect(move || {
        count.track();
        if body.get().is_some() {
            request_animation_frame(measure);
        }
    });
    memo(move || {
        let (hidden, height, row) = position.get();
        visible(count.get(), hidden, height, row)
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "row numbers and pixels of a page"
)]
fn visible(count: usize, hidden: f64, height: f64, row: f64) -> Window {
    if count <= WHOLE {
        return Window {
            start: 0,
            end: count,
            above: 0.0,
            below: 0.0,
        };
    }
    let first = ((hidden / row) as usize).saturating_sub(MARGIN).min(count);
    // An even start keeps the stripes of the rows in place.
    let start = first - first % 2;
    let shown = (height / row) as usize + 2 * MARGIN + 2;
    let end = (start + shown).min(count);
    Window {
        start,
        end,
        above: start as f64 * row,
        below: (count - end) as f64 * row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_whole() {
        let window = visible(WHOLE, 5000.0, 800.0, 40.0);
        assert_eq!((window.start, window.end), (0, WHOLE));
    }

    #[test]
    fn a_long_list_shows_a_window_and_keeps_its_height() {
        for hidden in [0.0, 1234.0, 399_000.0, 1e9] {
            let window = visible(10_000, hidden, 800.0, 40.0);
            assert!(window.end - window.start < 100, "{hidden}");
            let shown = u16::try_from(window.end - window.start).unwrap();
            let rows = f64::from(shown) * 40.0;
            assert!((window.above + rows + window.below - 400_000.0).abs() < 1.0);
        }
    }
}
