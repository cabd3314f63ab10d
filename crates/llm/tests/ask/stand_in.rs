//! A model that reads its answers from a script, and a witness that remembers.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use argus_llm::Scene;
use argus_llm::ask::{
    Brief, Contract, DraftModel, Drafting, Fence, FreeText, Outgoing, Purpose, Round, Stage,
    Witness,
};
use argus_llm::providers::{
    Answer, Asked, Exchange, Failure, Finish, Model, Prompt, Row, Sealed, Usage,
};
use argus_llm::redact::Redactor;
use argus_llm::wire::{Catalogue, Misfit, Rendering};
use serde_json::Value;

use crate::scene::scene;

/// What a stand-in says next.
#[derive(Debug, Clone)]
pub enum Says {
    Text(String),
    Ends(Finish, String),
    Fails(Failure),
    /// For ever.
    Nothing,
}

/// A model by a script. Once that is over it is not there.
pub struct Script {
    name: &'static str,
    rendering: Rendering,
    says: Mutex<VecDeque<Says>>,
    pub prompts: Mutex<Vec<Prompt>>,
}

impl Script {
    pub fn new(
        name: &'static str,
        rendering: Rendering,
        says: impl IntoIterator<Item = Says>,
    ) -> Self {
        Self {
            name,
            rendering,
            says: Mutex::new(says.into_iter().collect()),
            prompts: Mutex::default(),
        }
    }

    /// In the rich rendering.
    pub fn texts<T: ToString>(texts: impl IntoIterator<Item = T>) -> Self {
        let says = texts.into_iter().map(|text| Says::Text(text.to_string()));
        Self::new("main", Rendering::Rich, says)
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        let prompts = self.prompts.lock().unwrap();
        prompts
            .iter()
            .map(|prompt| prompt.user.as_str().to_owned())
            .collect()
    }
}

impl Model for Script {
    async fn ask(&self, prompt: &Prompt) -> Asked {
        self.prompts.lock().unwrap().push(prompt.clone());
        let says = self.says.lock().unwrap().pop_front();
        let says = says.unwrap_or(Says::Fails(Failure::Loading));
        let usage = Some(Usage {
            input: 10,
            output: 5,
        });
        let exchange = |received: &str| Exchange {
            provider: self.name.to_owned(),
            sent: self.seal(prompt),
            status: Some(200),
            received: Some(Sealed::new(received.as_bytes().to_vec())),
            request_id: None,
            latency: Duration::ZERO,
        };
        let answered = |finish, text: String| Asked {
            exchanges: vec![exchange(&text)],
            answer: Ok(Answer {
                text,
                usage,
                finish,
                request_id: None,
                latency: Duration::ZERO,
            }),
            usage,
            took: Duration::ZERO,
        };
        match says {
            Says::Nothing => std::future::pending().await,
            Says::Text(text) => answered(Finish::Stop, text),
            Says::Ends(finish, text) => answered(finish, text),
            Says::Fails(failure) => Asked {
                exchanges: Vec::new(),
                answer: Err(failure),
                usage: None,
                took: Duration::ZERO,
            },
        }
    }
}

impl DraftModel for Script {
    fn provider(&self) -> &str {
        self.name
    }

    fn model(&self) -> &'static str {
        "script-1"
    }

    fn is_local(&self) -> bool {
        true
    }

    fn rendering(&self) -> Rendering {
        self.rendering
    }

    fn seal(&self, prompt: &Prompt) -> Sealed {
        let parts = [
            prompt.system.as_str(),
            prompt.user.as_str(),
            prompt.schema.json().get(),
        ];
        Sealed::new(parts.join("\n").into_bytes())
    }

    fn worst(&self, prompt: &Prompt) -> Usage {
        Usage {
            input: self.seal(prompt).bytes().len() as u64,
            output: 100,
        }
    }
}

/// Remembers what it is told, in order, and may refuse.
#[derive(Default)]
pub struct Memory {
    pub stages: Mutex<Vec<Stage>>,
    /// Purpose, provider, bytes and digest of what left.
    pub left: Mutex<Vec<(Purpose, String, Vec<u8>, String)>>,
    /// Purpose and the bytes of what was sent and received.
    pub came: Mutex<Vec<(Purpose, Vec<(Vec<u8>, Vec<u8>)>)>>,
    /// Refuses this and what is after it.
    pub refuses_from: Option<usize>,
}

impl Witness for Memory {
    type Stop = &'static str;

    fn stage(&self, stage: Stage) {
        self.stages.lock().unwrap().push(stage);
    }

    async fn leaves(&self, outgoing: &Outgoing<'_>) -> Result<(), &'static str> {
        let mut left = self.left.lock().unwrap();
        if self.refuses_from.is_some_and(|from| left.len() >= from) {
            return Err("the budget is used up");
        }
        left.push((
            outgoing.purpose,
            outgoing.provider.to_owned(),
            outgoing.sent.bytes().to_vec(),
            outgoing.sent.sha256(),
        ));
        Ok(())
    }

    async fn came(&self, outgoing: &Outgoing<'_>, asked: &Asked) -> Result<(), &'static str> {
        let exchanges = asked.exchanges.iter().map(|exchange| {
            let received = exchange
                .received
                .as_ref()
                .map(|sealed| sealed.bytes().to_vec());
            (exchange.sent.bytes().to_vec(), received.unwrap_or_default())
        });
        let mut came = self.came.lock().unwrap();
        came.push((outgoing.purpose, exchanges.collect()));
        Ok(())
    }
}

/// The proposal schema, as the product holds drafts to it.
pub struct Schema(jsonschema::Validator);

impl Contract for Schema {
    fn parse(&self, text: &str) -> Result<Value, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn violations(&self, draft: &Value) -> Vec<Misfit> {
        let errors = self.0.iter_errors(draft);
        errors
            .map(|error| Misfit {
                place: error.instance_path().to_string(),
                what: "it breaks the schema".to_owned(),
            })
            .collect()
    }
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../../schemas/proposal.schema.json")).unwrap()
}

pub fn catalogue() -> Catalogue {
    Catalogue::of(&schema()).unwrap().for_words()
}

pub fn contract() -> Schema {
    Schema(jsonschema::draft202012::new(&schema()).unwrap())
}

/// A round on the cluster of the rules' tests.
pub async fn round(
    request: &str,
    models: &Row<Script>,
    memory: &Memory,
) -> Result<Drafting, &'static str> {
    round_in(request, &scene(), &[], models, memory).await
}

/// A round anywhere, with text of others.
pub async fn round_in(
    request: &str,
    scene: &Scene,
    texts: &[FreeText],
    models: &Row<Script>,
    memory: &Memory,
) -> Result<Drafting, &'static str> {
    let round = Round {
        models,
        catalogue: &catalogue(),
        contract: &contract(),
        witness: memory,
    };
    let brief = Brief {
        request,
        scene,
        texts,
        fence: Fence::of(0x0123_4567_89ab_cdef),
    };
    let mut redaction = Redactor::new([]).unwrap().begin();
    round.draft(&brief, &mut redaction).await
}

/// What one model comes to that says these texts.
pub async fn drafting<T: ToString>(request: &str, texts: impl IntoIterator<Item = T>) -> Drafting {
    let models = Row::new(vec![Script::texts(texts)]);
    round(request, &models, &Memory::default()).await.unwrap()
}
