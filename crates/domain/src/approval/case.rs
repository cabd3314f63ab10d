//! One proposal with its decisions: who may add one, and whether it may be confirmed.

use std::collections::BTreeSet;

use argus_types::Timestamp;
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PersonId, PlanDigest};
use argus_types::person::Permission;

use super::{Account, Refusal};

/// One recorded decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Who decided, as they are now.
    pub by: Account,
    /// Their word.
    pub verdict: Verdict,
    /// The revision that they decided on.
    pub revision: u32,
    /// The plan that they decided on.
    pub digest: PlanDigest,
    /// From then on it counts no more.
    pub expires_at: Timestamp,
}

/// A proposal's present plan and the decisions on it. Everybody in it is as of now.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The present revision.
    pub revision: u32,
    /// The present plan.
    pub digest: PlanDigest,
    /// How many different people must approve it.
    pub required: u8,
    /// Whether an admin who asked for it may approve it as well, and then confirm it: where the policy knows of a lone
    /// admin. Never for destructive work, which is the policy's to see to.
    pub own_approval: bool,
    /// Who asked for it.
    pub author: &'a Account,
    /// Who had the present plan made, where that was not the author.
    pub editor: Option<&'a Account>,
    /// Decisions on it, and perhaps on earlier plans, which count for nothing.
    pub given: &'a [Given],
    /// When approvals must not be over: now, or when the plan was confirmed.
    pub confirmed_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

impl<'a> Case<'a> {
    /// Whether `who` may approve the plan.
    pub fn may_approve(&self, who: &Account) -> Result<(), Refusal> {
        who.may(Permission::Approve)?;
        self.may_be_asker(who)?;
        self.is_known(who)?;
        if self.on_this_plan().any(|given| given.by.is_same_human(who)) {
            return Err(Refusal::Decided);
        }
        self.stands_alone(who)
    }

    /// Whether `who` may reject the plan: less is asked, since nothing is done then.
    pub fn may_reject(&self, who: &Account) -> Result<(), Refusal> {
        who.may(Permission::Approve)?;
        self.is_no_asker(who)
    }

    /// Whether `who` may ask for another plan: whoever could approve or confirm this one and did not ask for it.
    pub fn may_request_changes(&self, who: &Account) -> Result<(), Refusal> {
        who.may(Permission::Confirm)?;
        self.is_no_asker(who)
    }

