//! Language models: asked where the built-in rules do not understand, one draft at a time a person, everything kept.

mod contract;
mod outcome;
mod record;
mod recorder;
mod spending;
mod test;
mod view;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use argus_llm::Scene;
use argus_llm::ask::{Brief, Fence, FreeText, Round};
use argus_llm::providers::{Provider, Row};
use argus_llm::redact::Redactor;
use argus_llm::wire::Catalogue;
use argus_store::{DraftEnd, EndedDraft, NewDraft, Store};
use argus_types::drafting::ProviderTest;
use argus_types::id::{ClusterId, GuestKey};
use argus_types::person::Person;
use argus_types::problem::ProblemCode;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::progress::Progress;
use crate::clock::SharedClock;
use crate::config::Drafting;
use crate::problem::ApiProblem;
use crate::record::{self as ledger, Kind};
use crate::schema;
use recorder::Recorder;

pub use contract::Strict;
pub use outcome::Answer;

/// How often a draft says that it is still being made, and looks whether somebody has stopped it.
const BEAT: Duration = Duration::from_secs(1);
/// Seconds after its last sign of life in which a draft still counts as under way.
const ALIVE_S: i64 = 20;

/// The models that are configured, and what is known of them. Cheap to clone.
#[derive(Clone)]
pub struct Models(Arc<Inner>);

