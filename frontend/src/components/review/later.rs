//! Starting later: the dialog that asks when, and what is said of a start that was put off.

use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::id::{PlanDigest, ProposalId};
use argus_types::person::Permission;
use argus_types::proposal::{Proposal, ProposalState};
use argus_types::schedule::{Schedule, ScheduleState, StartLater};
use argus_types::text::PlainText;
use leptos::prelude::*;

use super::decision::{needs_snapshot_choice, without_snapshot};
use super::decisions::{Decisions, UnderWay};
use crate::api::schedule::{put_off, take_back};
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::components::notice::Notice;
use crate::components::passkey_failure::PasskeyFailure;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::dynamic;
use crate::format::moment;
use crate::format::words::Tone;

/// How late a start may be, in minutes.
const LATE: [(&str, &str); 4] = [
    ("15", "15 minutes"),
    ("60", "an hour"),
    ("240", "4 hours"),
    ("10080", "as long as the plan counts"),
];

/// What became of the start that was put off, while the proposal is in review.
#[component]
pub fn PutOff(proposal: Proposal, decisions: Decisions) -> impl IntoView {
    let id = proposal.id;
    let schedule = proposal
        .schedule
        .filter(|_| proposal.state == ProposalState::InReview)?;
    let said = schedule.said.clone();
    Some(match schedule.state {
        ScheduleState::Waiting => {
            view! { <Waiting proposal=id schedule=schedule decisions=decisions /> }.into_any()
        }
        ScheduleState::Refused | ScheduleState::Missed => view! {
            <Notice tone=Tone::Warn title="It was to start by itself, and did not.">
                <p>{said}</p>
            </Notice>
        }
        .into_any(),
        ScheduleState::Started | ScheduleState::Cancelled => ().into_any(),
    })
}

#[component]
fn Waiting(proposal: ProposalId, schedule: Schedule, decisions: Decisions) -> impl IntoView {
    let session = use_session();
    let taking = Submission::new();
    let send = move |_| {
        taking.run(
            String::new(),
            move |key| take_back(session.api, proposal, key),
            move |()| decisions.under_way().decided.run(()),
        );
    };
    view! {
        <div data-testid="put-off">
            <Notice tone=Tone::Info title="Starts by itself">
                <p>
                    "At " <Moment at=schedule.not_before /> ", or until "
                    <Moment at=schedule.not_after /> " if something is in its way then; "
                    {schedule.by.name.clone()} " wants it so."
                </p>
                {schedule.said.clone().map(|said| view! { <p>{format!("It waits: {said}")}</p> })}
                <Failure error=taking.error before="Not taken back." />
                {dynamic(move || {
                    session
                        .may(Permission::Cancel)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button"
                                    data-testid="take-back"
                                    disabled=move || taking.pending.get()
                                    on:click=send
                                >
                                    "Do not start by itself"
                                </button>
                            }
                        })
                })}
            </Notice>
        </div>
    }
}

/// The button, and the dialog that asks when.
#[component]
pub fn Later(proposal: Proposal, decisions: Decisions) -> impl IntoView {
    let session = use_session();
    let asking = RwSignal::new(false);
    let waits = proposal
        .schedule
        .as_ref()
        .is_some_and(|schedule| schedule.state == ScheduleState::Waiting);
    let (id, digest, until) = (proposal.id, proposal.digest, proposal.expires_at);
    let asks_reason = needs_snapshot_choice(&proposal);
    dynamic(move || {
        (!waits && session.may(Permission::Confirm)).then(|| {
            view! {
                <button
                    type="button"
                    class="button"
                    aria-haspopup="dialog"
                    data-testid="start-later"
                    on:click=move |_| asking.set(true)
                >
                    <Icon glyph=Glyph::Clock />
                    "Start later…"
                </button>
                {dynamic(move || {
                    asking
                        .get()
                        .then(|| {
                            view! {
                                <When
                                    proposal=id
                                    digest=digest
                                    until=until
                                    asks_reason=asks_reason
                                    decisions=decisions
                                    asking=asking
                                />
                            }
                                .into_any()
                        })
                })}
            }
        })
    })
}

#[component]
fn When(
    proposal: ProposalId,
    digest: PlanDigest,
    until: Timestamp,
    asks_reason: bool,
    decisions: Decisions,
    asking: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let wrong = RwSignal::new(String::new());
    let late = RwSignal::new("60".to_owned());
    let UnderWay {
        choice,
        no_snapshot,
        start_at,
        putting_off,
        decided,
        ..
    } = decisions.under_way();
    if start_at.with_untracked(String::is_empty) {
        start_at.set(moment::soon(until));
    }
    let close = Callback::new(move |()| asking.set(false));
    let send = move |_| {
        let reason = no_snapshot.get_untracked();
        let later =
            without_snapshot(asks_reason, choice.get_untracked(), &reason).and_then(|given| {
                let minutes = late.get_untracked().parse().unwrap_or(60);
                later(digest, &start_at.get_untracked(), minutes, given)
            });
        let later = match later {
            Ok(later) => later,
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        let what = format!("{later:?}");
        let send = move |step_up, key| {
            put_off(session.api, proposal, StartLater { step_up, ..later }, key)
        };
        let done = move |()| {
            asking.try_set(false);
            decided.run(());
        };
        if untrack(|| decisions.confirm_takes_passkey()) {
            let act = (StepUpAct::Confirm, digest.to_string());
            putting_off.run(
                session,
                act,
                what,
                move |proof, key| send(Some(proof), key),
                done,
            );
        } else {
            putting_off
                .sending
                .run(what, move |key| send(None, key), done);
        }
    };
    view! {
        <Dialog labelled_by="later-title" class="dialog dialog-small" close=close>
            <div class="dialog-head">
                <h2 id="later-title">"Start later"</h2>
            </div>
            <div class="dialog-body">
                <p>
                    "Argus starts this plan by itself then, as if you confirmed it at that moment: what it relies on, your \
                     rights, the approvals and the policy are checked again. If anything is not as it must be, nothing starts."
                </p>
                <label class="field">
                    <span>"When (your time zone), before " <Moment at=until /></span>
                    <input type="datetime-local" data-testid="start-at" bind:value=start_at />
                </label>
                <label class="field">
                    <span>"If something is in its way then, wait at most"</span>
                    <select bind:value=late>
                        {LATE
                            .map(|(value, label)| view! { <option value=value>{label}</option> })
                            .collect_view()}
                    </select>
                </label>
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                <PasskeyFailure attempt=putting_off.ceremony before="Not recorded." />
                <Failure error=putting_off.sending.error before="Not recorded." />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Back"
                </button>
                <button
                    type="button"
                    class="button primary"
                    data-testid="put-off-now"
                    disabled=move || putting_off.is_pending()
                    on:click=send
                >
                    "Start it then"
                </button>
            </div>
        </Dialog>
    }
}

/// What the person chose, or what is wrong with it.
fn later(
    digest: PlanDigest,
    at: &str,
    minutes: i64,
    without_snapshot: Option<PlainText<500>>,
) -> Result<StartLater, String> {
    let not_before: Timestamp =
        moment::typed(at).ok_or_else(|| "Choose a day and a time.".to_owned())?;
    Ok(StartLater {
        digest,
        not_before,
        not_after: Some(not_before.plus_seconds(minutes * 60)),
        without_snapshot,
        step_up: None,
    })
}
