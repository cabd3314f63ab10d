//! Where a log is scrolled to: at its end until somebody scrolls up.

use leptos::html;
use leptos::prelude::*;

/// This close to the end counts as at the end, in pixels.
const NEAR_END: i32 = 24;

/// The scroll position of one frame.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// The element that scrolls.
    pub frame: NodeRef<html::Div>,
    /// Whether it follows its end.
    pub at_end: RwSignal<bool>,
    /// What is hidden above and how much is in sight, in pixels.
    pub position: RwSignal<(f64, f64)>,
}

impl Scroll {
    /// At the end.
    pub fn new() -> Self {
        Self {
            frame: NodeRef::new(),
            at_end: RwSignal::new(true),
            position: RwSignal::new((0.0, 400.0)),
        }
    }

    /// Takes up where the frame is now.
    pub fn measure(self) {
        if let Some(frame) = self.frame.get_untracked() {
            let (top, height) = (frame.scroll_top(), frame.client_height());
            self.position.set((f64::from(top), f64::from(height)));
            self.at_end
                .set(frame.scroll_height() - top - height < NEAR_END);
        }
    }

    /// Goes to the start and stays there.
    pub fn go_to_start(self) {
        self.at_end.set(false);
        if let Some(frame) = self.frame.get_untracked() {
            frame.set_scroll_top(0);
        }
    }

    /// Goes to the end and stays there.
    pub fn follow_end(self) {
        self.at_end.set(true);
        self.keep_end();
    }

    /// Goes to the end if it is to stay there, once what is new is in the page.
    pub fn keep_end(self) {
        if !self.at_end.get_untracked() {
            return;
        }
        request_animation_frame(move || {
            if let Some(frame) = self.frame.try_get_untracked().flatten() {
                frame.set_scroll_top(frame.scroll_height());
            }
        });
    }
}
