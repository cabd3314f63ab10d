//! The policy as people read it.

use argus_domain::approval::{Account, Case, Given, Refusal};
use argus_domain::policy::{self, CHANGE, Mistake, Policy};
use argus_store::{Store, StoredAccount, StoredApproval, StoredPolicy};
use argus_types::Timestamp;
use argus_types::id::PersonId;
use argus_types::policy::{
    PolicyChange, PolicyState, PolicyVersion, PolicyView, Replay, RuleInWords, YouMayChange,
};
use argus_types::policy_check::{PolicyCheck, PolicyMistake};
use argus_types::problem::ProblemCode;

use super::in_force::{InForce, parse};
use super::{APPROVALS_COUNT_H, REPLAY_DAYS};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;

/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;

/// Reads the policy and its versions.
#[derive(Clone)]
pub struct PolicyReader {
    store: Store,
    clock: SharedClock,
}

impl PolicyReader {
    /// Reads from `store`.
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock }
    }

    /// The policy in force.
    pub async fn active(&self) -> Result<PolicyView, ApiProblem> {
        let InForce { stored, policy } = InForce::now(&self.store).await?;
        let all = self.store.policies().await?;
        let proposed = all
            .iter()
            .filter(|version| version.state == PolicyState::Proposed)
            .map(|version| version.number);
        Ok(PolicyView {
            enabled: policy.enabled.iter().map(ToString::to_string).collect(),
            defaults: policy.defaults_in_words(),
            floor: Policy::floor_in_words(),
            rules: policy
                .rules
                .iter()
                .map(|rule| RuleInWords {
                    name: rule.name.clone(),
                    why: rule.why.clone(),
                    about: rule.about(),
                    demands: rule.demanded(),
                })
                .collect(),
            weaknesses: policy.weaknesses_among(self.store.admins().await?),
            proposed: proposed.collect(),
            version: stored.version,
            text: stored.text,
        })
    }

    /// All versions, the youngest first.
    pub async fn versions(&self) -> Result<Vec<PolicyVersion>, ApiProblem> {
        Ok(self.store.policies().await?)
    }

    /// One version: what it changes, what it would have changed, who decided what, and what `person` may do.
    pub async fn change(
        &self,
        number: u32,
        person: PersonId,
        is_script: bool,
    ) -> Result<PolicyChange, ApiProblem> {
        let now = self.clock.now();
        let found = self.store.policy(number).await?;
        let (stored, given) = found.ok_or_else(not_found)?;
        let author = match &stored.version.author {
            Some(author) => self.store.account(author.id).await?,
            None => None,
        };
        let who = self.store.account(person).await?.ok_or_else(not_found)?;
        let decided = Decided {
            stored: &stored,
            author: author.as_ref(),
            given: &given,
            now,
        };
        let you = if is_script {
            nothing("API tokens read and propose. This takes a person in a browser.")
        } else {
            decided.you_may(&who)
        };
        self.compare(&decided, you).await
    }

    /// What is wrong with a document, or what it would change.
    pub async fn check(&self, text: &str) -> Result<PolicyCheck, ApiProblem> {
        let policy = match Policy::parse(text) {
            Ok(policy) => policy,
            Err(mistakes) => {
                let mistakes = mistakes.0.into_iter().map(mistake).collect();
                return Ok(PolicyCheck::Wrong { mistakes });
            }
        };
        let active = InForce::now(&self.store).await?.policy;
        if active == policy {
            return Ok(PolicyCheck::Same {});
        }
        Ok(PolicyCheck::Other {
            digest: policy.digest(),
            edits: policy::edits(&active, &policy),
            weaknesses: policy.weaknesses(),
            replay: self.replay(&policy, self.clock.now()).await?,
        })
    }

    /// What `policy` would have said about the plans of late.
    async fn replay(&self, policy: &Policy, now: Timestamp) -> Result<Replay, ApiProblem> {
        let since = now.plus_seconds(-REPLAY_DAYS * DAY_S);
        let past = self.store.past_plans(since).await?;
        Ok(policy::replay(policy, &past, since))
    }

    /// What a version changes, with where its decisions stand.
    pub(super) async fn compare(
        &self,
        decided: &Decided<'_>,
        you: YouMayChange,
    ) -> Result<PolicyChange, ApiProblem> {
        let (stored, now) = (decided.stored, decided.now);
        let policy = parse(stored)?;
        let before = match stored.made_from {
            Some(number) => self.store.policy(number).await?,
            None => None,
        };
        let edits = match before {
            Some((before, _)) => policy::edits(&parse(&before)?, &policy),
            None => Vec::new(),
        };
        let replay = if stored.version.state == PolicyState::Proposed {
            Some(self.replay(&policy, now).await?)
        } else {
            None
        };
        Ok(PolicyChange {
            version: stored.version.clone(),
            text: stored.text.clone(),
            edits,
            weaknesses: policy.weaknesses_among(self.store.admins().await?),
            replay,
            required: CHANGE,
            given: decided.given.iter().map(StoredApproval::view).collect(),
            counting: decided.counting(),
            you,
        })
    }
}

