//! One question to see whether a provider can be used. Nothing of the cluster is in it; who asks pays for it.

use std::sync::PoisonError;
use std::time::Duration;

use argus_llm::providers::{
    Enforcement, Hold, Prices, Provider, Report, Spent, test_connection, worst_of_test,
};
use argus_types::Timestamp;
use argus_types::drafting::{ProviderTest, SchemaEnforcement};
use argus_types::person::Person;
use serde_json::json;

use super::Models;
use super::outcome::of_failure;
use super::recorder::{millis, used};
use super::spending::Payer;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// How long a test may take: a request to the API has a minute in all.
const LONGEST: Duration = Duration::from_secs(50);
/// After so many seconds a test is over, also one whose process died.
const OVER_S: i64 = 60;

impl Models {
    /// Asks one provider the canary.
    pub async fn test(&self, person: &Person, name: &str) -> Result<ProviderTest, ApiProblem> {
        let provider = self.require_provider(name)?;
        let prices = self.prices_of(name);
        let payer = Payer {
            person: person.id,
            budget: self.0.drafting.budget,
        };
        let hold = self.pay_ahead(payer, provider, &prices).await?;
        let report = tokio::time::timeout(LONGEST, test_connection(provider)).await;
        let at = self.0.clock.now();
        // A test that nobody waits for any more may have cost all that it could.
        let spent = report
            .as_ref()
            .ok()
            .and_then(|report| used(&report.exchanges, report.usage, &prices));
        let test = report.map_or_else(|_| silent(name, at), |report| tested(name, at, report));
        let body = json!({
            "provider": name,
            "model": provider.model(),
            "is_reachable": test.is_reachable,
            "enforcement": test.enforcement,
            "message": test.message,
        });
        let subject = format!("provider/{name}");
        let mut tx = self.0.store.begin().await?;
        payer.settle(&mut tx, &hold, spent, at).await?;
        tx.append_ledger(record::entry(
            at,
            &person.name,
            Kind::ModelTested,
            subject,
            body,
        ))
        .await?;
        tx.commit().await?;
        let mut tests = self.0.tests.lock().unwrap_or_else(PoisonError::into_inner);
        tests.insert(name.to_owned(), test.clone());
        Ok(test)
    }

    /// Takes the most that a test can cost off the account; nothing is sent where that is not left.
    async fn pay_ahead(
        &self,
        payer: Payer,
        provider: &Provider,
        prices: &Prices,
    ) -> Result<Hold, ApiProblem> {
        let now = self.0.clock.now();
        let worst = Spent::of(worst_of_test(provider), prices);
        let mut tx = self.0.store.begin().await?;
        let until = now.plus_seconds(OVER_S);
        let hold = payer.hold(&mut tx, worst, now, until).await?;
        tx.commit().await?;
        Ok(hold)
    }

    fn prices_of(&self, name: &str) -> Prices {
        let mut models = self.0.drafting.models.iter();
        let found = models.find(|model| model.settings.name == name);
        found.map_or_else(Prices::default, |model| model.prices)
    }
}

fn silent(name: &str, at: Timestamp) -> ProviderTest {
    ProviderTest {
        name: name.to_owned(),
        at,
        is_reachable: false,
        is_authorised: None,
        has_model: None,
        enforcement: SchemaEnforcement::Unknown,
        latency_ms: None,
        message: Some(format!(
            "No answer came within {} s. A model that is being loaded takes longer: test again.",
            LONGEST.as_secs()
        )),
    }
}

fn tested(name: &str, at: Timestamp, report: Report) -> ProviderTest {
    ProviderTest {
        name: name.to_owned(),
        at,
        is_reachable: report.is_reachable,
        is_authorised: report.is_authorised,
        has_model: report.has_model,
        enforcement: match report.enforcement {
            Enforcement::Enforced => SchemaEnforcement::Enforced,
            Enforcement::NotEnforced => SchemaEnforcement::NotEnforced,
            Enforcement::Refused => SchemaEnforcement::Refused,
            Enforcement::Unknown => SchemaEnforcement::Unknown,
        },
        latency_ms: report.latency.map(millis),
        message: report.failure.as_ref().map(of_failure),
    }
}