struct Inner {
    store: Store,
    clock: SharedClock,
    row: Row<Provider>,
    drafting: Drafting,
    redactor: Option<Redactor>,
    catalogue: Catalogue,
    tests: Mutex<BTreeMap<String, ProviderTest>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// A request that the rules leave open.
pub struct Wish {
    /// Who asks.
    pub person: Person,
    /// About which cluster.
    pub cluster: ClusterId,
    /// In which words.
    pub request: String,
    /// What is known, with the details of the guests that the words are about.
    pub scene: Scene,
    /// Those guests.
    pub subjects: Vec<GuestKey>,
    /// Text of others, where that is to be told.
    pub texts: Vec<FreeText>,
    /// What the rules say.
    pub rules: String,
}

impl Models {
    /// The configured models. What is under way when `stop` is cancelled is stopped.
    pub fn new(
        store: Store,
        clock: SharedClock,
        drafting: Drafting,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> anyhow::Result<Self> {
        let catalogue = Catalogue::of(&schema::proposal_schema())?.for_words();
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            row: drafting.row()?,
            redactor: drafting.redactor.clone(),
            drafting,
            catalogue,
            tests: Mutex::default(),
            tasks,
            stop,
        })))
    }

    /// Whether any is configured.
    pub fn is_any(&self) -> bool {
        !self.0.row.models().is_empty() && self.0.redactor.is_some()
    }

    /// Whether prompts tell guests' notes.
    pub fn reads_notes(&self) -> bool {
        self.0.drafting.reads_notes
    }

    /// Asks for a draft. Whoever drops this, or calls [`Self::stop_draft`], stops it: the connection to the provider is
    /// closed, and nothing more is sent.
    pub async fn draft(&self, wish: Wish, progress: Progress) -> Result<Answer, ApiProblem> {
        let draft = self.0.clock.new_id();
        self.begin(draft, &wish).await?;
        let stop = self.0.stop.child_token();
        let _stops = stop.clone().drop_guard();
        let models = self.clone();
        let course = async move { models.course(draft, &wish, progress, &stop).await };
        self.0
            .tasks
            .spawn(course)
            .await
            .map_err(ApiProblem::internal)?
    }

    /// Stops the draft of a person that is under way, on whichever replica. Whether there was one.
    pub async fn stop_draft(&self, person: &Person) -> Result<bool, ApiProblem> {
        let now = self.0.clock.now();
        let mut tx = self.0.store.begin().await?;
        let stopped = tx.stop_draft_of(person.id, now).await?;
        if let Some(draft) = stopped {
            let subject = format!("draft/{draft}");
            let body = serde_json::json!({});
            tx.append_ledger(ledger::entry(
                now,
                &person.name,
                Kind::DraftStopped,
                subject,
                body,
            ))
            .await?;
        }
        tx.commit().await?;
        Ok(stopped.is_some())
    }

    async fn begin(&self, draft: Uuid, wish: &Wish) -> Result<(), ApiProblem> {
        let now = self.0.clock.now();
        let new = NewDraft {
            id: draft,
            cluster: &wish.cluster,
            person: wish.person.id,
            began_at: now,
            alive_until: now.plus_seconds(ALIVE_S),
            subjects: &wish.subjects,
        };
        let mut tx = self.0.store.begin().await?;
        if !tx.begin_draft(new).await? {
            return Err(ApiProblem::new(
                ProblemCode::DraftUnderWay,
                "A language model is asked for another draft of yours. Wait for it, or stop it.",
            ));
        }
        tx.commit().await?;
        Ok(())
    }

    /// A draft from its beginning to its end, whatever that is. It goes on without its asker for as long as it takes to
    /// write down that they left.
    async fn course(
        &self,
        draft: Uuid,
        wish: &Wish,
        progress: Progress,
        stop: &CancellationToken,
    ) -> Result<Answer, ApiProblem> {
        let Some(redactor) = &self.0.redactor else {
            return Err(ApiProblem::internal("a model without a redactor"));
        };
        let recorder = self.recorder(draft, wish, progress);
        let round = Round {
            models: &self.0.row,
            catalogue: &self.0.catalogue,
            contract: &Strict,
            witness: &recorder,
        };
        let brief = Brief {
            request: &wish.request,
            scene: &wish.scene,
            texts: &wish.texts,
            fence: Fence::random(),
        };
        // Wiped at the end of the draft; what its placeholders stand for is kept nowhere.
        let mut redaction = redactor.begin();
        let made = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            () = self.stopped(draft) => None,
            made = round.draft(&brief, &mut redaction) => Some(made),
        };
        match made {
            Some(Ok(drafting)) => self.ended(draft, wish, drafting).await,
            Some(Err(problem)) => {
                recorder.give_up().await?;
                self.end_without(draft, DraftEnd::Unanswered).await?;
                Err(problem)
            }
            None => {
                recorder.give_up().await?;
                self.end_without(draft, DraftEnd::Stopped).await?;
                Err(stopped())
            }
        }
    }

    fn recorder(&self, draft: Uuid, wish: &Wish, progress: Progress) -> Recorder {
        let costs = self.0.drafting.models.iter().map(|model| {
            let longest = model.settings.limits.total.as_secs();
            let longest = i64::try_from(longest).unwrap_or(i64::MAX);
            (model.settings.name.clone(), model.prices, longest)
        });
        Recorder {
            store: self.0.store.clone(),
            clock: self.0.clock.clone(),
            draft,
            person: wish.person.clone(),
            budget: self.0.drafting.budget,
            costs: costs.collect(),
            progress,
            under_way: Mutex::default(),
        }
    }

    /// Says once a second that the draft is being made; ends where somebody has stopped it.
    async fn stopped(&self, draft: Uuid) {
        loop {
            tokio::time::sleep(BEAT).await;
            let until = self.0.clock.now().plus_seconds(ALIVE_S);
            match self.0.store.keep_draft_alive(draft, until).await {
                Ok(true) => {}
                Ok(false) => return,
                // What comes of the draft cannot be kept without the database; its end will say so.
                Err(error) => tracing::warn!(%error, "a draft could not be kept alive"),
            }
        }
    }

    async fn end_without(&self, draft: Uuid, end: DraftEnd) -> Result<(), ApiProblem> {
        let mut tx = self.0.store.begin().await?;
        let ended = EndedDraft {
            end,
            at: self.0.clock.now(),
            by: None,
            schema_sha256: None,
            provenance: &[],
            linter: &[],
            counterfactual: None,
            suspects: &[],
        };
        // Somebody else may have ended it: whoever stopped it.
        tx.end_draft(draft, ended).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What whoever still listens reads of a draft that was stopped.
fn stopped() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::DraftStopped,
        "The draft was stopped. Nothing was made of it.",
    )
}
