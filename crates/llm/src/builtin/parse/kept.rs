//! Snapshots and backups that are there, notes, and what becomes of what is made.

use super::Parser;
use crate::builtin::clause::Said;
use crate::builtin::lexicon::{Thing, Verb, Word};
use crate::builtin::slots::Pick;
use crate::builtin::text::Token;
use crate::drafted::HaState;

/// Most days that `older than` can be asked for: a hundred years.
const MOST_DAYS: u32 = 36_500;

impl Parser<'_> {
    /// `snapshot x1`, where one is deleted or gone back to.
    pub(super) fn snapshot_named(&mut self, length: usize) {
        if self.clause.is_about(Thing::Snapshot) {
            self.leave(length);
            return;
        }
        self.add_thing(Thing::Snapshot, length);
        if self.clause.slots.pick.is_some() {
            return;
        }
        let named = match self.tokens.get(self.at) {
            Some(Token::Quoted(text)) => Some(text.clone()),
            Some(Token::Word { text, .. })
                if self.next(0).is_none() && !self.names.is_guest(text) =>
            {
                Some(text.clone())
            }
            _ => None,
        };
        if let Some(name) = named {
            let said = self.take(Pick::Named(name), 1);
            self.clause.slots.pick = Some(said);
        }
    }

    pub(super) fn backup_named(&mut self, length: usize) {
        self.add_thing(Thing::Backup, length);
        if let Some(Token::Quoted(volume)) = self.tokens.get(self.at)
            && self.clause.slots.pick.is_none()
        {
            let said = self.take(Pick::Named(volume.clone()), 1);
            self.clause.slots.pick = Some(said);
        }
    }

    pub(super) fn pick_end(&mut self, length: usize, oldest: bool) {
        let picks = matches!(
            self.doing(),
            Some(Verb::Delete | Verb::Remove | Verb::Rollback | Verb::Back | Verb::Restore)
        );
        if picks && self.clause.slots.pick.is_none() {
            let pick = if oldest { Pick::Oldest } else { Pick::Newest };
            let said = self.take(pick, length);
            self.clause.slots.pick = Some(said);
        } else {
            self.leave(length);
        }
    }

    pub(super) fn older_than(&mut self, length: usize) {
        let days = self.days_after(length);
        let free = matches!(
            self.clause.slots.pick.as_ref().map(|said| &said.value),
            None | Some(Pick::All)
        );
        match days {
            Some((days, taken)) if free && self.clause.is_about(Thing::Snapshot) => {
                let said = self.take(Pick::OlderThan(days), taken);
                self.clause.slots.pick = Some(said);
            }
            _ => self.leave(length),
        }
    }

    /// A number of days and the tokens up to its end, `are` included.
    fn days_after(&self, length: usize) -> Option<(u32, usize)> {
        let low = |at: usize| match self.tokens.get(self.at + at) {
            Some(Token::Word { low, .. }) => Some(low.as_str()),
            _ => None,
        };
        let number: u32 = match low(length)? {
            "a" | "one" | "einen" | "eine" | "ein" => 1,
            digits => digits.parse().ok()?,
        };
        let each = match low(length + 1)? {
            "day" | "days" | "tag" | "tage" | "tagen" => 1,
            "week" | "weeks" | "woche" | "wochen" => 7,
            _ => return None,
        };
        let days = number.checked_mul(each).filter(|days| *days <= MOST_DAYS)?;
        let taken = length + 2;
        let more = usize::from(low(taken) == Some("sind"));
        Some((days, taken + more))
    }

    /// Text in quotation marks: notes where there are some to set, otherwise a name.
    pub(super) fn quoted(&mut self) {
        if let Some(Token::Quoted(text)) = self.tokens.get(self.at)
            && self.clause.is_about(Thing::Notes)
            && self.clause.slots.text.is_none()
            && !self.names.is_guest(text)
        {
            self.drop_noun();
            self.touching = false;
            let said = self.take(text.clone(), 1);
            self.clause.slots.text = Some(said);
        } else {
            self.guest();
        }
    }

    pub(super) fn as_new(&mut self, length: usize) {
        let said = self.take((), length);
        self.clause.slots.new = Some(said);
        let past = match self.next(0) {
            Some((Word::Noun(_) | Word::Number, also)) => also,
            _ => 0,
        };
        if let Some(Token::Word { low, .. }) = self.tokens.get(self.at + past)
            && self.clause.slots.number.is_none()
            && let Ok(number) = low.parse::<u32>()
        {
            let said = self.take(number, past + 1);
            self.clause.slots.number = Some(said);
        }
    }

    pub(super) fn over(&mut self, length: usize) {
        let said = self.take((), length);
        self.clause.slots.over = Some(said);
    }

    pub(super) fn kept_state(&mut self, length: usize, state: HaState) {
        if self.clause.is_about(Thing::Ha) && self.clause.slots.state.is_none() {
            let said: Said<HaState> = self.take(state, length);
            self.clause.slots.state = Some(said);
        } else {
            self.leave(length);
        }
    }
}
