//! A request in words: what stands in its field, how far it has come, what came of it.

use argus_types::id::ProposalId;
use argus_types::text::PlainText;
use leptos::prelude::*;

use super::outcome::Answer;
use super::progress::Progress;
use super::why::{Why, failure_beside};
use crate::api::Api;
use crate::api::propose::{Asked, propose_and_tell};
use crate::api::wish::Asking;
use crate::components::failure::Failure;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// The request. The text stays until a proposal was made.
#[derive(Clone, Copy)]
pub struct Words {
    text: RwSignal<String>,
    /// What is wrong with it.
    pub wrong: RwSignal<String>,
    /// The request on its way.
    pub asking: Submission,
    why: Why,
    stage: RwSignal<Option<&'static str>>,
    came: RwSignal<Option<Asked>>,
    supersedes: Option<ProposalId>,
    made: Callback<ProposalId>,
    api: Api,
}

impl Words {
    /// Reads `text`. What is proposed comes in place of `supersedes`, where that is given, and is
    /// told to `made`.
    pub fn new(
        text: RwSignal<String>,
        why: Why,
        supersedes: Option<ProposalId>,
        made: Callback<ProposalId>,
    ) -> Self {
        Self {
            text,
            wrong: RwSignal::new(String::new()),
            why,
            asking: Submission::new(),
            stage: RwSignal::new(None),
            came: RwSignal::new(None),
            supersedes,
            made,
            api: use_api(),
        }
    }

    /// Asks for what stands in the field.
    pub fn ask(self) {
        let words = self.text.get_untracked();
        let request = match PlainText::new(words.trim()) {
            Ok(request) if !request.as_str().is_empty() => request,
            Ok(_) => return self.wrong.set("Write what you want to change.".to_owned()),
            Err(error) => return self.wrong.set(format!("The {error}.")),
        };
        self.wrong.set(String::new());
        let Some(reason) = self.why.given() else {
            return;
        };
        // What was answered was about other words.
        self.came.set(None);
        self.stage.set(None);
        self.asking.run(
            format!("{words} {reason:?}"),
            move |key| {
                let asking = Asking {
                    request: Some(request),
                    supersedes: self.supersedes,
                    reason,
                    ..Asking::default()
                };
                propose_and_tell(self.api, asking, key, move |stage| {
                    // Whoever asked may have left the page.
                    self.stage.try_set(Some(stage));
                })
            },
            move |asked| match asked.proposal {
                Some(made) => self.made.run(made),
                None => self.came.set(Some(asked)),
            },
        );
    }
}

/// What comes of it, below its field.
#[component]
pub fn WordsOutcome(
    /// The request.
    words: Words,
) -> impl IntoView {
    let pending = words.asking.pending;
    let answer = Callback::new(move |request: String| {
        words.text.set(request);
        words.ask();
    });
    view! {
        <Progress stage=words.stage asking=words.asking />
        <Failure error=failure_beside(words.asking) />
        {dynamic(move || {
            let came = words.came.get();
            came.map(|asked| view! { <Answer asked=asked answer=answer pending=pending /> })
        })}
    }
}
