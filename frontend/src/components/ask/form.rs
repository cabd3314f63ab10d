//! Asking by a form: one action, one guest, its parameters.

use std::str::FromStr;

use argus_types::action::{ActionKind, Target};
use argus_types::guest_config::ConfigChange;
use argus_types::id::{NodeName, SnapshotName, Tag};
use argus_types::text::ParameterText;
use leptos::ev;
use leptos::prelude::*;

use super::why::{Why, WhyField, failure_beside};
use crate::api::propose::propose;
use crate::api::wish::{Asking, Wish};
use crate::components::failure::Failure;
use crate::components::guest::quick_actions::target;
use crate::context::inventory::{key, use_inventory};
use crate::context::review::use_review;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::{dynamic, effect, memo};
use crate::format::guest_key;

/// What the form can spell; scripts and words can ask for more.
const KINDS: [ActionKind; 25] = [
    ActionKind::Start,
    ActionKind::Shutdown,
    ActionKind::Stop,
    ActionKind::Reboot,
    ActionKind::Reset,
    ActionKind::Suspend,
    ActionKind::Resume,
    ActionKind::Hibernate,
    ActionKind::Migrate,
    ActionKind::Snapshot,
    ActionKind::DeleteSnapshot,
    ActionKind::Rollback,
    ActionKind::SetConfig,
    ActionKind::Clone,
    ActionKind::MakeTemplate,
    ActionKind::Destroy,
    ActionKind::HaRemove,
    ActionKind::AgentPing,
    ActionKind::AgentInfo,
    ActionKind::AgentTrim,
    ActionKind::Drain,
    ActionKind::RebootNode,
    ActionKind::ShutdownNode,
    ActionKind::WakeNode,
    ActionKind::RefreshPackages,
];

fn is_about_node(kind: ActionKind) -> bool {
    matches!(
        kind,
        ActionKind::Drain
            | ActionKind::RebootNode
            | ActionKind::ShutdownNode
            | ActionKind::WakeNode
            | ActionKind::RefreshPackages
    )
}

/// What the form holds, as text.
#[derive(Clone, Copy)]
struct Fields {
    kind: RwSignal<ActionKind>,
    guest: RwSignal<String>,
    node: RwSignal<String>,
    timeout: RwSignal<String>,
    name: RwSignal<String>,
    description: RwSignal<String>,
    /// What the action may have switched on: keeping the memory, starting afterwards.
    ticked: RwSignal<bool>,
    cores: RwSignal<String>,
    memory: RwSignal<String>,
    tags: RwSignal<String>,
}

impl Fields {
    fn new() -> Self {
        Self {
            kind: RwSignal::new(ActionKind::Start),
            guest: RwSignal::new(String::new()),
            node: RwSignal::new(String::new()),
            timeout: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            description: RwSignal::new(String::new()),
            ticked: RwSignal::new(false),
            cores: RwSignal::new(String::new()),
            memory: RwSignal::new(String::new()),
            tags: RwSignal::new(String::new()),
        }
    }

    /// The action that the form spells, or what is wrong with it.
    fn wish(self, guest: Option<Target>) -> Result<Wish, String> {
        let kind = self.kind.get_untracked();
        if is_about_node(kind) {
            return Ok(Wish::of_node(kind, self.node()?));
        }
        let wish = Wish::of_guest(kind, guest.ok_or("Choose a guest.")?);
        Ok(match kind {
            ActionKind::Shutdown | ActionKind::Reboot => Wish {
                timeout_s: self.timeout_s()?,
                ..wish
            },
            ActionKind::Snapshot => Wish {
                name: optional(&self.name.get_untracked(), |text| {
                    text.parse()
                        .map_err(|error| format!("Wrong name: {error}."))
                })?,
                description: self.description()?,
                include_memory: Some(self.ticked.get_untracked()),
                ..wish
            },
            ActionKind::DeleteSnapshot => Wish {
                name: Some(self.snapshot()?),
                ..wish
            },
            ActionKind::Rollback => Wish {
                name: Some(self.snapshot()?),
                start: Some(self.ticked.get_untracked()),
                ..wish
            },
            ActionKind::SetConfig => Wish {
                set: Some(self.settings()?),
                ..wish
            },
            ActionKind::Migrate => Wish {
                node: Some(self.node()?),
                ..wish
            },
            _ => wish,
        })
    }

