//! One round: from a request to a draft, a question, a refusal, or reasons why there is none.

use serde_json::Value;

use super::brief::Brief;
use super::contract::{Contract, Fault};
use super::counterfactual::Counterfactual;
use super::judge::Judge;
use super::model::DraftModel;
use super::outcome::{Author, Drafting, Judged, NoDraft, Put, Reply};
use super::prompt::Writer;
use super::subject::Subject;
use super::told;
use super::witness::{Outgoing, Purpose, Stage, Witness};
use crate::builtin::Spoken;
use crate::providers::{Asked, Failure, Prompt, Row};
use crate::redact::{Redacted, Redaction};
use crate::wire::{Catalogue, WireSchema};

/// What a round needs beside its request.
pub struct Round<'a, M, W> {
    /// Who may be asked, the first choice first. Whoever answers is asked again in the same round, and nobody else.
    pub models: &'a Row<M>,
    /// The actions.
    pub catalogue: &'a Catalogue,
    /// The strict parser and the proposal schema.
    pub contract: &'a dyn Contract,
    /// Who is told.
    pub witness: &'a W,
}

impl<M: DraftModel, W: Witness> Round<'_, M, W> {
    /// Drafts. `redaction` is the request's own: drop it with the request, or keep it as long as somebody may look behind
    /// a placeholder. The error is the witness's.
    pub async fn draft(
        &self,
        brief: &Brief<'_>,
        redaction: &mut Redaction,
    ) -> Result<Drafting, W::Stop> {
        self.witness.stage(Stage::Resolving);
        if Spoken::of(brief.request).is_empty() {
            return Ok(Drafting::without(NoDraft::Unreadable));
        }
        let Some(subject) = Subject::of(brief.request, brief.scene) else {
            return Ok(Drafting::without(NoDraft::NoSubject));
        };
        let writer = Writer::new(brief, &subject, self.catalogue, redaction);
        let judge = Judge {
            brief,
            subject: &subject,
            catalogue: self.catalogue,
            contract: self.contract,
            own_secrets: &writer.own_secrets,
        };
        let mut course = Course {
            round: self,
            writer: &writer,
            judge: &judge,
            redaction,
            drafting: Drafting::without(NoDraft::Failed(Failure::NoProvider)),
        };
        course.run().await?;
        let mut drafting = course.drafting;
        // Last of all, so that no prompt is another for it.
        if !drafting.asked.is_empty() {
            drafting.suspects = told::suspects(&subject, brief, redaction);
        }
        Ok(drafting)
    }

    /// One question to one model, with the witness on both sides of it.
    async fn put(&self, model: &M, purpose: Purpose, prompt: &Prompt) -> Result<Asked, W::Stop> {
        let outgoing = Outgoing {
            purpose,
            provider: model.provider(),
            model: model.model(),
            is_local: model.is_local(),
            schema: &prompt.schema,
            sent: model.seal(prompt),
            worst: model.worst(prompt),
        };
        self.witness.leaves(&outgoing).await?;
        let asked = model.ask(prompt).await;
        self.witness.came(&outgoing, &asked).await?;
        Ok(asked)
    }
}

/// Most faults of one answer that anybody is told: who got this much wrong is not helped by more.
const MOST_FAULTS: usize = 20;

/// A round on its way.
struct Course<'a, M, W> {
    round: &'a Round<'a, M, W>,
    writer: &'a Writer<'a>,
    judge: &'a Judge<'a>,
    redaction: &'a mut Redaction,
    drafting: Drafting,
}

/// What an answer comes to.
enum Came {
    /// It holds.
    Reply(Reply),
    /// It does not, and the model may be told why.
    Unfit(Option<Value>, Vec<Fault>),
    /// There is none.
    Nothing(NoDraft),
}

impl<'a, M: DraftModel, W: Witness> Course<'a, M, W> {
    async fn run(&mut self) -> Result<(), W::Stop> {
        let Some((model, came)) = self.first().await? else {
            return Ok(());
        };
        let came = match came {
            Came::Unfit(answer, faults) => self.repair(model, answer.as_ref(), &faults).await?,
            other => other,
        };
        match came {
            Came::Reply(Reply::Draft(draft)) => {
                let counterfactual = self.compare(model, &draft.steps).await?;
                self.drafting.counterfactual = counterfactual;
                self.drafting.outcome = Ok(Reply::Draft(draft));
            }
            Came::Reply(reply) => self.drafting.outcome = Ok(reply),
            Came::Unfit(_, faults) => self.drafting.outcome = Err(NoDraft::Unfit(faults)),
            Came::Nothing(why) => self.drafting.outcome = Err(why),
        }
        Ok(())
    }

