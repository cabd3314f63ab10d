//! From what a provider vouches for to an account and its rights, within one transaction.
//!
//! - The account is the one of (issuer, subject). A name or an e-mail address finds nobody.
//! - An account whose role comes from groups has exactly what its groups give at this very moment; none: nothing.
//! - An account that an admin disabled stays so. One that had no role any more comes back with its groups.
//! - Accounts whose claims name the same human are that human's; that is never taken apart again.

use argus_identity::oidc::Proven;
use argus_identity::oidc::mapping::Unmapped;
use argus_store::{NewPerson, SeenIdentity, StoredRights, Tx};
use argus_types::account::{DisabledReason, RoleSource};
use argus_types::id::{HumanId, PersonId};
use argus_types::person::Person;
use argus_types::text::is_invisible;
use serde_json::{Value, json};

use crate::clock::SharedClock;
use crate::config::{Grant, SignInProvider};
use crate::problem::ApiProblem;
use crate::record::Kind;
use crate::service::rights_record::{Change, given};

/// Where rights come from here, in records and metrics.
const SOURCE: &str = "groups";
/// Longest name of a person, in characters.
const LONGEST_NAME: usize = 100;

/// What somebody's arrival came to.
pub(super) enum Arrival {
    /// They may come in.
    Welcome {
        /// With the rights of now.
        person: Person,
        /// What changed.
        changes: Vec<Change>,
    },
    /// They may not.
    Refused {
        /// Why, out of a closed list.
        reason: &'static str,
        /// Why, for the person.
        detail: String,
        /// What changed.
        changes: Vec<Change>,
    },
}

/// Brings the account up to date with what the provider says.
pub(super) async fn settle(
    tx: &mut Tx,
    clock: &SharedClock,
    provider: &SignInProvider,
    proven: &Proven,
) -> Result<Arrival, ApiProblem> {
    tx.lock_rights().await?;
    let known = match tx
        .person_of_identity(&proven.issuer, &proven.subject)
        .await?
    {
        Some(id) => tx.rights_of(id).await?,
        None => None,
    };
    let arriving = Arriving {
        clock,
        provider,
        proven,
    };
    match (provider.grant(&proven.groups), known) {
        (Err(unmapped), None) => Ok(arriving.unmapped(&unmapped, Vec::new())),
        (Err(unmapped), Some(known)) => arriving.shut_out(tx, &known, &unmapped).await,
        (Ok(grant), Some(known)) => arriving.again(tx, known, grant).await,
        (Ok(grant), None) => arriving.first_time(tx, grant).await,
    }
}

/// Somebody at the door.
struct Arriving<'a> {
    clock: &'a SharedClock,
    provider: &'a SignInProvider,
    proven: &'a Proven,
}

