//! The decisions on a proposed version: no at the left, yes at the right, and why one is not there.

use argus_types::account::StepUpAct;
use argus_types::approval::{Decision, Verdict};
use argus_types::id::PlanDigest;
use argus_types::policy::{PolicyChange, PolicyConfirmation, PolicyState, PolicyWithdrawal};
use leptos::prelude::*;

use crate::api::policy::{confirm, decide, withdraw};
use crate::components::certain::Certain;
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::passkey_missing::PasskeyMissing;
use crate::context::session::use_session;
use crate::context::step_up::{SteppedUp, has_passkey};
use crate::context::submission::Submission;
use crate::erased::dynamic;
use crate::format::plain::typed;

/// What somebody is about to do.
#[derive(Clone, Copy, PartialEq)]
enum Act {
    Approve,
    Reject,
    Activate,
}

/// What a dialog says about an act.
struct Words {
    title: &'static str,
    meaning: &'static str,
    comment: Option<&'static str>,
    button: &'static str,
}

impl Act {
    fn words(self) -> Words {
        match self {
            Self::Approve => Words {
                title: "Approve this version?",
                meaning: "It is not in force by it: another approval may be missing, and somebody who approved nothing puts it into force.",
                comment: Some("Comment (if you like; kept in the ledger)"),
                button: "Approve with your passkey",
            },
            Self::Reject => Words {
                title: "Reject this version?",
                meaning: "The policy stays as it is, and nobody can put this version into force any more.",
                comment: Some("Why (its author reads it; kept in the ledger)"),
                button: "Reject the version",
            },
            Self::Activate => Words {
                title: "Put this version into force?",
                meaning: "From now on it judges every plan, also those in review: for them the stricter of then and now counts.",
                comment: None,
                button: "Put it into force with your passkey",
            },
        }
    }
}

/// What is under way. It outlives each new read of the version, so that nobody's dialog closes under their hands.
#[derive(Clone, Copy)]
pub struct Deciding {
    number: u32,
    digest: StoredValue<Option<PlanDigest>>,
    asking: RwSignal<Option<Act>>,
    comment: RwSignal<String>,
    wrong: RwSignal<&'static str>,
    sending: SteppedUp,
    taking_back: RwSignal<bool>,
    withdrawing: Submission,
    decided: Callback<()>,
}

impl Deciding {
    /// Nothing decided yet about this version; `decided` runs after something was.
    pub fn new(number: u32, decided: Callback<()>) -> Self {
        Self {
            number,
            digest: StoredValue::new(None),
            asking: RwSignal::new(None),
            comment: RwSignal::new(String::new()),
            wrong: RwSignal::new(""),
            sending: SteppedUp::new(),
            taking_back: RwSignal::new(false),
            withdrawing: Submission::new(),
            decided,
        }
    }
}

/// The bar. Only for a proposed version, and only with what the person may do.
#[component]
pub fn Decide(
    /// The version as the person has read it.
    change: PolicyChange,
    /// What is under way.
    deciding: Deciding,
) -> impl IntoView {
    deciding.digest.set_value(Some(change.version.digest));
    if change.version.state != PolicyState::Proposed {
        return ().into_any();
    }
    let why_not = why_not(&change);
    let you = change.you;
    let button = move |act: Act, class: &'static str, glyph, label: &'static str| {
        view! {
            <button
                type="button"
                class=class
                aria-haspopup="dialog"
                on:click=move |_| deciding.asking.set(Some(act))
            >
                <Icon glyph=glyph />
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="decision-bar" data-testid="decision-bar">
            <div class="decision-row">
                {you.not_reject.is_none().then(|| button(Act::Reject, "button", Glyph::Cross, "Reject…"))}
                {you
                    .not_withdraw
                    .is_none()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                aria-haspopup="dialog"
                                on:click=move |_| deciding.taking_back.set(true)
                            >
                                "Take it back…"
                            </button>
                        }
                    })}
                <span class="decision-reason">{why_not}</span>
                {you
                    .not_approve
                    .is_none()
                    .then(|| button(Act::Approve, "button primary", Glyph::Check, "Approve…"))}
                {you
                    .not_confirm
                    .is_none()
                    .then(|| button(Act::Activate, "button primary", Glyph::Check, "Put into force…"))}
            </div>
        </div>
    }
    .into_any()
}