    /// The approvals that count now: of this very plan, not over, by different people who may still give them.
    pub fn counting(&self) -> Vec<&'a Given> {
        let mut humans: BTreeSet<HumanId> = BTreeSet::new();
        self.on_this_plan()
            .filter(|given| self.counts(&given.by).is_ok())
            // Unknown people get this far only where no approval is needed.
            .filter(|given| given.by.human.is_none_or(|human| humans.insert(human)))
            .collect()
    }

    /// Whether `who` may confirm the plan: enough approvals count, and none of them is theirs.
    pub fn may_confirm(&self, who: &Account) -> Result<(), Refusal> {
        who.may(Permission::Confirm)?;
        if self.required == 0 {
            return Ok(());
        }
        self.is_known(who)?;
        let counting = self.counting();
        let is_lone = self.own_approval && self.is_asker(who);
        if !is_lone && counting.iter().any(|given| given.by.is_same_human(who)) {
            return Err(Refusal::Approver);
        }
        self.is_enough(counting.len())?;
        // Whoever made an approver for the purpose, or was made by one, confirms nothing by that approval.
        let (dependent, independent): (Vec<_>, Vec<_>) = counting
            .iter()
            .map(|given| &given.by)
            .partition(|by| !by.is_same_human(who) && by.depends_on(who, self.now));
        match (self.is_enough(independent.len()), dependent.first()) {
            (Err(_), Some(by)) => Err(Refusal::fresh(who, by, self.now)),
            (enough, _) => enough,
        }
    }

    /// Whether `who` may confirm the plan without the approvals that are missing.
    pub fn may_break_glass(&self, who: &Account) -> Result<(), Refusal> {
        may_hold_glass(who)?;
        // Somebody else has to look at it later, who must be known to be somebody else.
        if who.human.is_none() {
            return Err(Refusal::UnknownHuman);
        }
        match self.may_confirm(who) {
            Ok(()) => Err(Refusal::NothingMissing),
            Err(_) => Ok(()),
        }
    }

    /// Whether a plan that `confirmer` started may go on: whoever stood for it must still be allowed to. Names the
    /// one who is not. Where glass was broken, the confirmer alone stood for it.
    pub fn may_go_on(
        &self,
        confirmer: &Account,
        broke_glass: bool,
    ) -> Result<(), (PersonId, Refusal)> {
        if broke_glass {
            return may_hold_glass(confirmer).map_err(|refusal| (confirmer.person, refusal));
        }
        self.may_confirm(confirmer).map_err(|refusal| {
            let lost = match refusal {
                Refusal::ApprovalsMissing { .. } => self.on_this_plan().find_map(|given| {
                    let why = self.counts(&given.by).err()?;
                    Some((given.by.person, why))
                }),
                _ => None,
            };
            lost.unwrap_or((confirmer.person, refusal))
        })
    }

    /// Whether an approval by `who` counts, others of the same human apart.
    fn counts(&self, who: &Account) -> Result<(), Refusal> {
        who.may(Permission::Approve)?;
        self.may_be_asker(who)?;
        self.is_known(who)?;
        self.stands_alone(who)
    }

    /// Whoever asked for the change, or for this plan of it.
    fn askers(&self) -> impl Iterator<Item = &'a Account> + use<'a> {
        std::iter::once(self.author).chain(self.editor)
    }

    fn is_asker(&self, who: &Account) -> bool {
        self.askers().any(|asker| who.is_same_human(asker))
    }

    fn is_no_asker(&self, who: &Account) -> Result<(), Refusal> {
        if self.is_asker(who) {
            Err(Refusal::Author)
        } else {
            Ok(())
        }
    }

    /// Whoever asked approves only where they may do so alone.
    fn may_be_asker(&self, who: &Account) -> Result<(), Refusal> {
        if self.own_approval {
            Ok(())
        } else {
            self.is_no_asker(who)
        }
    }

    fn is_enough(&self, counting: usize) -> Result<(), Refusal> {
        let counting = u8::try_from(counting).unwrap_or(u8::MAX);
        if counting >= self.required {
            Ok(())
        } else {
            Err(Refusal::ApprovalsMissing {
                counting,
                required: self.required,
            })
        }
    }

    /// Where approvals are needed, everybody who takes part must be known by who they are.
    fn is_known(&self, who: &Account) -> Result<(), Refusal> {
        if self.required == 0 {
            Ok(())
        } else if self.askers().any(|asker| asker.human.is_none()) {
            Err(Refusal::UnknownAuthor)
        } else if who.human.is_none() {
            Err(Refusal::UnknownHuman)
        } else {
            Ok(())
        }
    }

    /// Whether `who` was not made for the purpose: by another approver or an asker, or an asker by them.
    fn stands_alone(&self, who: &Account) -> Result<(), Refusal> {
        let approvers = self.on_this_plan().map(|given| &given.by);
        let maker = approvers
            .chain([who])
            .find(|other| who.was_just_made_by(other, self.now));
        let asker = self.askers().find(|asker| who.depends_on(asker, self.now));
        match maker.or(asker) {
            Some(other) => Err(Refusal::fresh(who, other, self.now)),
            None => Ok(()),
        }
    }

    /// Approvals of the present plan that are not over.
    fn on_this_plan(&self) -> impl Iterator<Item = &'a Given> + use<'a> {
        let (revision, digest, at) = (self.revision, self.digest, self.confirmed_at);
        self.given.iter().filter(move |given| {
            given.verdict == Verdict::Approve
                && given.revision == revision
                && given.digest == digest
                && given.expires_at > at
        })
    }
}

/// Whether `who` may look at glass that `breaker` broke, and with that close the matter.
pub fn may_review(who: &Account, breaker: &Account) -> Result<(), Refusal> {
    who.may(Permission::Approve)?;
    if who.is_same_human(breaker) {
        return Err(Refusal::BrokeIt);
    }
    if who.human.is_none() || breaker.human.is_none() {
        return Err(Refusal::UnknownHuman);
    }
    Ok(())
}

fn may_hold_glass(who: &Account) -> Result<(), Refusal> {
    who.may(Permission::BreakGlass)?;
    if who.break_glass {
        Ok(())
    } else {
        Err(Refusal::NotNamed)
    }
}
