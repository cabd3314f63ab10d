//! Which placeholder stands for what, for one request and in memory only.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use zeroize::Zeroizing;

use super::kind::Kind;
use super::placeholder;

/// The secrets of one request. Wiped when dropped; cannot be printed or serialised.
#[derive(Default)]
pub(super) struct Mapping {
    /// In the order of their numbers, from 1 on.
    entries: Vec<(Kind, Zeroizing<String>)>,
    /// Numbers by a keyed hash of the secret, so that no second copy of it is needed.
    numbers: HashMap<u64, Vec<usize>>,
    keyed: RandomState,
}

impl Mapping {
    /// The placeholder of `secret`: the one that it has, or a new one of this kind.
    pub(super) fn placeholder(&mut self, kind: Kind, secret: &str) -> String {
        let numbers = self.numbers.entry(self.keyed.hash_one(secret)).or_default();
        let entries = &mut self.entries;
        let known = numbers.iter().find_map(|number| {
            let (kind, known) = entries.get(number - 1)?;
            (known.as_str() == secret).then_some((*kind, *number))
        });
        let (kind, number) = known.unwrap_or_else(|| {
            entries.push((kind, Zeroizing::new(secret.to_owned())));
            numbers.push(entries.len());
            (kind, entries.len())
        });
        placeholder::write(kind, number)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// `text` with every secret back in its place. A placeholder that this request did not make stays as it is.
    pub(super) fn restore(&self, text: &str) -> Zeroizing<String> {
        let known: Vec<_> = placeholder::placeholders(text)
            .filter_map(|found| {
                let (kind, secret) = self.entries.get(found.number.checked_sub(1)?)?;
                (*kind == found.kind).then_some((found.range, secret))
            })
            .collect();
        // Room for all from the start: a buffer that grows leaves copies behind that nobody wipes.
        let room = text.len() + known.iter().map(|(_, secret)| secret.len()).sum::<usize>();
        let mut restored = Zeroizing::new(String::with_capacity(room));
        let mut done = 0;
        for (range, secret) in known {
            restored.push_str(&text[done..range.start]);
            restored.push_str(secret);
            done = range.end;
        }
        restored.push_str(&text[done..]);
        restored
    }
}
