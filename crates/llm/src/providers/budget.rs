//! What one person may spend on models in a day, as arithmetic on plain data. Whoever stores an [`Account`] locks it
//! while it goes through here.
//!
//! Before anything is sent, the most that it can cost is taken off; afterwards the difference is given back. So the stop
//! is hard: a day's limit is never passed by what was still under way, and what is lost in a crash counts as spent.

use time::{Date, OffsetDateTime, UtcOffset};

use super::answer::Usage;
use super::price::Prices;

/// Limits a person and day; `None` is no limit. The default lets nobody spend anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Tokens, read and written together.
    pub tokens: Option<u64>,
    /// Money, in millionths of the currency of the prices.
    pub money: Option<u64>,
}

/// Tokens and money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Read and written together.
    pub tokens: u64,
    /// In millionths.
    pub money: u64,
}

/// What one person spent today, and what of it is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The day in UTC that it is about.
    pub day: Date,
    /// What is spent, with what is held.
    pub spent: Spent,
    /// The one request under way.
    pub hold: Option<Hold>,
}

/// A request under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// When it began: it tells one request of a person from the next.
    pub since: OffsetDateTime,
    /// After this nobody waits for it any more; a process that died leaves nobody locked out for ever.
    pub until: OffsetDateTime,
    /// What was taken off for it.
    pub held: Spent,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// One at a time.
    #[error("another request of this person is under way")]
    UnderWay {
        /// When that one is over at the latest.
        until: OffsetDateTime,
    },
    /// Too many tokens for today.
    #[error("it may take {wanted} tokens, and {left} are left of today's budget")]
    Tokens {
        /// The most that it can take.
        wanted: u64,
        /// What is left.
        left: u64,
    },
    /// Too much money for today.
    #[error("it may cost more than is left of today's budget")]
    Money {
        /// The most that it can cost, in millionths.
        wanted: u64,
        /// What is left, in millionths.
        left: u64,
    },
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            tokens: Some(0),
            money: Some(0),
        }
    }
}

impl Spent {
    /// A usage at its price.
    pub fn of(usage: Usage, prices: &Prices) -> Self {
        Self {
            tokens: usage.total(),
            money: prices.cost(usage),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            money: self.money.saturating_add(other.money),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_sub(other.tokens),
            money: self.money.saturating_sub(other.money),
        }
    }
}

impl Account {
    /// Of somebody who has spent nothing yet.
    pub fn new(now: OffsetDateTime) -> Self {
        Self {
            day: day(now),
            spent: Spent::default(),
            hold: None,
        }
    }

    /// The account as of `now`: empty on a new day, but for what is under way. A clock that goes back gives nothing back.
    #[must_use]
    pub fn at(self, now: OffsetDateTime) -> Self {
        if day(now) <= self.day {
            return self;
        }
        let hold = self.hold.filter(|hold| hold.until > now);
        Self {
            day: day(now),
            spent: hold.map_or_else(Spent::default, |hold| hold.held),
            hold,
        }
    }

    /// Ends the request that `hold` stands for. `used` is `None` where nobody knows what it cost: then it counts as the
    /// most that it could. A hold that is no longer this account's changes nothing.
    #[must_use]
    pub fn settle(self, hold: &Hold, used: Option<Spent>) -> Self {
        if self.hold != Some(*hold) {
            return self;
        }
        let spent = match used {
            Some(used) => self.spent.minus(hold.held).plus(used),
            None => self.spent,
        };
        Self {
            hold: None,
            spent,
            ..self
        }
    }
}

impl Budget {
    /// Takes `worst`, the most that a request can cost, off `account` until `until`. Nothing may be sent without it.
    pub fn hold(
        &self,
        account: Account,
        worst: Spent,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<(Account, Hold), Exhausted> {
        let account = account.at(now);
        if let Some(hold) = account.hold.filter(|hold| hold.until > now) {
            return Err(Exhausted::UnderWay { until: hold.until });
        }
        if let Some(left) = too_little(self.tokens, account.spent.tokens, worst.tokens) {
            return Err(Exhausted::Tokens {
                wanted: worst.tokens,
                left,
            });
        }
        if let Some(left) = too_little(self.money, account.spent.money, worst.money) {
            return Err(Exhausted::Money {
                wanted: worst.money,
                left,
            });
        }
        let hold = Hold {
            since: now,
            until,
            held: worst,
        };
        let account = Account {
            spent: account.spent.plus(worst),
            hold: Some(hold),
            ..account
        };
        Ok((account, hold))
    }
}

/// What is left of a limit, where that is less than is wanted.
fn too_little(limit: Option<u64>, spent: u64, wanted: u64) -> Option<u64> {
    let left = limit?.saturating_sub(spent);
    (wanted > left).then_some(left)
}

fn day(now: OffsetDateTime) -> Date {
    now.to_offset(UtcOffset::UTC).date()
}

#[cfg(test)]
mod tests;
