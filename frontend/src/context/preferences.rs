//! How the page looks, the only thing that the browser keeps.

use leptos::prelude::*;

use crate::erased::effect;

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the storage, the markup and the menu.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// How the page looks.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// Whether long log lines wrap.
    pub wrap: RwSignal<bool>,
}

impl Preferences {
    /// Takes up what was kept, and keeps what changes.
    pub fn start() -> Self {
        let kept = read("theme");
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| Some(theme.as_str()) == kept.as_deref())
            .unwrap_or(Theme::System);
        let preferences = Self {
            theme: RwSignal::new(theme),
            wrap: RwSignal::new(read("wrap").as_deref() == Some("yes")),
        };
        effect(move || {
            let theme = preferences.theme.get();
            keep("theme", theme.as_str());
            if let Some(root) = document().document_element() {
                // A page without the attribute follows the system, which is the right thing to fall back to.
                let _ = root.set_attribute("data-theme", theme.as_str());
            }
        });
        effect(move || keep("wrap", if preferences.wrap.get() { "yes" } else { "no" }));
        preferences
    }
}

fn read(name: &str) -> Option<String> {
    let storage = web_sys::window()?.local_storage().ok()??;
    storage.get_item(&format!("argus.{name}")).ok()?
}

fn keep(name: &str, value: &str) {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    if let Some(storage) = storage {
        // A browser that keeps nothing shows the page as the system has it, next time.
        let _ = storage.set_item(&format!("argus.{name}"), value);
    }
}

/// How the page looks.
pub fn use_preferences() -> Preferences {
    expect_context()
}