fn mistake(mistake: Mistake) -> PolicyMistake {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    PolicyMistake {
        line: number(mistake.line),
        column: number(mistake.column),
        message: mistake.message,
    }
}

/// A version with the decisions on it.
pub(super) struct Decided<'a> {
    pub stored: &'a StoredPolicy,
    pub author: Option<&'a StoredAccount>,
    pub given: &'a [StoredApproval],
    pub now: Timestamp,
}

impl Decided<'_> {
    /// Asks `question` about it, with everybody as they are now. What nobody proposed, nobody decides on.
    pub fn judge<T>(&self, question: impl FnOnce(&Case<'_>) -> T) -> Option<T> {
        let author: Account = self.author?.towards_everything();
        let given: Vec<Given> = self
            .given
            .iter()
            .map(|given| Given {
                by: given.by.towards_everything(),
                verdict: given.verdict,
                revision: given.revision,
                digest: given.digest,
                expires_at: given.expires_at,
            })
            .collect();
        Some(question(&Case {
            revision: 1,
            digest: self.stored.version.digest,
            required: CHANGE,
            own_approval: false,
            author: &author,
            editor: None,
            given: &given,
            confirmed_at: self.now,
            now: self.now,
        }))
    }

    /// How many approvals count.
    pub fn counting(&self) -> u8 {
        let count = self.judge(|case| case.counting().len()).unwrap_or(0);
        u8::try_from(count).unwrap_or(u8::MAX)
    }

    /// What `who` may do about it.
    pub fn you_may(&self, who: &StoredAccount) -> YouMayChange {
        if let Err(problem) = is_proposed(self.stored) {
            return nothing(&problem.problem().detail);
        }
        let account = who.towards_everything();
        let why = |judged: Result<(), Refusal>| judged.err().map(|refusal| refusal.sentence());
        let is_author = self
            .author
            .is_some_and(|author| author.towards_everything().is_same_human(&account));
        self.judge(|case| YouMayChange {
            not_approve: why(case.may_approve(&account)),
            not_reject: why(case.may_reject(&account)),
            not_confirm: why(may_confirm(case, &account)),
            not_withdraw: (!is_author).then(|| "Only its author takes it back.".to_owned()),
        })
        .unwrap_or_else(|| nothing("Nobody proposed it."))
    }

    /// From when on an approval that is given now counts no more.
    pub fn approval_expires_at(&self) -> Timestamp {
        self.now.plus_seconds(APPROVALS_COUNT_H * 3600)
    }
}

/// Whether `who` may put the version into force: an admin like those who approved it.
pub(super) fn may_confirm(case: &Case<'_>, who: &Account) -> Result<(), Refusal> {
    let permission = argus_types::person::Permission::ManagePolicy;
    if !who.role.may(permission) {
        return Err(Refusal::RoleLacks {
            permission,
            role: who.role,
        });
    }
    case.may_confirm(who)
}

pub(super) fn is_proposed(stored: &StoredPolicy) -> Result<(), ApiProblem> {
    if stored.version.state == PolicyState::Proposed {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::WrongState,
        format!(
            "Version {} of the policy is {}; only a proposed one can be decided on.",
            stored.version.number,
            stored.version.state.as_str()
        ),
    ))
}

pub(super) fn not_found() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::NotFound,
        "There is no version of the policy with this number.",
    )
}

fn nothing(why: &str) -> YouMayChange {
    YouMayChange {
        not_approve: Some(why.to_owned()),
        not_reject: Some(why.to_owned()),
        not_confirm: Some(why.to_owned()),
        not_withdraw: Some(why.to_owned()),
    }
}
