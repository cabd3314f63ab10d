//! Invitations: an account, and a link that opens a session for it once.

use argus_store::{NewPerson, NewSignInLink, StoredRights};
use argus_types::account::{InvitationInput, InvitationMade, RoleSource};
use argus_types::id::{HumanId, PersonId};
use argus_types::person::Person;
use argus_types::places;
use argus_types::problem::{FieldError, ProblemCode};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{People, SOURCE, rules};
use crate::problem::ApiProblem;
use crate::record::Kind;
use crate::service::rights_record::{self, Change, given};
use crate::session::{ActiveSession, SessionKeys};

/// What a step-up for an invitation is about.
const SUBJECT: &str = "invitation";

impl People {
    /// Makes the account and its link. The link is given this once and kept nowhere, so a repeated request is not
    /// answered again; its step-up is used up, which is why it makes no second account.
    pub async fn invite(
        &self,
        session: &ActiveSession,
        asked: InvitationInput,
    ) -> Result<InvitationMade, ApiProblem> {
        let name = name(&asked)?;
        let at = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.lock_rights().await?;
        let caller = rules::check_caller(self.rights(&mut tx, session.person.id).await?)?;
        let other = self.other_account(&mut tx, asked.same_human_as).await?;
        let mut invited = StoredRights {
            person: Person {
                id: PersonId(self.clock.new_id()),
                name,
                role: asked.role,
            },
            scope: asked.scope,
            human: None,
            role_source: RoleSource::Admin,
            disabled: None,
            demo: false,
        };
        if let Some(other) = &other {
            rules::check_same_human(&caller, &invited, other)?;
        }
        self.use_step_up(&mut tx, session, asked.step_up, SUBJECT)
            .await?;
        let why = json!({ "by": caller.person.id, "same_human_as": asked.same_human_as });
        let mut changes = Vec::new();
        invited.human = Some(match &other {
            None => HumanId(invited.person.id.0),
            Some(other) => {
                let human = self.somebody(&mut tx, other).await?;
                let now = StoredRights {
                    human: Some(human),
                    ..other.clone()
                };
                changes.extend(Change::between(other, &now, SOURCE, &why));
                human
            }
        });
        let expires_at = at.plus_seconds(i64::from(asked.hours) * 3600);
        let body = json!({
            "name": invited.person.name,
            "given": given(&invited),
            "human": invited.human,
            "expires_at": expires_at,
            "why": why,
        });
        let id = invited.person.id;
        changes.push(Change::new(Kind::InvitationMade, id, SOURCE, body));
        tx.add_person(NewPerson {
            person: &invited.person,
            scope: &invited.scope,
            human: invited.human,
            role_source: invited.role_source,
            granted_by: Some(caller.person.id),
            at,
        })
        .await?;
        let token = SessionKeys::new_token();
        tx.create_sign_in_link(NewSignInLink {
            token_hash: self.sessions.keys().hash(token.expose_secret()),
            person: id,
            invited_by: Some(caller.person.id),
            at,
            expires_at,
        })
        .await?;
        rights_record::append(&mut tx, changes, at, &caller.person.name).await?;
        tx.commit().await?;
        // Behind `#`, the secret stays in the browser: it is in no request line and no log.
        let (origin, secret) = (&self.origin.0, token.expose_secret());
        Ok(InvitationMade {
            person: invited.person,
            link: format!("{origin}{}#{secret}", places::INVITATION),
            expires_at,
        })
    }
}

/// A name that people can read.
fn name(asked: &InvitationInput) -> Result<String, ApiProblem> {
    let name = asked.name.as_str().trim();
    if !name.is_empty() && !name.contains('\n') {
        return Ok(name.to_owned());
    }
    let message = "is empty or more than one line";
    Err(
        ApiProblem::new(ProblemCode::SchemaViolation, format!("/name {message}.")).with_errors(
            vec![FieldError {
                pointer: "/name".to_owned(),
                message: message.to_owned(),
            }],
        ),
    )
}
