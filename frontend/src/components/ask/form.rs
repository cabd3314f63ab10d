//! Asking by a form: one action, one guest, its parameters.

use argus_types::action::{Action, ActionKind, Draft, Target};
use argus_types::proposal::ProposalInput;
use argus_types::text::PlainText;
use leptos::ev;
use leptos::prelude::*;

use crate::api::propose::propose;
use crate::components::failure::Failure;
use crate::components::guest::quick_actions::{simple_action, target};
use crate::context::inventory::{key, use_inventory};
use crate::context::review::use_review;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::format::guest_key;

/// What the form holds, as text.
#[derive(Clone, Copy)]
struct Fields {
    kind: RwSignal<ActionKind>,
    guest: RwSignal<String>,
    node: RwSignal<String>,
    timeout: RwSignal<String>,
    name: RwSignal<String>,
    description: RwSignal<String>,
    memory: RwSignal<bool>,
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
            memory: RwSignal::new(false),
        }
    }

    /// The action that the form spells, or what is wrong with it.
    fn action(self, guest: Option<Target>) -> Result<Action, String> {
        let guest = guest.ok_or("Choose a guest.")?;
        Ok(match self.kind.get_untracked() {
            ActionKind::Shutdown => Action::Shutdown {
                target: guest,
                timeout_s: self.timeout_s()?,
            },
            ActionKind::Reboot => Action::Reboot {
                target: guest,
                timeout_s: self.timeout_s()?,
            },
            ActionKind::Snapshot => Action::Snapshot {
                target: guest,
                name: optional(&self.name.get_untracked(), |text| {
                    text.parse()
                        .map_err(|error| format!("Wrong name: {error}."))
                })?,
                description: optional(&self.description.get_untracked(), |text| {
                    PlainText::new(text).map_err(|error| format!("Wrong description: {error}."))
                })?,
                include_memory: self.memory.get_untracked(),
            },
            ActionKind::Migrate => Action::Migrate {
                target: guest,
                node: self
                    .node
                    .get_untracked()
                    .parse()
                    .map_err(|_| "Choose the node to migrate to.")?,
            },
            kind => simple_action(kind, guest).ok_or("Choose an action.")?,
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
    let asking = Submission::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let chosen = guest_key::parse(&fields.guest.get_untracked()).and_then(|key| {
            let snapshot = inventory.snapshot.get_untracked()?;
            snapshot.guest(key).map(target)
        });
        let action = match fields.action(chosen) {
            Ok(action) => action,
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        let draft = Draft {
            actions: vec![action],
        };
        asking.run(
            format!("{draft:?}"),
            move |key| {
                let input = ProposalInput {
                    request: None,
                    draft: Some(draft),
                };
                propose(api, input, key)
            },
            move |asked| {
                if let Some(proposal) = asked.proposal {
                    review.open(proposal.id);
                }
            },
        );
    };
    let guests = Memo::new(move |_| {
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
    let nodes = Memo::new(move |_| {
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
    let kinds = Memo::new(|_| {
        ActionKind::ALL
            .map(|kind| (kind.as_str().to_owned(), kind.verb().to_owned()))
            .to_vec()
    });
    let kind_text = RwSignal::new(ActionKind::Start.as_str().to_owned());
    Effect::new(move |_| {
        let text = kind_text.get();
        if let Some(kind) = ActionKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
        {
            fields.kind.set(kind);
        }
    });
    view! {
        <form class="ask-form draft-form" on:submit=submit>
            <div class="field-row">
                <Choose label="Action" none="" value=kind_text options=kinds />
                <Choose label="Guest" none="Choose a guest" value=fields.guest options=guests />
                {move || parameters(fields, nodes)}
            </div>
            <p class="field-error" role="alert">
                {wrong}
            </p>
            <div class="ask-foot">
                <p class="fine">"Typed actions go the same way as words: plan, review, confirm."</p>
                <button type="submit" class="button primary" disabled=move || asking.pending.get()>
                    {move || if asking.pending.get() { "Planning…" } else { "Plan it" }}
                </button>
            </div>
        </form>
        <Failure error=asking.error />
    }
}

fn parameters(fields: Fields, nodes: Memo<Vec<(String, String)>>) -> AnyView {
    match fields.kind.get() {
        ActionKind::Start | ActionKind::Stop => ().into_any(),
        ActionKind::Shutdown | ActionKind::Reboot => view! {
            <label class="field">
                <span>"Time for the guest, in seconds"</span>
                <input type="number" min="1" max="3600" placeholder="60" bind:value=fields.timeout />
            </label>
        }
        .into_any(),
        ActionKind::Snapshot => view! {
            <label class="field">
                <span>"Name (made up where empty)"</span>
                <input type="text" maxlength="40" spellcheck="false" bind:value=fields.name />
            </label>
            <label class="field">
                <span>"Description"</span>
                <input type="text" maxlength="200" bind:value=fields.description />
            </label>
            <label class="check">
                <input type="checkbox" bind:checked=fields.memory />
                <span>"Keep the memory of a running VM, too"</span>
            </label>
        }
        .into_any(),
        ActionKind::Migrate => view! {
            <Choose label="To node" none="Choose a node" value=fields.node options=nodes />
        }
        .into_any(),
    }
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
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(key, label)| view! { <option value=key>{label}</option> })
                        .collect_view()
                }}
            </select>
        </label>
    }
}
