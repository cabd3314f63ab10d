//! The evidence: what the journal has, what Proxmox shows now, and where else to look.

use argus_types::plan::CallPreview;
use argus_types::resolution::{ExecutionEvidence, StepFound, TaskFound, TaskNow};
use leptos::prelude::*;

use crate::components::copy_button::CopyButton;
use crate::components::evidence::EvidenceTable;
use crate::components::moment::Moment;
use crate::components::notice::Notice;
use crate::format::words::Tone;

/// Everything that there is to look at.
#[component]
pub fn Evidence(
    /// As it was read.
    evidence: ExecutionEvidence,
    /// Whether this is what somebody decided by, and not what there is now.
    over: bool,
) -> impl IntoView {
    let found = evidence.found;
    let read = if over { "Looked at " } else { "Read " };
    view! {
        <section class="panel" aria-labelledby="evidence-title" data-testid="evidence">
            <h2 id="evidence-title">"What there is to look at"</h2>
            <p class="fine">
                {read} <Moment at=evidence.looked_at /> ", evidence "
                <code title=evidence.digest.to_string()>{evidence.digest.short()}</code>
            </p>
            <p>
                <strong>"Why a person must look: "</strong>
                {found.message}
            </p>
            {found.step.map(step)}
            {(!found.places.is_empty()).then(|| places(found.places))}
        </section>
    }
}

fn step(found: StepFound) -> AnyView {
    view! {
        <h3>{format!("Step {}: {}", found.number, found.title)}</h3>
        {match found.call {
            Some(call) => sent(&call, found.attempt, found.intended_at),
            None => view! { <p>"The journal has no request of this step: none was about to leave."</p> }.into_any(),
        }}
        {match found.now_unreadable {
            Some(why) => unread("What is there now could not be read.", why),
            None => {
                view! {
                    <EvidenceTable
                        caption="What the step should have brought about, and what is there now"
                        observed="now"
                        rows=found.now
                    />
                }
                    .into_any()
            }
        }}
        {match found.tasks_unreadable {
            Some(why) => unread("Proxmox' list of tasks could not be read.", why),
            None => tasks(found.tasks),
        }}
        {(!found.pre_check.is_empty())
            .then(|| view! { <EvidenceTable caption="Seen before it was sent" rows=found.pre_check /> })}
        {(!found.post_check.is_empty())
            .then(|| view! { <EvidenceTable caption="Seen after it, the last time Argus looked" rows=found.post_check /> })}
    }
    .into_any()
}

fn sent(call: &CallPreview, attempt: u8, at: Option<argus_types::Timestamp>) -> AnyView {
    let line = format!("{} {}", call.method, call.path);
    let parameters = call
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join(" ");
    view! {
        <p>
            "The request, as attempt " {attempt} " was about to send it"
            {at.map(|at| view! { ", " <Moment at=at /> })} ":"
        </p>
        <p class="upid">
            <code>{line.clone()} " " {parameters}</code>
            <CopyButton text=line label="Copy the request's path" />
        </p>
    }
    .into_any()
}

fn unread(title: &'static str, why: String) -> AnyView {
    view! {
        <Notice tone=Tone::Warn title=title>
            <p>{why}</p>
            <p>"Look there yourself, or read the evidence again later."</p>
        </Notice>
    }
    .into_any()
}

fn tasks(tasks: Vec<TaskFound>) -> AnyView {
    if tasks.is_empty() {
        return view! { <p>"Proxmox' list has no task that could be this step's."</p> }.into_any();
    }
    let row = |task: TaskFound| {
        let whose = if task.own { "this step's" } else { "could be" };
        let stands = match task.state {
            TaskNow::Running => "runs".to_owned(),
            TaskNow::Ended => format!("ended: {}", task.words),
            TaskNow::Unreadable => format!("not readable: {}", task.words),
        };
        view! {
            <tr>
                <th scope="row" class="upid">
                    <code>{task.upid.clone()}</code>
                    <CopyButton text=task.upid label="Copy the task's id" />
                </th>
                <td>{whose}</td>
                <td>{stands}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll">
            <table class="facts">
                <caption>"Tasks in Proxmox"</caption>
                <thead>
                    <tr>
                        <th scope="col">"task"</th>
                        <th scope="col">"whose"</th>
                        <th scope="col">"now"</th>
                    </tr>
                </thead>
                <tbody>{tasks.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn places(places: Vec<String>) -> AnyView {
    view! {
        <h3>"Where to look in Proxmox"</h3>
        <ul>{places.into_iter().map(|place| view! { <li>{place}</li> }).collect_view()}</ul>
    }
    .into_any()
}
