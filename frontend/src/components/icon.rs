//! Small drawings of our own, 16 by 16, drawn with the text's colour. They never stand alone for a meaning:
//! a word is beside them, or the control has a label.

use leptos::prelude::*;

macro_rules! glyphs {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        /// A drawing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Glyph {
            $($(#[$doc])* $name,)*
        }

        impl Glyph {
            fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }
        }
    };
}

glyphs! {
    /// Runs.
    Play = "M5 3.5 12 8l-7 4.5z";
    /// Does not run.
    Square = "M4.5 4.5h7v7h-7z";
    /// In memory, not running.
    Pause = "M5.5 4v8M10.5 4v8";
    /// Switched off in an orderly way.
    Power = "M8 2.5v5M4.9 4.8a4.6 4.6 0 1 0 6.2 0";
    /// Started anew.
    Reboot = "M12.5 8a4.5 4.5 0 1 1-1.5-3.4M12.6 2.6v2.7H9.9";
    /// A state that is kept.
    Camera = "M2.5 5h2.3l1-1.5h4.4l1 1.5h2.3v7.5h-11zM8 6.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4";
    /// Moves to another node.
    Move = "M2.5 8h10M9 4.5 12.5 8 9 11.5";
    /// As it should be.
    Check = "m3 8.5 3.2 3.2L13 4.8";
    /// Not as it should be, or closed.
    Cross = "m4 4 8 8M12 4l-8 8";
    /// Not done.
    Dash = "M4 8h8";
    /// Look here.
    Warn = "M8 2.5 14 13H2zM8 6.5v3M8 11.2v.3";
    /// Something to know.
    Info = "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 7.5v3.5M8 5v.3";
    /// Not known.
    Question = "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.5M8 12v.3";
    /// Locked.
    Lock = "M4 7.5h8V13H4zM5.5 7.5V5.6a2.5 2.5 0 0 1 5 0v1.9";
    /// The overview.
    Home = "M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5";
    /// A list.
    List = "M6 4h7.5M6 8h7.5M6 12h7.5M2.5 4h.6M2.5 8h.6M2.5 12h.6";
    /// Words.
    Speech = "M2.5 3.5h11v7H8l-3 2.7v-2.7H2.5z";
    /// Language models.
    Chip = "M5 5h6v6H5zM6.5 2.5V5M9.5 2.5V5M6.5 11v2.5M9.5 11v2.5M2.5 6.5H5M2.5 9.5H5M11 6.5h2.5M11 9.5h2.5";
    /// The policy.
    Shield = "M8 2.5 13 4.3v3.4c0 3-2 5-5 5.8-3-.8-5-2.8-5-5.8V4.3z";
    /// The ledger.
    Book = "M12.5 13.5H5A1.5 1.5 0 0 1 5 10.5h7.5v-8H5A1.5 1.5 0 0 0 3.5 4v8";
    /// Lines of a log.
    Terminal = "M2.5 3.5h11v9h-11zM5 6.3 7 8 5 9.7M8.5 10H11";
    /// Somebody.
    Person = "M8 2.8a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2M3 13.5a5 5 0 0 1 10 0";
    /// Light.
    Sun = "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1";
    /// Dark.
    Moon = "M12.8 9.8A5.3 5.3 0 0 1 6.2 3.2a5.3 5.3 0 1 0 6.6 6.6";
    /// Half light, half dark.
    Contrast = "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 1 1 0 11";
    /// Takes a copy.
    Copy = "M5.5 5.5h7.5V13H5.5zM10.5 5.5V3H3v7.5h2.5";
    /// Takes a file.
    Download = "M8 2.5V10M4.8 7 8 10.2 11.2 7M3 13h10";
    /// Time.
    Clock = "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3";
    /// Going on.
    Progress = "M13.5 8A5.5 5.5 0 1 1 8 2.5";
    /// Not begun.
    Circle = "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9";
    /// A virtual machine.
    Screen = "M2.5 3.5h11v7h-11zM6 13h4M8 10.5V13";
    /// A container.
    Cube = "m8 2.5 5 2.7v5.6l-5 2.7-5-2.7V5.2zM3 5.2 8 8l5-2.8M8 8v5.5";
    /// A node.
    Rack = "M3 3h10v4H3zM3 9h10v4H3zM5.3 5h.4M5.3 11h.4";
    /// Everything stops.
    Octagon = "M5.6 2.5h4.8l3.1 3.1v4.8l-3.1 3.1H5.6l-3.1-3.1V5.6z";
    /// Opens downwards.
    Down = "m4 6 4 4 4-4";
    /// Rising.
    Up = "m4 10 4-4 4 4";
    /// Opens to the side.
    Right = "m6 4 4 4-4 4";
    /// Leaves.
    Leave = "M9.5 3H3.5v10h6M7 8h6.5M11 5.5 13.5 8 11 10.5";
    /// A key to press.
    Keys = "M2 4.5h12v7H2zM4.5 7h.3M7 7h.3M9.5 7h.3M11.5 7h.1M5 9.3h6";
    /// A passkey.
    Key = "M5.5 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8.3 8h5.2v2.5M11 8v2";
    /// Several people.
    People = "M6 3.2a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4M2 13a4 4 0 0 1 8 0M10.5 3.5a2 2 0 0 1 0 4M11.5 9.4A4 4 0 0 1 14 13";
    /// A tag.
    Tag = "M3 3h4.8L13 8.2 8.2 13 3 7.8zM5.5 5.5h.1";
}

/// One drawing.
#[component]
pub fn Icon(
    /// Which.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 16 16"
            width="16"
            height="16"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
        >
            <path d=glyph.path() />
        </svg>
    }
}