impl Arriving<'_> {
    async fn first_time(&self, tx: &mut Tx, grant: Grant) -> Result<Arrival, ApiProblem> {
        let person = Person {
            id: PersonId(self.clock.new_id()),
            name: name(&self.proven.name),
            role: grant.role,
        };
        let human = self.human(tx, None).await?;
        tx.add_person(NewPerson {
            person: &person,
            scope: &grant.scope,
            human,
            role_source: RoleSource::Groups,
            granted_by: None,
            at: self.clock.now(),
        })
        .await?;
        let mapping = self.mapping(&grant);
        self.keep(tx, person.id, &mapping).await?;
        let rights = StoredRights {
            person: person.clone(),
            scope: grant.scope,
            human,
            role_source: RoleSource::Groups,
            disabled: None,
            demo: false,
        };
        let body = json!({
            "name": person.name,
            "given": given(&rights),
            "human": human,
            "why": self.why(&mapping),
        });
        Ok(Arrival::Welcome {
            changes: vec![Change::new(Kind::PersonAdded, person.id, SOURCE, body)],
            person,
        })
    }

    async fn again(
        &self,
        tx: &mut Tx,
        known: StoredRights,
        grant: Grant,
    ) -> Result<Arrival, ApiProblem> {
        let id = known.person.id;
        let mapping = self.mapping(&grant);
        if known.disabled == Some(DisabledReason::Admin) {
            self.keep(tx, id, &mapping).await?;
            return Ok(Arrival::Refused {
                reason: "account_disabled",
                detail: "This account was disabled by an admin. Ask one to enable it.".to_owned(),
                changes: Vec::new(),
            });
        }
        let mut now = known.clone();
        if known.disabled.is_some() {
            tx.enable_person(id).await?;
            now.disabled = None;
        }
        if known.role_source == RoleSource::Groups {
            now.person.role = grant.role;
            now.scope = grant.scope;
            if given(&now) != given(&known) || known.disabled.is_some() {
                let (role, source) = (now.person.role, RoleSource::Groups);
                tx.give_role(id, role, &now.scope, source, None, self.clock.now())
                    .await?;
            }
        }
        now.person.name = name(&self.proven.name);
        if now.person.name != known.person.name {
            tx.rename_person(id, &now.person.name).await?;
        }
        now.human = self.human(tx, known.human).await?;
        if let (None, Some(human)) = (known.human, now.human) {
            tx.vouch_for(id, human).await?;
        }
        self.keep(tx, id, &mapping).await?;
        Ok(Arrival::Welcome {
            changes: Change::between(&known, &now, SOURCE, &self.why(&mapping)),
            person: now.person,
        })
    }

    /// Ends whatever somebody has whose groups give nothing any more. A role that an admin or the shell gave stays,
    /// for the other ways in.
    async fn shut_out(
        &self,
        tx: &mut Tx,
        known: &StoredRights,
        unmapped: &Unmapped,
    ) -> Result<Arrival, ApiProblem> {
        let id = known.person.id;
        let mapping = format!("No role: {unmapped}.");
        let mut changes = Vec::new();
        if known.role_source == RoleSource::Groups && known.disabled.is_none() {
            let sessions = tx.end_sessions_of(id, None).await?;
            let reason = DisabledReason::NoRole;
            let ended = tx.disable_person(id, reason, self.clock.now()).await?;
            let mut why = self.why(&mapping);
            why["ended_sessions"] = sessions.into();
            why["revoked_tokens"] = ended.tokens.into();
            let now = StoredRights {
                disabled: Some(reason),
                ..known.clone()
            };
            changes = Change::between(known, &now, SOURCE, &why);
        }
        self.keep(tx, id, &mapping).await?;
        Ok(self.unmapped(unmapped, changes))
    }

    fn unmapped(&self, unmapped: &Unmapped, changes: Vec<Change>) -> Arrival {
        Arrival::Refused {
            reason: unmapped.reason(),
            detail: format!(
                "{} knows you, but that gives you no role here: {unmapped}. Ask whoever looks after the groups there, \
                 or after `auth.oidc.roles` here.",
                self.provider.provider.config().name
            ),
            changes,
        }
    }

    /// Who is behind the account. Without a claim that stays what it is.
    async fn human(
        &self,
        tx: &mut Tx,
        known: Option<HumanId>,
    ) -> Result<Option<HumanId>, ApiProblem> {
        let Some(claim) = &self.proven.person else {
            return Ok(known);
        };
        let otherwise = known.unwrap_or_else(|| HumanId(self.clock.new_id()));
        let human = tx.human_of_claim(claim, otherwise).await?;
        if let Some(known) = known.filter(|known| *known != human) {
            tx.join_humans(known, human).await?;
        }
        Ok(Some(human))
    }

    async fn keep(&self, tx: &mut Tx, person: PersonId, mapping: &str) -> Result<(), ApiProblem> {
        tx.keep_identity(SeenIdentity {
            issuer: &self.proven.issuer,
            subject: &self.proven.subject,
            provider: self.provider.id(),
            person,
            claims: &Value::Object(self.proven.claims.clone()),
            mapping,
            at: self.clock.now(),
        })
        .await?;
        Ok(())
    }

    /// What the mapping made of the groups, for an admin.
    fn mapping(&self, grant: &Grant) -> String {
        let groups = self.provider.mapped(&self.proven.groups);
        format!(
            "The role {} within {}, by the groups: {}.",
            grant.role.as_str(),
            grant.scope,
            groups.join(", ")
        )
    }

    fn why(&self, mapping: &str) -> Value {
        json!({
            "provider": self.provider.id(),
            "issuer": self.proven.issuer,
            "subject": self.proven.subject,
            "mapping": mapping,
        })
    }
}

/// A name as it may be shown: one line, short, without characters that nobody sees.
fn name(given: &str) -> String {
    let visible: String = given
        .chars()
        .map(|c| if c == '\n' { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .take(LONGEST_NAME)
        .collect();
    if visible.trim().is_empty() {
        "(no name)".to_owned()
    } else {
        visible.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_hides_nothing_and_is_never_empty() {
        assert_eq!(name(" Ada\u{202e}\nL. "), "Ada L.");
        assert_eq!(name("\u{200b}"), "(no name)");
        assert_eq!(name(&"ä".repeat(200)).chars().count(), 100);
    }
}
