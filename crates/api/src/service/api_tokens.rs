//! API tokens of scripts: made by a person for themself, shown once, never good for more than their person.

use std::sync::Arc;

use argus_store::{NewApiToken, Store, Tx};
use argus_types::account::{ApiTokenInput, ApiTokenMade, ApiTokenView};
use argus_types::id::TokenId;
use argus_types::person::{Permission, Person, TokenMay};
use argus_types::problem::ProblemCode;
use argus_types::scope::{MAX_SCOPE_ENTRIES, Scope};
use argus_types::text::is_invisible;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::auth_event;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};
use crate::session::{API_TOKEN_PREFIX, ActiveSession, SessionKeys, Sessions};

/// Tokens that work at a time, for each person.
const MOST: u32 = 50;
/// Characters of a pool or tag in a scope.
const MAX_ENTRY: usize = 200;
/// Seconds for which a token that has ended is still listed.
const SHOW_ENDED_S: i64 = 30 * 24 * 3600;
/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;

/// Makes, lists and revokes API tokens.
#[derive(Clone)]
pub struct ApiTokens {
    store: Store,
    sessions: Arc<Sessions>,
    clock: SharedClock,
}

impl ApiTokens {
    /// Tokens in `store`.
    pub fn new(store: Store, sessions: Arc<Sessions>, clock: SharedClock) -> Self {
        Self {
            store,
            sessions,
            clock,
        }
    }

    /// A person's tokens, the newest first.
    pub async fn list(&self, person: &Person) -> Result<Vec<ApiTokenView>, ApiProblem> {
        let ended_after = self.clock.now().plus_seconds(-SHOW_ENDED_S);
        Ok(self.store.api_tokens_of(person.id, ended_after).await?)
    }

    /// A new token of the session's person.
    pub async fn make(
        &self,
        session: &ActiveSession,
        input: &ApiTokenInput,
    ) -> Result<ApiTokenMade, ApiProblem> {
        let person = &session.person;
        check(person, session.reach.role(), input)?;
        let mut tx = self.store.begin().await?;
        let made = self.mint(&mut tx, person, input, "console").await?;
        tx.commit().await?;
        auth_event::count(Kind::ApiTokenMade, "console");
        Ok(made)
    }

    /// Makes a token in `tx`, and records it. What was asked for is checked by the caller, by [`check`].
    pub async fn mint(
        &self,
        tx: &mut Tx,
        person: &Person,
        input: &ApiTokenInput,
        by: &'static str,
    ) -> Result<ApiTokenMade, ApiProblem> {
        let at = self.clock.now();
        let secret = format!(
            "{API_TOKEN_PREFIX}{}",
            SessionKeys::new_token().expose_secret()
        );
        let token = ApiTokenView {
            id: TokenId(self.clock.new_id()),
            name: input.name.as_str().to_owned(),
            may: input.may,
            scope: input.scope.clone(),
            created_at: at,
            expires_at: at.plus_seconds(i64::from(input.days) * DAY_S),
            last_used_at: None,
            revoked_at: None,
        };
        let kept = tx
            .create_api_token(
                NewApiToken {
                    person: person.id,
                    token_hash: self.sessions.keys().hash(&secret),
                    view: &token,
                },
                MOST,
            )
            .await?;
        if !kept {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                format!("You have {MOST} tokens that work. Revoke one that you do not use."),
            ));
        }
        let body = json!({
            "token": token.id,
            "name": token.name,
            "may": token.may,
            "scope": token.scope,
            "expires_at": token.expires_at,
            "by": by,
        });
        tx.append_ledger(record::of_person(at, person, Kind::ApiTokenMade, body))
            .await?;
        Ok(ApiTokenMade { token, secret })
    }

    /// Ends a token of the person's at once.
    pub async fn revoke(&self, person: &Person, id: TokenId) -> Result<(), ApiProblem> {
        let at = self.clock.now();
        let mut tx = self.store.begin().await?;
        let name = tx.revoke_api_token(id, person.id, at).await?;
        let name = name.ok_or_else(|| {
            ApiProblem::new(
                ProblemCode::NotFound,
                "You have no token with this id that works; it may have been revoked or have expired.",
            )
        })?;
        let body = json!({ "token": id, "name": name });
        tx.append_ledger(record::of_person(at, person, Kind::ApiTokenRevoked, body))
            .await?;
        tx.commit().await?;
        auth_event::count(Kind::ApiTokenRevoked, "own");
        self.sessions.forget_copies();
        Ok(())
    }
}

