//! Changing what somebody is trusted with, who they are, or whether they get in.

use argus_store::{StoredRights, Tx};
use argus_types::account::{DisabledReason, PersonChange, RoleSource};
use argus_types::id::PersonId;
use http::StatusCode;
use serde_json::json;

use super::rules::{self, Steps, Wish};
use super::{People, SOURCE, nobody};
use crate::problem::ApiProblem;
use crate::service::rights_record::{self, Change};
use crate::service::{Once, Reply};
use crate::session::ActiveSession;

impl People {
    /// Makes the change, or says why not; what is so already is no change.
    pub async fn change(
        &self,
        once: &Once,
        session: &ActiveSession,
        id: PersonId,
        asked: PersonChange,
    ) -> Result<Reply, ApiProblem> {
        let at = self.clock.now();
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, at).await? {
            return Ok(reply);
        }
        tx.lock_rights().await?;
        let caller = rules::check_caller(self.rights(&mut tx, session.person.id).await?)?;
        let target = self.rights(&mut tx, id).await?.ok_or_else(nobody)?;
        let wish = Wish {
            role: asked.role,
            scope: asked.scope,
            enabled: asked.enabled,
            same_human_as: self.other_account(&mut tx, asked.same_human_as).await?,
        };
        let steps = rules::check(&caller, &target, wish)?;
        // Sessions, step-up, person: the order of locks.
        let ended_sessions = match steps.enable {
            Some(false) => tx.end_sessions_of(id, None).await?,
            _ => 0,
        };
        if steps.need_step_up() {
            let subject = id.to_string();
            self.use_step_up(&mut tx, session, asked.step_up, &subject)
                .await?;
        }
        let changes = self
            .take(&mut tx, &caller, &target, steps, ended_sessions)
            .await?;
        let view = tx.people_in_full(self.filter(Some(id))).await?.pop();
        let reply = Reply::new(StatusCode::OK, &view.ok_or_else(nobody)?)?;
        once.complete(&mut tx, &reply).await?;
        rights_record::append(&mut tx, changes, at, &caller.person.name).await?;
        tx.commit().await?;
        self.sessions.forget_copies();
        Ok(reply)
    }

    /// Takes the steps and says what changed of whom.
    async fn take(
        &self,
        tx: &mut Tx,
        caller: &StoredRights,
        target: &StoredRights,
        steps: Steps,
        ended_sessions: u64,
    ) -> Result<Vec<Change>, ApiProblem> {
        let (id, by, at) = (target.person.id, caller.person.id, self.clock.now());
        let mut why = json!({ "by": by });
        let mut changes = Vec::new();
        let mut now = target.clone();
        if let Some((role, scope)) = steps.give {
            tx.give_role(id, role, &scope, RoleSource::Admin, Some(by), at)
                .await?;
            now.person.role = role;
            now.scope = scope;
        }
        match steps.enable {
            Some(true) => {
                tx.enable_person(id).await?;
                now.disabled = None;
            }
            Some(false) => {
                let reason = DisabledReason::Admin;
                let ended = tx.disable_person(id, reason, at).await?;
                now.disabled = Some(reason);
                why["ended_sessions"] = ended_sessions.into();
                why["revoked_tokens"] = ended.tokens.into();
            }
            None => {}
        }
        if let Some(other) = steps.join {
            let joined = self.join(tx, target, &other).await?;
            now.human = joined.human;
            why["same_human_as"] = json!(other.person.id);
            changes.extend(Change::between(&other, &joined, SOURCE, &why));
        }
        changes.extend(Change::between(target, &now, SOURCE, &why));
        Ok(changes)
    }

    /// Makes two accounts one human's, with all others of either, and gives the other one as it is now.
    async fn join(
        &self,
        tx: &mut Tx,
        target: &StoredRights,
        other: &StoredRights,
    ) -> Result<StoredRights, ApiProblem> {
        let human = match (target.human, other.human) {
            (Some(one), Some(another)) => {
                tx.join_humans(one, another).await?;
                another
            }
            (Some(human), None) => {
                tx.vouch_for(other.person.id, human).await?;
                human
            }
            (None, _) => {
                let human = self.somebody(tx, other).await?;
                tx.vouch_for(target.person.id, human).await?;
                human
            }
        };
        Ok(StoredRights {
            human: Some(human),
            ..other.clone()
        })
    }
}
