//! The page's keys. None of them decides, confirms or stops anything.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::context::location::use_location;
use crate::routes;

/// What the help screen lists.
pub const KEYS: [(&str, &str); 10] = [
    ("g d", "Overview"),
    ("g a", "Ask for a change"),
    ("g c", "Changes"),
    ("g p", "Policy"),
    ("g l", "Ledger"),
    ("g o", "Logs"),
    ("/", "Filter guests"),
    ("j, k", "Next and previous row of a list"),
    ("Enter", "Open the row"),
    ("Esc", "Close what is open; decides nothing"),
];

/// The id of the guest filter, which `/` looks for, and which takes the focus where the address ends with it.
pub const FILTER_ID: &str = "guest-filter";

/// Listens for as long as the owner lives.
pub fn listen(help: RwSignal<bool>) {
    let location = use_location();
    let after_g = StoredValue::new(false);
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_busy(&event) {
            return;
        }
        let was_g = after_g.get_value();
        after_g.set_value(false);
        let key = event.key();
        let target = match (was_g, key.as_str()) {
            (true, "d") => Some(routes::OVERVIEW),
            (true, "a") => Some(routes::ASK),
            (true, "c") => Some(routes::CHANGES),
            (true, "p") => Some(routes::POLICY),
            (true, "l") => Some(routes::LEDGER),
            (true, "o") => Some(routes::LOGS),
            _ => None,
        };
        if let Some(path) = target {
            event.prevent_default();
            location.go(path);
            return;
        }
        match key.as_str() {
            "g" => after_g.set_value(true),
            "/" => {
                event.prevent_default();
                if !focus(&format!("#{FILTER_ID}")) {
                    // The overview may be the other bundle's: the address says what comes next.
                    location.go(&routes::guest_filter(FILTER_ID));
                }
            }
            "?" => help.set(true),
            "j" => step_rows(1),
            "k" => step_rows(-1),
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether the keys belong to something else: a field that takes text, or an open dialog.
fn is_busy(event: &KeyboardEvent) -> bool {
    let in_field = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| {
            element.is_content_editable()
                || matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        });
    in_field || matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

fn focus(selector: &str) -> bool {
    document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Moves the focus by one row among the elements marked `data-row-link`.
fn step_rows(by: i32) {
    let Ok(rows) = document().query_selector_all("[data-row-link]") else {
        return;
    };
    let active = document().active_element();
    let current = (0..rows.length()).find(|index| {
        rows.item(*index).is_some_and(|row| {
            active
                .as_ref()
                .is_some_and(|active| row.is_same_node(Some(active)))
        })
    });
    let next = match (current, by) {
        (None, _) => 0,
        (Some(index), 1) => index + 1,
        (Some(index), _) => index.saturating_sub(1),
    };
    if let Some(row) = rows
        .item(next)
        .and_then(|row| row.dyn_into::<HtmlElement>().ok())
    {
        // A row that cannot take the focus leaves it where it is.
        let _ = row.focus();
    }
}