/// Why a person who may decide nothing that helps it on cannot; nothing for whoever can.
fn why_not(change: &PolicyChange) -> String {
    let you = &change.you;
    match (&you.not_approve, &you.not_confirm) {
        (Some(approve), Some(confirm)) if change.counting >= change.required => {
            // Enough approvals are there: what counts is why it cannot be put into force.
            if approve == confirm { approve } else { confirm }.clone()
        }
        (Some(approve), Some(_)) => approve.clone(),
        _ => String::new(),
    }
}

/// What the bar's buttons open.
#[component]
pub fn Sure(
    /// What is under way.
    deciding: Deciding,
) -> impl IntoView {
    let session = use_session();
    let Deciding {
        number,
        digest,
        withdrawing,
        taking_back,
        decided,
        ..
    } = deciding;
    let take_back = Callback::new(move |()| {
        let Some(digest) = digest.get_value() else {
            return;
        };
        withdrawing.run(
            digest.to_string(),
            move |key| withdraw(session.api, number, PolicyWithdrawal { digest }, key),
            move |()| {
                taking_back.try_set(false);
                decided.run(());
            },
        );
    });
    view! {
        {dynamic(move || {
            let act = deciding.asking.get()?;
            let digest = deciding.digest.get_value()?;
            Some(view! { <Asking act=act digest=digest deciding=deciding /> })
        })}
        <Certain
            open=taking_back
            title="Take this version back?"
            meaning="Nobody can decide on it any more. You can propose the change again."
            act="Take it back"
            sending=withdrawing
            decide=take_back
        />
    }
}

#[component]
fn Asking(act: Act, digest: PlanDigest, deciding: Deciding) -> impl IntoView {
    let session = use_session();
    let words = act.words();
    let Deciding {
        number,
        asking,
        comment,
        wrong,
        sending,
        decided,
        ..
    } = deciding;
    let close = Callback::new(move |()| asking.set(None));
    let takes_passkey = act != Act::Reject;
    let send = move |_| {
        let Ok(said) = typed(&comment.get_untracked()) else {
            return wrong.set("There is a character in it that nobody can read.");
        };
        if act == Act::Reject && said.is_none() {
            return wrong.set("Say why; its author reads it.");
        }
        wrong.set("");
        let done = move |()| {
            asking.try_set(None);
            decided.run(());
        };
        let subject = (StepUpAct::ChangePolicy, digest.to_string());
        match act {
            Act::Activate => sending.run(
                session,
                subject,
                format!("force {digest}"),
                move |proof, key| {
                    let step_up = Some(proof);
                    confirm(
                        session.api,
                        number,
                        PolicyConfirmation { digest, step_up },
                        key,
                    )
                },
                done,
            ),
            Act::Approve => sending.run(
                session,
                subject,
                format!("approve {digest} {said:?}"),
                move |proof, key| {
                    let decision = Decision {
                        digest,
                        verdict: Verdict::Approve,
                        comment: said,
                        step_up: Some(proof),
                    };
                    decide(session.api, number, decision, key)
                },
                done,
            ),
            Act::Reject => sending.sending.run(
                format!("reject {digest} {said:?}"),
                move |key| {
                    let decision = Decision {
                        digest,
                        verdict: Verdict::Reject,
                        comment: said,
                        step_up: None,
                    };
                    decide(session.api, number, decision, key)
                },
                done,
            ),
        }
    };
    view! {
        <Dialog labelled_by="policy-sure-title" class="dialog dialog-small" close=close>
            <div class="dialog-head">
                <h2 id="policy-sure-title">{words.title}</h2>
            </div>
            <div class="dialog-body">
                <p>
                    "Version " {number} ", "
                    <code title=digest.to_string()>{digest.short()}</code>
                </p>
                <p>{words.meaning}</p>
                {words
                    .comment
                    .map(|label| {
                        view! {
                            <label class="field">
                                <span>{label}</span>
                                <textarea rows="2" maxlength="500" bind:value=comment></textarea>
                            </label>
                        }
                    })}
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                {takes_passkey.then(|| view! { <PasskeyMissing /> })}
                <PasskeyFailure attempt=sending.ceremony before="Not recorded." />
                <Failure error=sending.sending.error before="Not recorded." />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Not now"
                </button>
                <button
                    type="button"
                    class=if takes_passkey { "button primary" } else { "button danger" }
                    disabled=move || (takes_passkey && !has_passkey(session)) || sending.is_pending()
                    on:click=send
                >
                    {dynamic(move || {
                        if sending.ceremony.pending.get() { "Waiting for your passkey…" } else { words.button }
                    })}
                </button>
            </div>
        </Dialog>
    }
}
