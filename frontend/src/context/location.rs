//! Where the page is: the address bar as signals, and the way to another screen without loading the page anew.
//!
//! Each bundle has a handful of flat paths, which [`crate::routes`] knows; a router with nested routes would be a
//! tenth of the page's weight for nothing that is needed here. A path of the other bundle is the browser's to load.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, HtmlElement, MouseEvent, UrlSearchParams};

use crate::routes::{Bundle, back};

/// Where the page is.
#[derive(Clone, Copy)]
pub struct Location {
    bundle: Bundle,
    path: RwSignal<String>,
    query: RwSignal<String>,
}

impl Location {
    /// Takes up the address bar, and follows its buttons and every link to a screen of `bundle`.
    pub fn start(bundle: Bundle) -> Self {
        let location = Self {
            bundle,
            path: RwSignal::new(String::new()),
            query: RwSignal::new(String::new()),
        };
        location.read();
        let back_and_forth = window_event_listener(ev::popstate, move |_| location.read());
        let clicks = window_event_listener(ev::click, move |event| location.follow(&event));
        on_cleanup(move || {
            back_and_forth.remove();
            clicks.remove();
        });
        location
    }

    /// The path, tracked.
    pub fn path(self) -> String {
        self.path.get()
    }

    /// A value of the query, tracked.
    pub fn query(self, name: &str) -> Option<String> {
        let query = self.query.get();
        // A query that the browser cannot read holds no values.
        let values = UrlSearchParams::new_with_str(&query).ok()?;
        values.get(name).filter(|value| !value.is_empty())
    }

    /// Whether the present path is one of this bundle's; tracked. Only a server that does not know of the two
    /// delivers the wrong one.
    pub fn is_own(self) -> bool {
        self.path.with(|path| Bundle::of(path) == self.bundle)
    }

    /// Goes to a path of this page, with its query. Another screen begins at its top.
    pub fn go(self, to: &str) {
        if self.leads_out(to) {
            // A browser that refuses stays where it is, as it does for a link.
            let _ = window().location().assign(to);
            return;
        }
        let before = self.path.get_untracked();
        if self.push(to).is_ok() && self.path.get_untracked() != before {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            focus_content();
        }
    }

    /// Goes to a path of this page and leaves no way back to the present one.
    pub fn replace(self, to: &str) {
        if self.leads_out(to) {
            // As above.
            let _ = window().location().replace(to);
        } else if let Ok(history) = window().history()
            && history
                .replace_state_with_url(&JsValue::NULL, "", Some(to))
                .is_ok()
        {
            self.read();
        }
    }

    /// Goes to the sign-in, which leads back here; `ended` where a session has ended just now.
    pub fn replace_by_sign_in(self, ended: bool) {
        let here = self.here();
        self.replace(&back::sign_in_from(&here, ended, |text| {
            js_sys::encode_uri_component(text).into()
        }));
    }

    /// Whether the address ends with `#name`; takes it away, so that it holds once.
    pub fn take_fragment(self, name: &str) -> bool {
        let fragment = window().location().hash().unwrap_or_default();
        let named = fragment.strip_prefix('#') == Some(name);
        if named {
            self.replace(&self.here());
        }
        named
    }

    fn leads_out(self, to: &str) -> bool {
        let path = to.split(['?', '#']).next().unwrap_or_default();
        Bundle::of(path) != self.bundle
    }

    fn here(self) -> String {
        format!(
            "{}{}",
            self.path.get_untracked(),
            self.query.get_untracked()
        )
    }

    fn push(self, to: &str) -> Result<(), JsValue> {
        if self.here() != to {
            window()
                .history()?
                .push_state_with_url(&JsValue::NULL, "", Some(to))?;
            self.read();
        }
        Ok(())
    }

    fn read(self) {
        let bar = window().location();
        self.path.maybe_update(|path| renew(path, bar.pathname()));
        self.query.maybe_update(|query| renew(query, bar.search()));
    }

    /// Takes a plain click on a link within the page; everything else is the browser's.
    fn follow(self, event: &MouseEvent) {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let Some(link) = link_of(event) else {
            return;
        };
        let other_use = link.has_attribute("download") || link.has_attribute("target");
        let here = window().location().origin().unwrap_or_default();
        let within = link.origin() == here && Bundle::of(&link.pathname()) == self.bundle;
        if other_use || !within || !link.hash().is_empty() {
            return;
        }
        event.prevent_default();
        self.go(&format!("{}{}", link.pathname(), link.search()));
    }
}

/// Takes a new value; whether it is another one.
fn renew(held: &mut String, read: Result<String, JsValue>) -> bool {
    let read = read.unwrap_or_default();
    let other = *held != read;
    *held = read;
    other
}

fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element
        .closest("a[href]")
        .ok()??
        .dyn_into::<HtmlAnchorElement>()
        .ok()
}

/// Moves the focus to the content: after going to another screen, and for whoever skips the navigation.
pub fn focus_content() {
    if let Some(main) = document()
        .get_element_by_id("main")
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        // An element that cannot take the focus leaves it where it is.
        let _ = main.focus();
    }
}

/// Where the page is.
pub fn use_location() -> Location {
    expect_context()
}
