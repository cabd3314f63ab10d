//! Several providers in an order, or none.

use super::exchange::Asked;
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

impl<M> Row<M> {
    /// Asks one after the other, each by `put`: what a model is asked depends on the schema that it takes. The answers in
    /// their order, with the model that gave each: the last one is what came of it. None where nobody is configured. An
    /// error of `put`'s own ends it.
    pub async fn ask<'a, F, E>(&'a self, put: impl Fn(&'a M) -> F) -> Result<Vec<(&'a M, Asked)>, E>
    where
        F: Future<Output = Result<Asked, E>>,
    {
        let mut all = Vec::new();
        for model in &self.models {
            let asked = put(model).await?;
            let is_over = !matches!(&asked.answer, Err(failure) if failure.is_worth_another());
            all.push((model, asked));
            if is_over {
                break;
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::providers::failure::{Failure, NoConnection};
    use crate::providers::said::Said;

    async fn asked_of(failures: &[Failure]) -> Vec<Asked> {
        let row = Row::new(failures.to_vec());
        let put = |failure: &Failure| {
            let asked = Asked::not(failure.clone());
            async { Ok::<_, Infallible>(asked) }
        };
        let all = row.ask(put).await.unwrap();
        all.into_iter().map(|(_, asked)| asked).collect()
    }

    #[tokio::test]
    async fn the_next_is_asked_where_the_one_before_is_not_there() {
        let absent = Failure::NotConnected(NoConnection::Refused);
        let all = asked_of(&[absent, Failure::QuotaExhausted, Failure::Loading]).await;
        assert_eq!(all.len(), 3);
        assert_eq!(all[2].answer, Err(Failure::Loading));
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
            let all = asked_of(&[failure.clone(), Failure::Loading]).await;
            assert_eq!(all.len(), 1, "{failure}");
            assert_eq!(all[0].answer, Err(failure));
        }
    }

    #[tokio::test]
    async fn nobody_is_asked_where_nobody_is_configured() {
        assert!(asked_of(&[]).await.is_empty());
    }

    #[tokio::test]
    async fn nobody_else_is_asked_where_asking_itself_ends() {
        let row = Row::new(vec![1, 2]);
        let all = row.ask(async |model: &i32| Err::<Asked, i32>(*model)).await;
        assert_eq!(all.unwrap_err(), 1);
    }
}
