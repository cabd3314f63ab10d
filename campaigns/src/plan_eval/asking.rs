//! A language model as a planner: asked as the API asks it, where the rules leave a request open.

use std::convert::Infallible;
use std::env;

use anyhow::{Context, Result, anyhow, bail};
use argus_api::schema;
use argus_api::service::models::Strict;
use argus_llm::ask::{Brief, Fence, NoDraft, Outgoing, Reply, Round, Stage, Turn, Witness, turn};
use argus_llm::providers::{Asked, Format, Provider, Row, Settings};
use argus_llm::redact::Redactor;
use argus_llm::wire::Catalogue;
use argus_llm::{Drafted, Scene};
use clap::Args;
use secrecy::SecretString;

/// Where a model is, for `--planner model`.
#[derive(Debug, Clone, Args)]
pub struct ModelOptions {
    /// What the model's server speaks, by the name that it has in the configuration
    #[arg(long, value_parser = format, default_value = "openai_chat")]
    pub format: Format,
    /// Where it is: everything before the format's own path, such as `http://127.0.0.1:8080/v1`
    #[arg(long, required_if_eq("planner", "model"))]
    pub base_url: Option<String>,
    /// Its name there
    #[arg(long, required_if_eq("planner", "model"))]
    pub model: Option<String>,
    /// The environment variable that holds its key, where it wants one
    #[arg(long)]
    pub key_variable: Option<String>,
    /// It is on our own machines: it may take ten minutes, and its schema is said in the prompt, too
    #[arg(long)]
    pub local: bool,
}

/// A model, and what it is held to.
pub struct Asking {
    row: Row<Provider>,
    catalogue: Catalogue,
    redactor: Redactor,
}

/// What a request came to.
pub enum Came {
    /// What a person would be shown.
    Drafted(Drafted),
    /// The model's answers did not hold.
    Unfit(String),
}

impl Asking {
    /// The model that the options name.
    pub fn new(options: &ModelOptions) -> Result<Self> {
        let (Some(base_url), Some(model)) = (&options.base_url, &options.model) else {
            bail!("a model needs --base-url and --model")
        };
        let base_url = base_url
            .parse()
            .with_context(|| format!("{base_url} is no URL"))?;
        let mut settings = Settings::new("plan-eval", options.format, base_url, model);
        if options.local {
            settings = settings.placed(true);
            settings.says_schema = true;
        }
        if let Some(variable) = &options.key_variable {
            let key = env::var(variable).with_context(|| format!("{variable} holds no key"))?;
            settings = settings.with_key(SecretString::from(key));
        }
        Ok(Self {
            row: Row::new(vec![Provider::new(settings)?]),
            catalogue: Catalogue::of(&schema::proposal_schema())?.for_words(),
            redactor: Redactor::new([]).map_err(|unfit| anyhow!("{unfit}"))?,
        })
    }

    /// Drafts as the API does: the rules where they understand, the model where words were left over.
    pub async fn draft(&self, request: &str, scene: &Scene) -> Result<Came> {
        if let Turn::Rules(drafted) = turn(request, scene) {
            return Ok(Came::Drafted(drafted));
        }
        let round = Round {
            models: &self.row,
            catalogue: &self.catalogue,
            contract: &Strict,
            witness: &Onlooker,
        };
        let brief = Brief {
            request,
            scene,
            texts: &[],
            fence: Fence::random(),
        };
        let Ok(drafting) = round.draft(&brief, &mut self.redactor.begin()).await;
        Ok(match drafting.outcome {
            Ok(Reply::Draft(draft)) => Came::Drafted(Drafted::Draft(draft.steps.into_steps())),
            Ok(Reply::Clarify(questions)) => Came::Drafted(Drafted::Clarify(questions)),
            Ok(Reply::Refuse { reason }) => Came::Drafted(Drafted::Refuse { reason }),
            Err(NoDraft::Failed(failure)) => bail!("the model does not answer: {failure}"),
            Err(why) => Came::Unfit(why.to_string()),
        })
    }
}

fn format(name: &str) -> Result<Format, String> {
    serde_json::from_value(name.into()).map_err(|error| error.to_string())
}

/// Nothing is kept of an evaluation.
struct Onlooker;

impl Witness for Onlooker {
    type Stop = Infallible;

    fn stage(&self, _: Stage) {}

    async fn leaves(&self, _: &Outgoing<'_>) -> Result<(), Infallible> {
        Ok(())
    }

    async fn came(&self, _: &Outgoing<'_>, _: &Asked) -> Result<(), Infallible> {
        Ok(())
    }
}