/// Whether a person of this scope may have such a token.
pub fn check(person: &Person, role: &Scope, input: &ApiTokenInput) -> Result<(), ApiProblem> {
    if input.may >= TokenMay::Propose
        && let Some(why) = person.role.why_not(Permission::Propose)
    {
        return Err(ApiProblem::new(
            ProblemCode::Forbidden,
            format!("A token that proposes: {why}"),
        ));
    }
    if !is_readable(input.name.as_str(), 60) {
        return Err(wrong("/name is empty or more than one line."));
    }
    let Scope {
        clusters,
        pools,
        tags,
    } = &input.scope;
    if [clusters.len(), pools.len(), tags.len()]
        .iter()
        .any(|count| *count > MAX_SCOPE_ENTRIES)
    {
        return Err(wrong("/scope has a list of more than 100 entries."));
    }
    if !pools
        .iter()
        .chain(tags)
        .all(|entry| is_readable(entry, MAX_ENTRY))
    {
        return Err(wrong(
            "/scope names a pool or tag that is empty, too long, or holds characters that nobody can see.",
        ));
    }
    if let Some(cluster) = clusters.iter().find(|cluster| !role.reaches(cluster)) {
        return Err(ApiProblem::new(
            ProblemCode::OutOfScope,
            format!("Your role does not reach the cluster {cluster}: it is for {role}."),
        ));
    }
    Ok(())
}

fn is_readable(text: &str, most: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= most
        && !text.chars().any(|c| c == '\n' || is_invisible(c))
}

fn wrong(detail: &str) -> ApiProblem {
    ApiProblem::new(ProblemCode::SchemaViolation, detail)
}

#[cfg(test)]
mod tests {
    use argus_types::id::PersonId;
    use argus_types::person::Role;

    use super::*;

    fn code(role: Role, reach: &Scope, input: serde_json::Value) -> Option<ProblemCode> {
        let person = Person {
            id: PersonId(uuid::Uuid::nil()),
            name: "Anna".to_owned(),
            role,
        };
        let input = serde_json::from_value(input).unwrap();
        check(&person, reach, &input).err().map(|p| p.code())
    }

    #[test]
    fn a_token_is_never_good_for_more_than_its_person() {
        let all = Scope::default();
        let lab = Scope {
            clusters: vec!["lab".parse().unwrap()],
            ..Scope::default()
        };
        let ask = |may: &str, scope| json!({"name": "n", "may": may, "scope": scope, "days": 1});
        let propose = ask("propose", json!({}));
        assert_eq!(
            code(Role::Viewer, &all, propose.clone()),
            Some(ProblemCode::Forbidden)
        );
        assert_eq!(code(Role::Operator, &all, propose), None);
        assert_eq!(code(Role::Viewer, &all, ask("read", json!({}))), None);
        let main = ask("read", json!({"clusters": ["main"]}));
        assert_eq!(code(Role::Admin, &all, main.clone()), None);
        assert_eq!(code(Role::Admin, &lab, main), Some(ProblemCode::OutOfScope));
    }

    #[test]
    fn names_and_scopes_can_be_read() {
        let all = Scope::default();
        for (name, tag) in [
            ("", "web"),
            (" ", "web"),
            ("a\nb", "web"),
            ("n", ""),
            ("n", "a\u{202e}b"),
            ("n", "a\nb"),
        ] {
            let input = json!({"name": name, "may": "read", "scope": {"tags": [tag]}, "days": 1});
            assert_eq!(
                code(Role::Admin, &all, input),
                Some(ProblemCode::SchemaViolation),
                "{name:?} {tag:?}"
            );
        }
    }
}