    fn node(self) -> Result<NodeName, String> {
        let node = self.node.get_untracked().parse();
        node.map_err(|_| "Choose a node.".to_owned())
    }

    fn snapshot(self) -> Result<SnapshotName, String> {
        let name = self.name.get_untracked();
        name.trim()
            .parse()
            .map_err(|error| format!("Wrong name: {error}."))
    }

    fn settings(self) -> Result<ConfigChange, String> {
        fn number<T: FromStr>(field: RwSignal<String>, what: &str) -> Result<Option<T>, String> {
            optional(&field.get_untracked(), |text| {
                text.parse()
                    .map_err(|_| format!("{what} is a whole number."))
            })
        }
        let tags = self.tags.get_untracked();
        let tags: Result<Vec<Tag>, _> = tags
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
            .filter(|tag| !tag.is_empty())
            .map(str::parse)
            .collect();
        let tags = tags.map_err(|error| format!("Wrong tag: {error}."))?;
        let set = ConfigChange {
            cores: number(self.cores, "Cores")?,
            memory_mib: number(self.memory, "Memory")?,
            tags: Some(tags).filter(|tags| !tags.is_empty()),
            description: self.description()?,
            ..ConfigChange::default()
        };
        if set == ConfigChange::default() {
            return Err("Fill in at least one setting.".to_owned());
        }
        Ok(set)
    }

    fn description<const MAX: usize>(self) -> Result<Option<ParameterText<MAX>>, String> {
        optional(&self.description.get_untracked(), |text| {
            ParameterText::new(text).map_err(|error| format!("Wrong description: {error}."))
        })
    }

    fn timeout_s(self) -> Result<Option<u16>, String> {
        optional(&self.timeout.get_untracked(), |text| {
            text.parse::<u16>()
                .ok()
                .filter(|seconds| (1..=3600).contains(seconds))
                .ok_or_else(|| "The time is 1 to 3600 seconds.".to_owned())
        })
    }
}

fn optional<T>(
    text: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    let text = text.trim();
    if text.is_empty() {
        Ok(None)
    } else {
        read(text).map(Some)
    }
}

