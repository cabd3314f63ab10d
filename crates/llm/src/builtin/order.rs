//! Words of the rules' own lexicon, read where nobody is to be obeyed: does a text of others order something?

use super::lexicon::{Verb, verb};

/// How much a verb in a text of others looks like an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Takes something away or down; hardly anybody notes it down beside a target without meaning it.
    Strong,
    /// What ordinary notes are full of as well: `backup`, `restart`, `move`.
    Weak,
    /// Changes an amount.
    Amount,
}

/// What a phrase of one to three words in lower case orders, where it is a verb of the lexicon.
pub(crate) fn order(phrase: &str) -> Option<Order> {
    let verb = verb(phrase).or_else(|| verb(&umlauts(phrase)))?;
    Some(match verb {
        Verb::Shutdown
        | Verb::Stop
        | Verb::SwitchOff
        | Verb::Cut
        | Verb::Reset
        | Verb::Delete
        | Verb::Remove
        | Verb::Rollback
        | Verb::Back
        | Verb::Disable
        | Verb::Unprotect
        | Verb::Drain => Order::Strong,
        Verb::Set | Verb::Grow | Verb::Shrink | Verb::Double | Verb::Halve | Verb::Give => {
            Order::Amount
        }
        Verb::Start
        | Verb::SwitchOn
        | Verb::Reboot
        | Verb::Suspend
        | Verb::Resume
        | Verb::Hibernate
        | Verb::Snapshot
        | Verb::Move
        | Verb::Clone
        | Verb::Backup
        | Verb::Restore
        | Verb::Add
        | Verb::Put
        | Verb::Enable
        | Verb::Tag
        | Verb::Untag
        | Verb::Protect => Order::Weak,
    })
}

/// `loesche` is how a name writes `lösche`.
fn umlauts(phrase: &str) -> String {
    let pairs = [("oe", "ö"), ("ae", "ä"), ("ue", "ü")];
    let written = phrase.to_owned();
    pairs
        .iter()
        .fold(written, |text, (from, to)| text.replace(from, to))
}
