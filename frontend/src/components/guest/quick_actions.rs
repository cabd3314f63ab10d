//! What can be asked of one guest with a click. Each makes a proposal for review; none does anything yet.

use argus_types::action::{ActionKind, Target};
use argus_types::cluster::{Guest, GuestStatus, NodeStatus};
use argus_types::id::NodeName;
use argus_types::person::Permission;
use leptos::prelude::*;

use crate::api::propose::propose;
use crate::api::wish::{Asking, Wish};
use crate::components::ask::{Why, WhyField, failure_beside};
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::inventory::use_inventory;
use crate::context::review::use_review;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};
use crate::format::words;

/// The drawing of an action.
pub fn glyph(kind: ActionKind) -> Glyph {
    match kind {
        ActionKind::Start | ActionKind::Resume | ActionKind::WakeNode => Glyph::Play,
        ActionKind::Shutdown | ActionKind::ShutdownNode => Glyph::Power,
        ActionKind::Stop => Glyph::Square,
        ActionKind::Reboot | ActionKind::Reset | ActionKind::RebootNode => Glyph::Reboot,
        ActionKind::Suspend => Glyph::Pause,
        ActionKind::Snapshot | ActionKind::DeleteSnapshot | ActionKind::Rollback => Glyph::Camera,
        ActionKind::Migrate
        | ActionKind::Drain
        | ActionKind::MoveDisk
        | ActionKind::HaMigrate
        | ActionKind::HaRelocate => Glyph::Move,
        ActionKind::Destroy | ActionKind::DeleteBackup | ActionKind::DeleteVolume => Glyph::Warn,
        _ => Glyph::List,
    }
}

/// What makes sense in a status; the plan decides what is possible.
fn sensible(status: GuestStatus) -> &'static [ActionKind] {
    match status {
        GuestStatus::Running => &[
            ActionKind::Shutdown,
            ActionKind::Reboot,
            ActionKind::Snapshot,
            ActionKind::Stop,
        ],
        GuestStatus::Paused => &[ActionKind::Resume, ActionKind::Snapshot, ActionKind::Stop],
        GuestStatus::Stopped => &[ActionKind::Start, ActionKind::Snapshot],
        GuestStatus::Unknown => &[],
    }
}

/// The buttons.
#[component]
pub fn QuickActions(
    /// The guest as it is now.
    guest: Memo<Option<Guest>>,
) -> impl IntoView {
    let session = use_session();
    let review = use_review();
    let inventory = use_inventory();
    let why = Why::new(None);
    let asking = Submission::new();
    let submit = Callback::new(move |wish: Wish| {
        let Some(reason) = why.given() else { return };
        let asked = Asking {
            draft: Some(wish.into()),
            reason,
            ..Asking::default()
        };
        asking.run(
            format!("{asked:?}"),
            move |key| propose(session.api, asked, key),
            move |asked| {
                if let Some(proposal) = asked.proposal {
                    why.clear();
                    review.open(proposal);
                }
            },
        );
    });
    let known = memo(move || {
        guest.with(|guest| {
            guest
                .as_ref()
                .filter(|guest| !guest.template)
                .map(|guest| (target(guest), guest.status, guest.node.clone()))
        })
    });
    let others = memo(move || {
        let here = known.get().map(|(_, _, node)| node);
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map_or_else(Vec::new, |held| {
                held.cluster
                    .nodes
                    .iter()
                    .filter(|node| {
                        node.status == NodeStatus::Online && Some(&node.name) != here.as_ref()
                    })
                    .map(|node| node.name.clone())
                    .collect::<Vec<_>>()
            })
        })
    });
    let buttons = move || {
        let (target, status, _) = known.get()?;
        let pending = asking.pending;
        let simple = sensible(status)
            .iter()
            .map(|kind| {
                let (kind, wish) = (*kind, Wish::of_guest(*kind, target.clone()));
                view! {
                    <button
                        type="button"
                        class="button small"
                        disabled=move || pending.get()
                        on:click=move |_| submit.run(wish.clone())
                    >
                        <Icon glyph=glyph(kind) />
                        {kind.verb()}
                    </button>
                }
            })
            .collect_view();
        let migrate = (!others.with(Vec::is_empty)).then(|| {
            view! { <MoveTo target=target others=others submit=submit pending=pending /> }
        });
        Some(view! { <div class="quick-actions">{simple} {migrate}</div> })
    };
    dynamic(move || {
        let role = session.role()?;
        if !session.may(Permission::Propose) {
            return Some(
                view! { <p class="fine">{words::refusal(Permission::Propose, role)}</p> }
                    .into_any(),
            );
        }
        Some(
            view! {
                <section class="quick" aria-labelledby="quick-title">
                    <h3 id="quick-title">"Ask for"</h3>
                    <WhyField why=why asking=asking />
                    {buttons}
                    <p class="fine">"Nothing happens before the plan has been reviewed and confirmed."</p>
                    <Failure error=failure_beside(asking) />
                </section>
            }
            .into_any(),
        )
    })
}

#[component]
fn MoveTo(
    target: Target,
    others: Memo<Vec<NodeName>>,
    submit: Callback<Wish>,
    pending: RwSignal<bool>,
) -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    let migrate = move |_| {
        let name = chosen.get_untracked();
        let node = others
            .with_untracked(|others| others.iter().find(|node| node.as_str() == name).cloned());
        if let Some(node) = node {
            submit.run(Wish {
                node: Some(node),
                ..Wish::of_guest(ActionKind::Migrate, target.clone())
            });
        }
    };
    view! {
        <span class="move-to">
            <label>
                <span class="visually-hidden">"Migrate to"</span>
                <select bind:value=chosen>
                    <option value="">"Migrate to…"</option>
                    {dynamic(move || {
                        others
                            .get()
                            .into_iter()
                            .map(|node| view! { <option>{node.to_string()}</option> })
                            .collect_view()
                    })}
                </select>
            </label>
            <button
                type="button"
                class="button small"
                disabled=move || pending.get() || chosen.with(String::is_empty)
                on:click=migrate
            >
                <Icon glyph=Glyph::Move />
                "Migrate"
            </button>
        </span>
    }
}

/// The guest as a draft names it: with the node that the person saw it on.
pub fn target(guest: &Guest) -> Target {
    Target {
        kind: guest.kind,
        vmid: guest.vmid,
        node: Some(guest.node.clone()),
    }
}
