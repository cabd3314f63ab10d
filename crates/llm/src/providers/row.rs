//! Several providers in an order, or none.

use tokio::time::Instant;

use super::answer::Usage;
use super::exchange::Asked;
use super::failure::Failure;
use super::prompt::{Model, Prompt};
use super::provider::Provider;

/// Providers, the first choice first. The next is asked only where the one before is not there or will not; whoever
/// answers, however badly, has answered.
#[derive(Debug)]
pub struct Row<M = Provider> {
    models: Vec<M>,
}

impl<M> Row<M> {
    /// Models in their order.
    pub fn new(models: Vec<M>) -> Self {
        Self { models }
    }

    /// The models, in their order.
    pub fn models(&self) -> &[M] {
        &self.models
    }
}

impl<M: Model> Row<M> {
    /// Asks one after the other. `prompt` makes each one's question, because they take different schemas.
    pub async fn ask(&self, prompt: impl Fn(&M) -> Prompt) -> Asked {
        let begin = Instant::now();
        let mut so_far = Asked::not(Failure::NoProvider);
        for model in &self.models {
            let asked = model.ask(&prompt(model)).await;
            so_far.exchanges.extend(asked.exchanges);
            so_far.usage = Usage::together(so_far.usage, asked.usage);
            so_far.answer = asked.answer;
            if !matches!(&so_far.answer, Err(failure) if failure.is_worth_another()) {
                break;
            }
        }
        so_far.took = begin.elapsed();
        so_far
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::providers::failure::NoConnection;
    use crate::providers::said::Said;
    use crate::redact::Redacted;
    use crate::wire::{Rendering, catalogue};

    /// Fails as it is told to, and counts.
    struct Failing(Failure, Mutex<u32>);

    impl Model for Failing {
        async fn ask(&self, _: &Prompt) -> Asked {
            *self.1.lock().unwrap() += 1;
            Asked {
                usage: Some(Usage {
                    input: 2,
                    output: 1,
                }),
                ..Asked::not(self.0.clone())
            }
        }
    }

    fn prompt() -> Prompt {
        Prompt {
            system: Redacted::of_our_own("task"),
            user: Redacted::of_our_own("request"),
            schema: catalogue().schema(Rendering::Flat),
        }
    }

    async fn asked_of(failures: Vec<Failure>) -> (Asked, Vec<u32>) {
        let row = Row::new(
            failures
                .into_iter()
                .map(|one| Failing(one, Mutex::new(0)))
                .collect(),
        );
        let asked = row.ask(|_| prompt()).await;
        let counts = row.models().iter().map(|model| *model.1.lock().unwrap());
        (asked, counts.collect())
    }

    #[tokio::test]
    async fn the_next_is_asked_where_the_one_before_is_not_there() {
        let absent = Failure::NotConnected(NoConnection::Refused);
        let (asked, counts) =
            asked_of(vec![absent, Failure::QuotaExhausted, Failure::Loading]).await;
        assert_eq!(counts, [1, 1, 1]);
        assert_eq!(asked.answer, Err(Failure::Loading));
        assert_eq!(
            asked.usage,
            Some(Usage {
                input: 6,
                output: 3
            })
        );
    }

    #[tokio::test]
    async fn whoever_refused_or_may_have_worked_is_not_followed_by_another() {
        let said = Said::default();
        for failure in [
            Failure::PromptFiltered { said: said.clone() },
            Failure::TimedOut {
                limit: std::time::Duration::from_secs(1),
            },
            Failure::ConnectionLost,
            Failure::BrokeOff { said },
        ] {
            let (asked, counts) = asked_of(vec![failure.clone(), Failure::Loading]).await;
            assert_eq!(counts, [1, 0], "{failure}");
            assert_eq!(asked.answer, Err(failure));
        }
    }

    #[tokio::test]
    async fn nobody_is_asked_where_nobody_is_configured() {
        let row: Row = Row::new(Vec::new());
        let asked = row.ask(|_| prompt()).await;
        assert_eq!(asked.answer, Err(Failure::NoProvider));
        assert!(asked.exchanges.is_empty());
    }
}