/// The form.
#[component]
pub fn DraftForm() -> impl IntoView {
    let api = use_api();
    let review = use_review();
    let inventory = use_inventory();
    let fields = Fields::new();
    let wrong = RwSignal::new(String::new());
    let why = Why::new(None);
    let asking = Submission::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let chosen = guest_key::parse(&fields.guest.get_untracked()).and_then(|key| {
            let snapshot = inventory.snapshot.get_untracked()?;
            snapshot.guest(key).map(target)
        });
        let wish = match fields.wish(chosen) {
            Ok(wish) => wish,
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        let Some(reason) = why.given() else { return };
        let asked = Asking {
            draft: Some(wish.into()),
            reason,
            ..Asking::default()
        };
        asking.run(
            format!("{asked:?}"),
            move |key| propose(api, asked, key),
            move |asked| {
                if let Some(proposal) = asked.proposal {
                    why.clear();
                    review.open(proposal);
                }
            },
        );
    };
    let guests = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map_or_else(Vec::new, |held| {
                held.cluster
                    .guests
                    .iter()
                    .filter(|guest| !guest.template)
                    .map(|guest| {
                        let label =
                            format!("{} ({} {})", guest.name, guest.kind.label(), guest.vmid);
                        (key(guest).to_string(), label)
                    })
                    .collect()
            })
        })
    });
    let nodes = memo(move || {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map_or_else(Vec::new, |held| {
                held.cluster
                    .nodes
                    .iter()
                    .map(|node| (node.name.to_string(), node.name.to_string()))
                    .collect()
            })
        })
    });
    let kinds = memo(|| {
        KINDS
            .map(|kind| (kind.as_str().to_owned(), kind.verb().to_owned()))
            .to_vec()
    });
    let kind_text = RwSignal::new(ActionKind::Start.as_str().to_owned());
    effect(move || {
        let text = kind_text.get();
        if let Some(kind) = KINDS.into_iter().find(|kind| kind.as_str() == text) {
            fields.kind.set(kind);
        }
    });
    view! {
        <form class="ask-form draft-form" on:submit=submit>
            <div class="field-row">
                <Choose label="Action" none="" value=kind_text options=kinds />
                {dynamic(move || {
                    (!is_about_node(fields.kind.get()))
                        .then(|| {
                            view! { <Choose label="Guest" none="Choose a guest" value=fields.guest options=guests /> }
                        })
                })}
                {dynamic(move || parameters(fields, nodes))}
            </div>
            <p class="field-error" role="alert">
                {wrong}
            </p>
            <WhyField why=why asking=asking />
            <div class="ask-foot">
                <p class="fine">"Typed actions go the same way as words: plan, review, confirm."</p>
                <button type="submit" class="button primary" disabled=move || asking.pending.get()>
                    {dynamic(move || if asking.pending.get() { "Planning…" } else { "Plan it" })}
                </button>
            </div>
        </form>
        <Failure error=failure_beside(asking) />
    }
}

fn parameters(fields: Fields, nodes: Memo<Vec<(String, String)>>) -> AnyView {
    match fields.kind.get() {
        ActionKind::Shutdown | ActionKind::Reboot => {
            number("Time for the guest, in seconds", "60", fields.timeout)
        }
        ActionKind::Snapshot => (
            text("Name (made up where empty)", 40, fields.name),
            text("Description", 200, fields.description),
            tick("Keep the memory of a running VM, too", fields.ticked),
        )
            .into_any(),
        ActionKind::DeleteSnapshot => text("Name of the snapshot", 40, fields.name),
        ActionKind::Rollback => (
            text("Name of the snapshot", 40, fields.name),
            tick("Start it afterwards", fields.ticked),
        )
            .into_any(),
        ActionKind::SetConfig => (
            number("Cores", "as it is", fields.cores),
            number("Memory, in MiB", "as it is", fields.memory),
            text("All of its tags", 400, fields.tags),
            text("Notes", 1000, fields.description),
        )
            .into_any(),
        ActionKind::Migrate => view! {
            <Choose label="To node" none="Choose a node" value=fields.node options=nodes />
        }
        .into_any(),
        kind if is_about_node(kind) => view! {
            <Choose label="Node" none="Choose a node" value=fields.node options=nodes />
        }
        .into_any(),
        _ => ().into_any(),
    }
}

fn text(label: &'static str, most: u16, value: RwSignal<String>) -> AnyView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input type="text" maxlength=most.to_string() spellcheck="false" bind:value=value />
        </label>
    }
    .into_any()
}

fn number(label: &'static str, empty: &'static str, value: RwSignal<String>) -> AnyView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input type="number" min="0" placeholder=empty bind:value=value />
        </label>
    }
    .into_any()
}

fn tick(label: &'static str, value: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" bind:checked=value />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

#[component]
fn Choose(
    label: &'static str,
    none: &'static str,
    value: RwSignal<String>,
    options: Memo<Vec<(String, String)>>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <select bind:value=value>
                {(!none.is_empty()).then(|| view! { <option value="">{none}</option> })}
                {dynamic(move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(key, label)| view! { <option value=key>{label}</option> })
                        .collect_view()
                })}
            </select>
        </label>
    }
}