    /// The first question, to one model after the other until one answers. `None` where there is no model.
    async fn first(&mut self) -> Result<Option<(&'a M, Came)>, W::Stop> {
        let (round, writer, purpose) = (self.round, self.writer, Purpose::Draft);
        round.witness.stage(Stage::Asking);
        let user = writer.question(self.judge.brief.texts, self.redaction);
        let user = &user;
        let all = round
            .models
            .ask(|model| async move {
                let prompt = writer.prompt(model.rendering(), user);
                round.put(model, purpose, &prompt).await
            })
            .await?;
        let mut last = None;
        for (model, asked) in all {
            self.note(model, purpose, asked);
            last = Some(model);
        }
        Ok(last.map(|model| (model, self.look(model, purpose))))
    }

    async fn repair(
        &mut self,
        model: &'a M,
        answer: Option<&Value>,
        faults: &[Fault],
    ) -> Result<Came, W::Stop> {
        self.round.witness.stage(Stage::Repairing);
        let user = self.writer.repair(answer, faults, self.redaction);
        self.again(model, Purpose::Repair, &user).await
    }

    /// The same question without the text of others, where there was any.
    async fn compare(
        &mut self,
        model: &'a M,
        steps: &crate::lint::Checked,
    ) -> Result<Counterfactual, W::Stop> {
        let Judge { brief, subject, .. } = self.judge;
        let is_told = |text: &super::FreeText| subject.guests.contains(&text.target);
        if !brief.texts.iter().any(is_told) {
            return Ok(Counterfactual::NotNeeded);
        }
        self.round.witness.stage(Stage::Comparing);
        let user = self.writer.question(&[], self.redaction);
        let came = self.again(model, Purpose::Counterfactual, &user).await?;
        let without = match &came {
            Came::Reply(Reply::Draft(draft)) => Some(draft.steps.steps()),
            _ => None,
        };
        Ok(Counterfactual::of(steps.steps(), without))
    }

    async fn again(
        &mut self,
        model: &'a M,
        purpose: Purpose,
        user: &Redacted,
    ) -> Result<Came, W::Stop> {
        let prompt = self.writer.prompt(model.rendering(), user);
        let asked = self.round.put(model, purpose, &prompt).await?;
        self.note(model, purpose, asked);
        Ok(self.look(model, purpose))
    }

    fn note(&mut self, model: &M, purpose: Purpose, asked: Asked) {
        let schema = self.round.catalogue.schema(model.rendering());
        let to = author(model, &schema);
        self.drafting.asked.push(Put { purpose, to, asked });
    }

    /// What the last question came to.
    fn look(&mut self, model: &M, purpose: Purpose) -> Came {
        let Some(put) = self.drafting.asked.last() else {
            return Came::Nothing(NoDraft::Failed(Failure::NoProvider));
        };
        let text = match &put.asked.answer {
            Err(failure) => return Came::Nothing(NoDraft::Failed(failure.clone())),
            Ok(answer) => match answer.whole() {
                Err(cut) => return Came::Nothing(NoDraft::Cut(cut)),
                Ok(text) => text.to_owned(),
            },
        };
        if purpose != Purpose::Counterfactual {
            self.drafting.author = Some(put.to.clone());
        }
        let came = self.judge(model, &text);
        let faults = match &came {
            Came::Unfit(_, faults) => faults.clone(),
            Came::Reply(_) | Came::Nothing(_) => Vec::new(),
        };
        self.drafting.judged.push(Judged {
            purpose,
            text,
            faults,
        });
        came
    }

    fn judge(&self, model: &M, text: &str) -> Came {
        self.round.witness.stage(Stage::Validating);
        let (answer, mut faults) = match self.judge.read(model.rendering(), text, self.redaction) {
            Err(misshapen) => (misshapen.answer, misshapen.faults),
            Ok((answer, formed)) => {
                self.round.witness.stage(Stage::Linting);
                match self.judge.hold(formed) {
                    Ok(reply) => return Came::Reply(reply),
                    Err(faults) => (Some(answer), faults),
                }
            }
        };
        faults.truncate(MOST_FAULTS);
        Came::Unfit(answer, faults)
    }
}

impl Drafting {
    fn without(why: NoDraft) -> Self {
        Self {
            outcome: Err(why),
            author: None,
            asked: Vec::new(),
            judged: Vec::new(),
            counterfactual: Counterfactual::NotNeeded,
            suspects: Vec::new(),
        }
    }
}

fn author(model: &impl DraftModel, schema: &WireSchema) -> Author {
    Author {
        provider: model.provider().to_owned(),
        model: model.model().to_owned(),
        schema_sha256: schema.sha256(),
        is_local: model.is_local(),
    }
}
