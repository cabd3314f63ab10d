//! One guest in the list. The row stays in the page while its guest changes, so the focus stays, too.

use argus_types::cluster::{Guest, GuestStatus};
use argus_types::id::{GuestKey, GuestKind};
use leptos::ev;
use leptos::prelude::*;

use super::usage::Usage;
use crate::components::icon::{Glyph, Icon};
use crate::components::pill::Mark;
use crate::context::inventory::use_inventory;
use crate::erased::{dynamic, memo};
use crate::format::bytes::share;
use crate::format::words;
use crate::routes;

/// The drawing of a kind.
pub fn kind_glyph(kind: GuestKind) -> Glyph {
    match kind {
        GuestKind::Qemu => Glyph::Screen,
        GuestKind::Lxc => Glyph::Cube,
    }
}

/// The row; a card on phones.
#[component]
pub fn GuestRow(
    /// Which guest.
    guest: GuestKey,
    /// Opens its sheet.
    open: Callback<GuestKey>,
) -> impl IntoView {
    let inventory = use_inventory();
    let key = guest;
    let guest = memo(move || inventory.guest(key));
    let text = move |read: fn(&Guest) -> String| {
        Signal::derive(move || guest.with(|guest| guest.as_ref().map(read).unwrap_or_default()))
    };
    let runs = move || {
        guest.with(|guest| {
            guest
                .as_ref()
                .is_some_and(|guest| guest.status == GuestStatus::Running)
        })
    };
    let cpu = Signal::derive(move || {
        runs()
            .then(|| guest.with(|guest| guest.as_ref().and_then(|guest| guest.cpu)))
            .flatten()
    });
    let memory = Signal::derive(move || {
        runs()
            .then(|| {
                guest.with(|guest| {
                    guest
                        .as_ref()
                        .and_then(|guest| share(guest.memory, guest.memory_total))
                })
            })
            .flatten()
    });
    let on_click = move |event: ev::MouseEvent| {
        if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            open.run(key);
        }
    };
    view! {
        <tr data-row="" class="guest-row" on:click=on_click data-testid="guest">
            <td class="cell-status">
                {dynamic(move || {
                    guest
                        .with(|guest| guest.as_ref().map(|guest| words::guest_status(guest.status)))
                        .map(|word| view! { <Mark word=word /> })
                })}
            </td>
            <td class="cell-vmid">
                <span title=key.kind.label()>
                    <Icon glyph=kind_glyph(key.kind) />
                    <span class="visually-hidden">{key.kind.label()} " "</span>
                </span>
                {key.vmid.to_string()}
            </td>
            <th scope="row" class="cell-name">
                <a href=routes::guest(key) data-row-link="">
                    {text(|guest| guest.name.clone())}
                </a>
                {dynamic(move || guest.with(|guest| guest.as_ref().map(marks)))}
            </th>
            <td class="cell-node">{text(|guest| guest.node.to_string())}</td>
            <td class="cell-cpu" data-label="CPU">
                <Usage share=cpu />
            </td>
            <td class="cell-memory" data-label="Memory">
                <Usage share=memory />
            </td>
            <td class="cell-tags">
                {text(|guest| {
                    guest
                        .tags
                        .iter()
                        .map(String::as_str)
                        .chain(guest.pool.as_deref())
                        .collect::<Vec<_>>()
                        .join(", ")
                })}
            </td>
        </tr>
    }
}

/// What is special about a guest: template, lock, high availability.
pub fn marks(guest: &Guest) -> AnyView {
    let lock = guest.lock.clone().map(|lock| {
        view! {
            <span class="chip tone-warn" title="Proxmox holds a lock on this guest">
                <Icon glyph=Glyph::Lock />
                {lock}
            </span>
        }
    });
    let ha = guest
        .ha_state
        .clone()
        .map(|state| view! { <span class="chip" title="managed by high availability">"HA " {state}</span> });
    let template = guest
        .template
        .then(|| view! { <span class="chip">"template"</span> });
    view! { <span class="chips">{template} {lock} {ha}</span> }.into_any()
}
