//! Passkeys: signing in with one, looking after one's own, and fresh assertions for one act.
//!
//! What a browser answered is checked by `argus-identity`; here is what it is checked against, and what follows.

mod own;
mod relying_party;
mod sign_in;
mod step_up;

use argus_identity::passkey::{StoredPasskey, Used};
use argus_store::{KnownPasskey, Store, Tx};
use argus_types::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::auth_event::{self, Alert};
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

pub use own::OwnPasskeys;
pub use relying_party::RelyingParty;
pub use sign_in::PasskeySignIn;
pub use step_up::StepUps;

/// Seconds for which a ceremony can be ended.
const CEREMONY_S: i64 = 300;

/// Something of the passkey library as the database keeps it.
fn to_json(value: &impl Serialize) -> Result<Value, ApiProblem> {
    serde_json::to_value(value).map_err(ApiProblem::internal)
}

/// Something of the passkey library out of the database.
fn from_json<T: DeserializeOwned>(value: Value) -> Result<T, ApiProblem> {
    serde_json::from_value(value).map_err(ApiProblem::internal)
}

/// A browser's answer as it came.
fn raw(answer: &Value) -> Result<Box<RawValue>, ApiProblem> {
    serde_json::value::to_raw_value(answer).map_err(ApiProblem::internal)
}

/// Takes over what an authenticator says of its passkey now. `false` where somebody else was faster.
async fn note_use(
    tx: &mut Tx,
    known: &KnownPasskey,
    used: &Used,
    at: Timestamp,
) -> Result<bool, ApiProblem> {
    let after = to_json(&used.passkey)?;
    Ok(tx
        .use_passkey(known.id, &known.credential, &after, at)
        .await?)
}

/// Voids a passkey of which there is a copy: which of the two is its owner's, nobody can tell.
async fn void(store: &Store, known: &KnownPasskey, at: Timestamp) -> Result<(), ApiProblem> {
    let mut tx = store.begin().await?;
    if tx.void_passkey(known.id, at).await? {
        let stored: StoredPasskey = from_json(known.credential.clone())?;
        let body = json!({ "passkey": known.id, "counter": stored.counter() });
        tx.append_ledger(record::of_person(
            at,
            &known.person,
            Kind::PasskeyCloned,
            body,
        ))
        .await?;
        auth_event::count(Kind::PasskeyCloned, "cloned");
    }
    tx.commit().await?;
    // Also for one that is void already: somebody still tries.
    auth_event::alert(Alert::PasskeyCloned);
    Ok(())
}
