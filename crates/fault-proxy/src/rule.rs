//! What goes wrong, and where.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::request::Head;

/// A fault and what it hits.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Which requests it hits.
    pub when: When,
    /// How many of them; all where absent.
    pub times: Option<u32>,
    /// What it does.
    pub fault: Fault,
}

impl Rule {
    /// Hits every request.
    pub fn always(fault: Fault) -> Self {
        Self {
            when: When::default(),
            times: None,
            fault,
        }
    }

    /// Hits the next request.
    pub fn once(fault: Fault) -> Self {
        Self {
            times: Some(1),
            ..Self::always(fault)
        }
    }

    /// The same for requests of this method whose path has this in it.
    #[must_use]
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.when.method = Some(method.to_owned());
        self.when.path = Some(path.to_owned());
        self
    }
}

/// Which requests; every condition that is there must hold.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// Of the connection with this number, from 1.
    pub connection: Option<u64>,
    /// Of this method.
    pub method: Option<String>,
    /// Whose path, decoded and without its query, has this in it.
    pub path: Option<String>,
    /// Only the one of this number among those that all else holds for, from 1.
    pub nth: Option<u64>,
}

/// How far an exchange came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// So many bytes of the request went on to the server.
    Request(usize),
    /// The server got the whole request, and so many bytes of its answer went on to the client.
    Answer(usize),
}

/// What is done to an exchange.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The request goes on only after this time.
    Delay(Duration),
    /// Nothing moves any more, until the client gives up.
    Stall(Place),
    /// Both connections end by a reset.
    Reset(Place),
    /// So many bytes of the answer come, and then an orderly end.
    Truncate(usize),
    /// The answer comes a byte at a time, with this pause before each.
    Drip(Duration),
    /// The client gets these bytes for an answer, and then an orderly end.
    Answer {
        /// Status line, head and body.
        bytes: Vec<u8>,
        /// Whether the server got the request, and its answer was swallowed.
        carried_out: bool,
    },
}

/// The rules that are there, with how often each was asked and did hit.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    held: Mutex<Vec<Held>>,
}

#[derive(Debug)]
struct Held {
    rule: Rule,
    matched: u64,
    hits: u32,
}

impl Rules {
    pub(crate) fn add(&self, rule: Rule) {
        self.lock().push(Held {
            rule,
            matched: 0,
            hits: 0,
        });
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// How often rules did hit.
    pub(crate) fn hits(&self) -> u32 {
        self.lock().iter().map(|held| held.hits).sum()
    }

    /// What happens to a request: by the oldest rule that hits it. `None` for a head where nothing is known of it.
    pub(crate) fn strike(&self, connection: u64, head: Option<&Head>) -> Option<Fault> {
        let mut rules = self.lock();
        let mut struck = None;
        for held in rules.iter_mut() {
            if !held.rule.when.holds(connection, head) {
                continue;
            }
            held.matched += 1;
            let its_turn = held.rule.when.nth.is_none_or(|nth| nth == held.matched);
            let left = held.rule.times.is_none_or(|times| held.hits < times);
            if its_turn && left && struck.is_none() {
                held.hits += 1;
                struck = Some(held.rule.fault.clone());
            }
        }
        struck
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl When {
    fn holds(&self, connection: u64, head: Option<&Head>) -> bool {
        let of_head = |wanted: &Option<String>, fits: fn(&Head, &str) -> bool| {
            wanted
                .as_ref()
                .is_none_or(|wanted| head.is_some_and(|head| fits(head, wanted)))
        };
        self.connection.is_none_or(|number| number == connection)
            && of_head(&self.method, |head, method| head.method == method)
            && of_head(&self.path, |head, path| head.path().contains(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: &str, target: &str) -> Head {
        Head {
            method: method.to_owned(),
            target: target.to_owned(),
        }
    }

    fn hits(rules: &Rules, head: &Head) -> bool {
        rules.strike(1, Some(head)).is_some()
    }

    #[test]
    fn a_rule_hits_what_it_names_and_as_often_as_it_says() {
        let rules = Rules::default();
        rules.add(Rule::once(Fault::Truncate(3)).on("POST", "/start"));
        assert!(!hits(&rules, &head("GET", "/vm/start")));
        assert!(!hits(&rules, &head("POST", "/vm/stop")));
        assert!(hits(&rules, &head("POST", "/vm/start?now=1")));
        assert!(!hits(&rules, &head("POST", "/vm/start")));
        assert_eq!(rules.hits(), 1);
    }

    #[test]
    fn the_nth_request_is_the_nth_of_those_that_match() {
        let rules = Rules::default();
        let mut rule = Rule::always(Fault::Truncate(0)).on("GET", "/a");
        rule.when.nth = Some(2);
        rules.add(rule);
        let asked = ["/a", "/b", "/a", "/a"].map(|path| hits(&rules, &head("GET", path)));
        assert_eq!(asked, [false, false, true, false]);
    }

    #[test]
    fn a_rule_of_one_connection_leaves_the_others_alone_and_may_know_nothing_of_requests() {
        let rules = Rules::default();
        let mut rule = Rule::always(Fault::Truncate(0));
        rule.when.connection = Some(2);
        rules.add(rule);
        assert!(rules.strike(1, None).is_none());
        assert!(rules.strike(2, None).is_some());
        rules.clear();
        rules.add(Rule::always(Fault::Truncate(0)).on("GET", "/a"));
        assert!(rules.strike(2, None).is_none(), "bytes have no path");
    }
}
